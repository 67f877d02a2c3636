package org.capsnet.examples;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.capsnet.data.Prefetching;
import org.capsnet.data.SampleEncoder;
import org.capsnet.data.SampleIterator;
import org.capsnet.data.SampleSource;
import org.capsnet.data.digits.DigitPair;
import org.capsnet.data.digits.PairLabels;
import org.capsnet.examples.digits.PairPicture;
import org.capsnet.examples.digits.PairSource;
import org.capsnet.examples.options.NetworkChoice;
import org.capsnet.examples.options.Ranges;
import org.capsnet.examples.options.Runner;
import org.capsnet.examples.options.SampleSet;
import org.capsnet.examples.options.TrainingOptions;
import org.capsnet.examples.output.Curves;
import org.capsnet.examples.output.Figure;
import org.capsnet.examples.output.MetricsFile;
import org.capsnet.examples.output.Pictures;
import org.capsnet.io.FolderLock;
import org.capsnet.loss.MarginLoss;
import org.capsnet.loss.ReconstructionLoss;
import org.capsnet.model.Architecture;
import org.capsnet.model.Classifier;
import org.capsnet.model.ImageShape;
import org.capsnet.model.Reconstructor;
import org.capsnet.model.Summary;
import org.capsnet.model.classification.ImageClassifier;
import org.capsnet.model.classification.PairObjective;
import org.capsnet.nn.Init;
import org.capsnet.train.EarlyStopping;
import org.capsnet.train.History;
import org.capsnet.train.Metric;
import org.capsnet.train.Trainer;
import org.capsnet.train.Validation;
import org.nd4j.linalg.schedule.FixedSchedule;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Trains a capsule network to find two digits that lie over each other, and to part them. */
@Command(
    name = "multimnist",
    sortOptions = false,
    description = {
      "Trains capsules on MultiMNIST (Sabour et al. 2017, section 6): two digits of different"
          + " classes over each other on 36×36 pixels. The network is to find both, and to draw"
          + " each without the other.",
      "Without options: pairs of the 10,000 training and 2,000 test digits that are bundled with"
          + " it, new ones in every epoch."
    },
    footer = {
      "",
      "The output folder gets model.safetensors, of the epoch that finds both digits in most of the"
          + " validation pairs, history.csv, curves.png, pairs.png, metrics.json and checkpoints,"
          + " from which --resume continues."
    })
public final class MultiMnistExample implements Callable<Integer> {

  @Mixin private PairSource source;

  @Mixin
  private TrainingOptions training =
      new TrainingOptions(20, 64, 0.008, Path.of("runs", "multimnist"), "history.csv");

  @Option(names = "--help", usageHelp = true, description = "Shows this help and ends.")
  @SuppressWarnings("UnusedVariable") // read by picocli
  private boolean help;

  @Option(
      names = "--network",
      defaultValue = "EFFICIENT",
      description = {
        "One with a decoder: EFFICIENT, of Mazzia et al. (2021), CAPSNET, of Sabour et al. (2017),"
            + " PATH, of Amer and Maul (2019), or DEEP, of Rajasegaran et al. (2019). Default:"
            + " ${DEFAULT-VALUE}."
      })
  private NetworkChoice network;

  @Option(
      names = "--paper",
      description =
          "Uses the network's own sizes also for EFFICIENT, which by default begins at every other"
              + " pixel and has three times as many capsules.")
  private boolean paper;

  @Option(
      names = "--reconstruction-weight",
      defaultValue = "0.0005",
      description =
          "The weight of the squared errors of both drawings summed over pixels. Default:"
              + " ${DEFAULT-VALUE}.")
  private double reconstructionWeight;

  @Option(
      names = "--patience",
      description =
          "Ends the training after so many epochs in a row without a better result on the"
              + " validation pairs. Default: never.")
  private Integer patience;

  MultiMnistExample() {}

  /**
   * Runs the example.
   *
   * @param args see {@code --help}
   */
  public static void main(String[] args) {
    System.exit(Runner.run(new MultiMnistExample(), args));
  }

  @Override
  public Integer call() throws IOException {
    requireRanges();
    training.requireNothingToLose();
    PairSource.Sets sets = source.read(training.seed());
    Architecture.OfImages<?, ?> architecture = architecture(sets.labels());
    System.out.println(sets.description());
    Summary summary = architecture.build(Init.shapesOnly(training.dtype())).summary();
    System.out.println(summary);
    summary.requireMemory(training.batch());
    try (FolderLock lock = training.begin()) {
      return trainAndShow((Classifier) architecture.build(training.init()), sets);
    }
  }

