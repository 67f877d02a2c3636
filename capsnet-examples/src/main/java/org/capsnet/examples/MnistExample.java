package org.capsnet.examples;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.capsnet.data.LabeledImages;
import org.capsnet.examples.digits.ImageSource;
import org.capsnet.examples.digits.SplitOptions;
import org.capsnet.examples.options.AugmentationOptions;
import org.capsnet.examples.options.ClassTraining;
import org.capsnet.examples.options.NetworkOptions;
import org.capsnet.examples.options.Ranges;
import org.capsnet.examples.options.Runner;
import org.capsnet.examples.options.SeedOptions;
import org.capsnet.examples.options.TrainingOptions;
import org.capsnet.examples.output.TrainingPictures;
import org.capsnet.io.AtomicFiles;
import org.capsnet.io.FolderLock;
import org.capsnet.metric.SeveralRuns;
import org.capsnet.model.Architecture;
import org.capsnet.model.Classifier;
import org.capsnet.model.classification.ImageClassifier;
import org.capsnet.model.classification.ShiftAveraging;
import org.capsnet.train.History;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Trains a capsule network on handwritten digits, or on your own images. */
@Command(
    name = "mnist",
    sortOptions = false,
    description = {
      "Trains the CapsNet of Sabour et al. (2017), full size, or another --network, and shows what",
      "it learned.",
      "Without options: on the 10,000 training and 2,000 test digits that are bundled with it."
    },
    footer = {
      "",
      "The output folder gets model.safetensors, history.csv, curves.png, reconstructions.png,"
          + " perturbations.png and checkpoints, from which --resume continues. With several"
          + " --seeds each training has a folder of its own, and seeds.csv has their accuracies."
    })
public final class MnistExample implements Callable<Integer> {

  @Mixin private ImageSource source;

  @Mixin
  private TrainingOptions training =
      new TrainingOptions(3, 32, 0.001, Path.of("runs", "mnist"), "history.csv");

  @Option(names = "--help", usageHelp = true, description = "Shows this help and ends.")
  @SuppressWarnings("UnusedVariable") // read by picocli
  private boolean help;

  @Mixin private SeedOptions seeds = new SeedOptions();

  @Mixin private AugmentationOptions changes = new AugmentationOptions();

  @Mixin private NetworkOptions network = new NetworkOptions();

  @Option(
      names = "--average-shifts",
      defaultValue = "0",
      description = {
        "Also tests with predictions averaged over shifts by up to this many pixels, 0 for no"
            + " such test. Default: ${DEFAULT-VALUE}."
      })
  private int averageShifts;

  /**
   * Runs the example.
   *
   * @param args see {@code --help}
   */
  public static void main(String[] args) {
    System.exit(Runner.run(new MnistExample(), args));
  }

  @Override
  public Integer call() throws IOException {
    requireRanges();
    if (seeds.several()) {
      training.endingWith("seeds.csv");
    }
    training.requireNothingToLose(folders());
    SplitOptions.Sets sets = source.read(training.seed());
    int side = Math.min(sets.test().height(), sets.test().width());
    Ranges.require(
        averageShifts < side,
        "--average-shifts",
        "less than the images' side " + side,
        averageShifts);
    System.out.println(sets.description());
    Architecture.OfImages<?, ?> architecture = whole().architecture(sets.train());
    try (FolderLock lock = training.begin(folders())) {
      if (seeds.several()) {
        trainSeveral(architecture, sets);
      } else {
        trainAndShow(architecture, sets, training.seed(), training.out());
      }
    }
    return 0;
  }

  /** The output folder, or one in it for each training. */
  private List<Path> folders() {
    return seeds.several()
        ? seeds.from(training.seed()).stream()
            .map(seed -> SeedOptions.folder(training.out(), seed))
            .toList()
        : List.of(training.out());
  }

  /** Trains with each seed, on the same images, and says how far they agree. */
  private void trainSeveral(Architecture.OfImages<?, ?> architecture, SplitOptions.Sets sets)
      throws IOException {
    List<Double> accuracies = new ArrayList<>();
    StringBuilder table = new StringBuilder("seed,test_accuracy\n");
    for (long seed : seeds.from(training.seed())) {
      System.out.println("seed " + seed);
      Path folder = SeedOptions.folder(training.out(), seed);
      accuracies.add(trainAndShow(architecture, sets, seed, folder));
      table.append(seed).append(',').append(accuracies.get(accuracies.size() - 1)).append('\n');
    }
    AtomicFiles.write(
        training.last(), to -> to.write(table.toString().getBytes(StandardCharsets.UTF_8)));
    System.out.println("test accuracy: " + new SeveralRuns(accuracies).percent());
  }

  /** Trains once, and returns the accuracy. */
  private double trainAndShow(
      Architecture.OfImages<?, ?> architecture, SplitOptions.Sets sets, long seed, Path out)
      throws IOException {
    Classifier net = (Classifier) architecture.build(training.init(seed));
    try (ImageClassifier classifier = new ImageClassifier(net, sets.train().classNames())) {
      return trainAndShow(classifier, sets, seed, out);
    }
  }

  private double trainAndShow(
      ImageClassifier classifier, SplitOptions.Sets sets, long seed, Path out) throws IOException {
    History history = whole().train(classifier, sets.train(), sets.validation(), seed, out);
    double accuracy = whole().finish(classifier, history, sets.test(), out);
    if (averageShifts > 0) {
      testAveraged(classifier, sets.test());
    }
    System.out.printf(Locale.ROOT, "test accuracy: %.2f %%%n", 100 * accuracy);
    TrainingPictures.draw(classifier, history, sets.test(), out);
    return accuracy;
  }

  private void testAveraged(ImageClassifier classifier, LabeledImages test) {
    ShiftAveraging average = new ShiftAveraging(averageShifts);
    System.out.printf(
        Locale.ROOT,
        "test accuracy averaged over %d shifts: %.2f %%%n",
        average.shifts(),
        100 * average.evaluate(classifier.ability(), whole().inOrder(test)).accuracy());
  }

  private ClassTraining whole() {
    return new ClassTraining(network, training, changes);
  }

  private void requireRanges() {
    whole().requireRanges();
    seeds.requireRanges(training.seed());
    Ranges.atLeast(0, "--average-shifts", averageShifts);
    source.requireRanges();
  }
}
