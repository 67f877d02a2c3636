package org.capsnet.examples.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.capsnet.data.LabeledImages;
import org.capsnet.examples.digits.BundledMnist;
import org.capsnet.examples.digits.FolderImages;
import org.capsnet.examples.options.ModelOption;
import org.capsnet.examples.options.Ranges;
import org.capsnet.examples.output.ClassTable;
import org.capsnet.examples.output.MetricsFile;
import org.capsnet.metric.ClassScores;
import org.capsnet.model.ImageShape;
import org.capsnet.model.classification.ImageClassifier;
import org.nd4j.evaluation.classification.Evaluation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Judges a model by pictures whose classes are known. */
@Command(
    name = "evaluate",
    sortOptions = false,
    description = {
      "Judges a model by pictures whose classes are known.",
      "By precision and recall of each class, and the accuracy. Take pictures that it was not"
          + " trained on."
    },
    footer = {
      "",
      "Examples:",
      "  capsnet evaluate",
      "  capsnet evaluate --model runs/flowers/model.safetensors --images flowers-test",
      "  capsnet evaluate --json --model runs/flowers/model.safetensors --images flowers-test"
    })
final class EvaluateCommand implements Callable<Integer> {

  @Mixin private ModelOption model = new ModelOption();

  @Option(
      names = "--images",
      paramLabel = "FOLDER",
      description = {
        "Pictures of any size, one sub-folder per class, which has the name of a class of the"
            + " model. Default: of the digits that come with the library, 2,000 test digits of"
            + " MNIST."
      })
  private Path images;

  @Option(names = "--json", description = "Prints the figures as JSON in place of a table.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    Ranges.require(
        images != null || model.file().isEmpty(), "--images", "a folder, with --model", "nothing");
    try (ImageClassifier classifier = model.load()) {
      LabeledImages test = images(classifier);
      Evaluation evaluation = classifier.evaluate(test);
      if (json) {
        System.out.println(figures(evaluation, classifier, test).toPrettyString());
      } else {
        System.out.print(ClassTable.of(evaluation, classifier.classNames()));
        System.out.printf(Locale.ROOT, "accuracy: %.2f %%%n", 100 * evaluation.accuracy());
      }
    }
    return 0;
  }

  private LabeledImages images(ImageClassifier classifier) throws IOException {
    if (images == null) {
      return BundledMnist.test();
    }
    ImageShape own = classifier.image();
    return FolderImages.readKnown(
        images, own.channels(), own.height(), own.width(), classifier.classNames());
  }

  private static ObjectNode figures(
      Evaluation evaluation, ImageClassifier classifier, LabeledImages test) {
    ObjectNode figures =
        MetricsFile.JSON
            .createObjectNode()
            .put("images", test.count())
            .put("accuracy", evaluation.accuracy());
    ObjectNode classes = figures.putObject("classes");
    for (ClassScores scores : ClassScores.of(evaluation)) {
      ObjectNode one =
          classes
              .putObject(classifier.classNames().get(scores.label()))
              .put("images", scores.images());
      put(one, "precision", scores.precision());
      put(one, "recall", scores.recall());
      put(one, "f1", scores.f1());
    }
    return figures;
  }

  /** JSON has no NaN: what is undefined is null. */
  private static void put(ObjectNode to, String name, double value) {
    to.put(name, Double.isNaN(value) ? null : (Double) value);
  }
}