  private int trainAndShow(Classifier net, PairSource.Sets sets) throws IOException {
    ImageClassifier classifier = new ImageClassifier(net, sets.labels().classNames());
    PairObjective objective =
        new PairObjective(
            net,
            sets.labels(),
            MarginLoss.standard(),
            ReconstructionLoss.SQUARED_ERROR,
            new FixedSchedule(reconstructionWeight));
    History history = TrainingOptions.requireWhole(train(objective, classifier, sets));
    Path out = training.out();
    classifier.save(TrainingOptions.model(out));
    Metric bothRight = objective.allRight();
    Metric missed = objective.labelError();
    Validation.Outcome test =
        Validation.of(objective, inOrder(sets.test(), sets.labels()), bothRight, missed).run();
    write(out.resolve("metrics.json"), sets, history, test.get(bothRight), test.get(missed));
    history.writeCsv(training.last());
    System.out.println("model, figures and pictures: " + out.toAbsolutePath().normalize());
    System.out.printf(
        Locale.ROOT,
        "test both digits right: %.2f %%, digits missed: %.2f %%%n",
        100 * test.get(bothRight),
        100 * test.get(missed));
    draw(classifier, history, sets.test());
    return 0;
  }

  private void requireRanges() {
    training.requireRanges();
    Ranges.atLeast(0.0, "--reconstruction-weight", reconstructionWeight);
    if (patience != null) {
      Ranges.atLeast(1, "--patience", patience);
    }
    source.requireRanges();
  }

  private Architecture.OfImages<?, ?> architecture(PairLabels labels) {
    ImageShape image = new ImageShape(1, labels.height(), labels.width());
    int classes = labels.classNames().size();
    Architecture.OfImages<?, ?> sized =
        paper ? network.ofThePaper(image, classes) : network.forPairs(image, classes);
    boolean draws =
        sized.build(Init.shapesOnly(training.dtype())) instanceof Reconstructor decoder
            && decoder.reconstructs();
    Ranges.require(draws, "--network", "one with a decoder", network);
    return sized;
  }

  private History train(PairObjective objective, ImageClassifier classifier, PairSource.Sets sets) {
    SampleIterator<DigitPair> batches =
        SampleSet.of(sets.train(), sets.labels())
            .shuffled(training.batch(), training.seed(), training.dtype());
    Trainer trainer =
        training
            .trainer(objective, batches.batches(), () -> inOrder(sets.validation(), sets.labels()))
            .metadata(classifier.metadata())
            .provenance(
                Map.of(
                    "seed", Long.toString(training.seed()),
                    "reconstruction weight", Double.toString(reconstructionWeight)))
            .earlyStopping(
                EarlyStopping.on(
                        objective.allRight(), patience == null ? training.epochs() : patience)
                    .restoringBest());
    try (Prefetching ahead = Prefetching.of(batches)) {
      return trainer.fit(ahead, inOrder(sets.validation(), sets.labels()));
    }
  }

  private SampleIterator<DigitPair> inOrder(
      SampleSource<DigitPair> pairs, SampleEncoder<DigitPair> labels) {
    return SampleSet.of(pairs, labels).inOrder(training.batch(), training.dtype());
  }

  private void write(
      Path file, PairSource.Sets sets, History history, double bothRight, double missed)
      throws IOException {
    ObjectNode root = MetricsFile.JSON.createObjectNode();
    Figure.put(root, "bothRight", bothRight);
    Figure.put(root, "digitError", missed);
    root.putObject("settings")
        .put("network", network.name())
        .put("trainingPairs", sets.train().count())
        .put("validationPairs", sets.validation().count())
        .put("testPairs", sets.test().count())
        .put("epochs", history.epochs().size())
        .put("batch", training.batch())
        .put("learningRate", training.learningRate())
        .put("training", training.toString())
        .put("changes", sets.changes())
        .put("seed", training.seed())
        .put("reconstructionWeight", reconstructionWeight);
    MetricsFile.write(file, root);
  }

  private void draw(ImageClassifier classifier, History history, SampleSource<DigitPair> test)
      throws IOException {
    Path out = training.out();
    Pictures pictures = new Pictures();
    pictures.draw(out.resolve("curves.png"), file -> Curves.write(file, history.epochs()));
    pictures.draw(out.resolve("pairs.png"), new PairPicture(classifier, test)::write);
    pictures.report();
  }
}
