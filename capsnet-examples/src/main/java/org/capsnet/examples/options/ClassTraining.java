package org.capsnet.examples.options;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.capsnet.data.ImageIterator;
import org.capsnet.data.LabeledImages;
import org.capsnet.data.Prefetching;
import org.capsnet.examples.output.ClassTable;
import org.capsnet.model.Architecture;
import org.capsnet.model.Classifier;
import org.capsnet.model.Summary;
import org.capsnet.model.classification.ClassificationObjective;
import org.capsnet.model.classification.ImageClassifier;
import org.capsnet.nn.Init;
import org.capsnet.train.History;
import org.capsnet.train.Trainer;
import org.nd4j.evaluation.classification.Evaluation;

/** A training on images of one class each, as the options say. */
public record ClassTraining(
    NetworkOptions network, TrainingOptions training, AugmentationOptions changes) {

  /** Checks what can be checked before anything is read. */
  public void requireRanges() {
    training.requireRanges();
    changes.requireRanges();
    network.requireRanges();
  }

  /**
   * The network for some images, of which this prints a summary.
   *
   * @throws IllegalArgumentException if no memory would hold its training: the message says what
   *     would fit
   */
  public Architecture.OfImages<?, ?> architecture(LabeledImages images) {
    Architecture.OfImages<?, ?> architecture = network.architecture(images);
    Classifier outline = (Classifier) architecture.build(Init.shapesOnly(training.dtype()));
    changes.requireLoss(network.loss(outline, 1));
    network.requireDecoder(outline);
    Summary summary = outline.network().summary();
    System.out.println(summary);
    summary.requireMemory(training.batch());
    return architecture;
  }

  /** Trains, with checkpoints in a folder, or goes on from them. */
  public History train(
      ImageClassifier classifier,
      LabeledImages images,
      LabeledImages validation,
      long seed,
      Path folder) {
    ImageIterator batches =
        changes
            .changing(ImageIterator.builder(images, training.batch()))
            .shuffle()
            .seed(seed)
            .dataType(training.dtype())
            .build();
    Classifier net = classifier.ability();
    int steps = training.steps(batches.batches());
    ClassificationObjective objective =
        network.objective(net, changes.smoothing(network.loss(net, steps)));
    Map<String, String> facts = new HashMap<>(changes.facts());
    facts.putAll(network.facts());
    facts.put("seed", Long.toString(seed));
    Trainer trainer =
        training
            .trainer(objective, batches.batches(), () -> inOrder(validation), folder)
            .metadata(classifier.metadata())
            .provenance(facts);
    try (Prefetching ahead = Prefetching.of(batches)) {
      return TrainingOptions.requireWhole(trainer.fit(ahead, inOrder(validation)));
    }
  }

  /**
   * Saves what was trained, and how that went, and tests it.
   *
   * @return the accuracy, from 0 to 1
   */
  public double finish(ImageClassifier classifier, History history, LabeledImages test, Path folder)
      throws IOException {
    classifier.save(TrainingOptions.model(folder));
    Evaluation evaluation = classifier.evaluate(inOrder(test));
    history.writeCsv(folder.resolve("history.csv"));
    System.out.print(ClassTable.of(evaluation, classifier.classNames()));
    System.out.println("model, curves and pictures: " + folder.toAbsolutePath().normalize());
    return evaluation.accuracy();
  }

  /** Images as they are, in their order, a batch at a time. */
  public ImageIterator inOrder(LabeledImages images) {
    return ImageIterator.builder(images, training.batch()).dataType(training.dtype()).build();
  }
}
