package org.capsnet.examples.comparison;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.capsnet.data.ImageIterator;
import org.capsnet.data.LabeledImages;
import org.capsnet.data.Prefetching;
import org.capsnet.examples.digits.SplitOptions;
import org.capsnet.examples.options.AugmentationOptions;
import org.capsnet.examples.options.SeedOptions;
import org.capsnet.examples.options.TrainingOptions;
import org.capsnet.loss.ClassLoss;
import org.capsnet.loss.ReconstructionLoss;
import org.capsnet.model.classification.ClassificationObjective;
import org.capsnet.model.classification.ImageClassifier;
import org.capsnet.train.History;
import org.capsnet.train.Trainer;
import org.capsnet.train.TrainingListener;
import org.nd4j.linalg.schedule.FixedSchedule;

/** Trains contestants, all on the same images in the same way, each in a folder of its own. */
final class ContestantTraining {

  /** Of the squared error of a decoder, as in Sabour et al. (2017). */
  private static final double RECONSTRUCTION = 0.0005;

  private final TrainingOptions training;
  private final AugmentationOptions changes;
  private final SplitOptions.Sets sets;

  ContestantTraining(
      TrainingOptions training, AugmentationOptions changes, SplitOptions.Sets sets) {
    this.training = training;
    this.changes = changes;
    this.sets = sets;
  }

  /** The folder of a training. */
  Path folder(Contestant contestant, long seed) {
    return SeedOptions.folder(training.out().resolve(contestant.folder()), seed);
  }

  /** All that the result of a training depends on. */
  String settings(Contestant contestant, long seed) {
    return settings(contestant, seed, List.of(training.learningRate()));
  }

  /** All that the result of the best of several trainings depends on. */
  String settings(Contestant contestant, long seed, List<Double> rates) {
    return String.join(
        "; ",
        contestant.settings(),
        training.words(rates),
        changes.toString(),
        "seed " + seed,
        Stream.of(sets.train(), sets.validation(), sets.test())
            .map(LabeledImages::digest)
            .collect(Collectors.joining(" ", "images ", "")));
  }

  /** The network as it is before its training. */
  ImageClassifier untrained(Contestant contestant, long seed) {
    return new ImageClassifier(contestant.build(training.init(seed)), sets.train().classNames());
  }

  /**
   * Trains it, and saves it when that is done.
   *
   * @throws java.util.concurrent.CancellationException if it was interrupted
   */
  History train(
      Contestant contestant, ImageClassifier classifier, long seed, TrainingListener... listeners)
      throws IOException {
    Path folder = folder(contestant, seed);
    return train(contestant, classifier, seed, training.learningRate(), folder, listeners);
  }

  /** The same with a learning rate and a folder of its own. */
  History train(
      Contestant contestant,
      ImageClassifier classifier,
      long seed,
      double rate,
      Path folder,
      TrainingListener... listeners)
      throws IOException {
    ImageIterator batches = batches(seed);
    ClassLoss loss = changes.smoothing(contestant.loss(training.steps(batches.batches())));
    Map<String, String> facts = new HashMap<>(changes.facts());
    facts.put("seed", Long.toString(seed));
    facts.put("training", training.words(List.of(rate)));
    ClassificationObjective objective =
        new ClassificationObjective(
            classifier.ability(),
            loss,
            ReconstructionLoss.SQUARED_ERROR,
            new FixedSchedule(RECONSTRUCTION));
    Trainer trainer =
        training
            .trainer(objective, batches.batches(), () -> inOrder(sets.validation()), folder, rate)
            .metadata(classifier.metadata())
            .provenance(facts);
    List.of(listeners).forEach(trainer::listener);
    try (Prefetching ahead = Prefetching.of(batches)) {
      History history =
          TrainingOptions.requireWhole(trainer.fit(ahead, inOrder(sets.validation())));
      classifier.save(TrainingOptions.model(folder));
      return history;
    }
  }

  /** Checks that there are steps enough, and not too many. */
  void requireSchedule() {
    training.requireSchedule(batches(training.seed()).batches());
  }

  private ImageIterator batches(long seed) {
    return changes
        .changing(ImageIterator.builder(sets.train(), training.batch()))
        .shuffle()
        .seed(seed)
        .dataType(training.dtype())
        .build();
  }

  /** Images that are judged, in batches of the size that is trained. */
  ImageIterator inOrder(LabeledImages images) {
    return ImageIterator.builder(images, training.batch()).dataType(training.dtype()).build();
  }

  /** Those of a training whose result is written are of no more use. */
  static void deleteCheckpoints(Path folder) throws IOException {
    Path checkpoints = TrainingOptions.checkpoints(folder);
    if (Files.isDirectory(checkpoints)) {
      try (Stream<Path> files = Files.list(checkpoints)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(checkpoints);
    }
  }
}
