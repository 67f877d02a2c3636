package org.capsnet.examples.comparison;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
import org.capsnet.model.Classifier;
import org.capsnet.model.Summary;
import org.capsnet.model.classification.ClassificationObjective;
import org.capsnet.model.classification.ImageClassifier;
import org.capsnet.model.insight.LayerStatistics;
import org.capsnet.model.insight.RoutingStatistics;
import org.capsnet.train.DivergedException;
import org.capsnet.train.EpochReport;
import org.capsnet.train.History;
import org.capsnet.train.Validation;
import org.nd4j.linalg.schedule.FixedSchedule;

/** Trains a contestant and judges it, once for each seed, unless that has been done. */
public final class ComparisonRun {

  /** Of the squared error of a decoder, as in Sabour et al. (2017). */
  private static final double RECONSTRUCTION = 0.0005;

  /** Images whose couplings are looked at, at most. */
  private static final int LOOKED_AT = 100;

  private static final double NANOS = 1e9;

  private final TrainingOptions training;
  private final AugmentationOptions changes;
  private final LabeledImages train;
  private final LabeledImages validation;
  private final List<LabeledImages> changed;
  private final List<LabeledImages> turned;

  /** Changes the test images once, for all. */
  public ComparisonRun(
      TrainingOptions training, AugmentationOptions changes, SplitOptions.Sets sets) {
    this.training = training;
    this.changes = changes;
    train = sets.train();
    validation = sets.validation();
    changed = TestChange.ALL.stream().map(change -> change.of(sets.test())).toList();
    turned =
        Arrays.stream(TestChange.angles())
            .mapToObj(degrees -> TestChange.turned(sets.test(), degrees))
            .toList();
  }

  /** The folder of a training. */
  public Path folder(Contestant contestant, long seed) {
    return SeedOptions.folder(training.out().resolve(contestant.folder()), seed);
  }

  /**
   * Trains and judges, or takes what an earlier run of the same found.
   *
   * @throws IllegalArgumentException if the folder has the result of another comparison
   */
  public ComparisonResult result(Contestant contestant, long seed) throws IOException {
    Path file = folder(contestant, seed).resolve("result.json");
    if (training.resumes() && Files.exists(file)) {
      return requireSame(file, ComparisonResult.read(file), settings(contestant, seed));
    }
    ComparisonResult result = run(contestant, seed);
    result.write(file);
    deleteCheckpoints(folder(contestant, seed));
    return result;
  }

  private static ComparisonResult requireSame(Path file, ComparisonResult result, String settings) {
    if (!result.settings().equals(settings)) {
      throw new IllegalArgumentException(
          "%s is of another comparison: expected %s, got %s; --overwrite starts again, --out takes another folder"
              .formatted(file, settings, result.settings()));
    }
    return result;
  }

  private String settings(Contestant contestant, long seed) {
    return String.join(
        "; ",
        contestant.settings(),
        training.toString(),
        changes.toString(),
        "seed " + seed,
        "images " + train.digest() + " " + validation.digest() + " " + changed.get(0).digest());
  }

  private ComparisonResult run(Contestant contestant, long seed) throws IOException {
    String settings = settings(contestant, seed);
    Classifier net = contestant.build(training.init(seed));
    try (ImageClassifier classifier = new ImageClassifier(net, train.classNames())) {
      History history = TrainingOptions.requireWhole(train(contestant, classifier, seed));
      classifier.save(TrainingOptions.model(folder(contestant, seed)));
      return judged(contestant, classifier, history, settings);
    } catch (DivergedException e) {
      return ComparisonResult.failed(settings, e.getMessage());
    }
  }

  private History train(Contestant contestant, ImageClassifier classifier, long seed) {
    ImageIterator batches =
        changes
            .changing(ImageIterator.builder(train, training.batch()))
            .shuffle()
            .seed(seed)
            .dataType(training.dtype())
            .build();
    ClassLoss loss =
        changes.smoothing(contestant.loss().apply(training.epochs() * batches.batches()));
    Map<String, String> facts = new HashMap<>(changes.facts());
    facts.put("seed", Long.toString(seed));
    ClassificationObjective objective =
        new ClassificationObjective(
            classifier.ability(),
            loss,
            ReconstructionLoss.SQUARED_ERROR,
            new FixedSchedule(RECONSTRUCTION));
    try (Prefetching ahead = Prefetching.of(batches)) {
      return training
          .trainer(objective, batches.batches(), folder(contestant, seed))
          .metadata(classifier.metadata())
          .provenance(facts)
          .fit(ahead, inOrder(validation));
    }
  }

  // ---------------------------------------------------------------- judging

  private ComparisonResult judged(
      Contestant contestant, ImageClassifier classifier, History history, String settings) {
    Classifier net = classifier.ability();
    ClassificationObjective objective =
        new ClassificationObjective(net, contestant.loss().apply(1));
    List<Double> speeds = new ArrayList<>();
    List<Double> accuracies =
        changed.stream().map(images -> accuracy(objective, images, speeds)).toList();
    List<Double> byAngle =
        turned.stream().map(images -> accuracy(objective, images, speeds)).toList();
    Summary summary = net.network().summary();
    return new ComparisonResult(
        settings,
        "",
        accuracies,
        byAngle,
        contestant.group() == Contestant.Group.ROUTING ? entropies(net) : List.of(),
        history.epochs().stream().mapToDouble(EpochReport::imagesPerSecond).max().orElseThrow(),
        speeds.stream().mapToDouble(Double::doubleValue).max().orElseThrow(),
        summary.parameters(),
        summary.multiplyAdds(),
        summary.trainingBytes(training.batch()));
  }

  /** Adds to the speeds the images a second that this took. */
  private double accuracy(
      ClassificationObjective objective, LabeledImages images, List<Double> speeds) {
    long start = System.nanoTime();
    double accuracy =
        Validation.of(objective, inOrder(images)).run().evaluation().orElseThrow().accuracy();
    speeds.add(images.count() * NANOS / (System.nanoTime() - start));
    return accuracy;
  }

  /** Of the layer to class capsules, on test images as they are. */
  private List<Double> entropies(Classifier net) {
    RoutingStatistics statistics = RoutingStatistics.of(net);
    LabeledImages test = changed.get(0);
    ImageIterator some = inOrder(test.take(Math.min(LOOKED_AT, test.count())));
    while (some.hasNext()) {
      statistics.add(some.next().getFeatures());
    }
    List<LayerStatistics> layers = statistics.layers();
    return layers.get(layers.size() - 1).entropy();
  }

  private ImageIterator inOrder(LabeledImages images) {
    return ImageIterator.builder(images, training.batch()).dataType(training.dtype()).build();
  }

  /** Those of a training whose result is written are of no more use. */
  private static void deleteCheckpoints(Path folder) throws IOException {
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
