package org.capsnet.examples;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.capsnet.data.Prefetching;
import org.capsnet.data.SampleIterator;
import org.capsnet.examples.MedicalData.Split;
import org.capsnet.loss.ClassWeights;
import org.capsnet.model.MedicalCapsNet;
import org.capsnet.model.MedicalEvaluation;
import org.capsnet.model.MedicalModel;
import org.capsnet.model.MedicalNetwork;
import org.capsnet.model.SegCaps;
import org.capsnet.train.Checkpointing;
import org.capsnet.train.EarlyStopping;
import org.capsnet.train.EpochReport;
import org.capsnet.train.History;
import org.capsnet.train.Metric;
import org.capsnet.train.ProgressBar;
import org.capsnet.train.Trainer;
import org.nd4j.linalg.learning.config.Adam;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Trains a network for diagnosis and segmentation, on made-up cells or on real images. */
@Command(
    name = "medical",
    sortOptions = false,
    description = {
      "Trains capsules to diagnose and to segment medical images, and shows what they see.",
      "Without options: on cells that are made up. What it trains is not a medical device."
    },
    footer = {
      "",
      "The output folder gets metrics.json, the model and history.csv, curves.png,"
          + " segmentation.png where there are masks, roc.png, confusion.png, reliability.png and"
          + " explanation.png where there are diagnoses, and checkpoints, from which --resume goes"
          + " on. With --folds each fold has a folder of its own."
    })
public final class MedicalExample implements Callable<Integer> {

  private static final String WARNING =
      "This is a demonstration of a method. It is not a medical device: no diagnosis may rest on it.";

  /** The networks to choose from. */
  enum Kind {
    /** Diagnosis and masks. */
    MEDICAL,
    /** Masks alone. */
    SEGCAPS
  }

  @Mixin private MedicalSource source;

  @Option(names = "--help", usageHelp = true, description = "Shows this help and ends.")
  @SuppressWarnings("UnusedVariable") // read by picocli
  private boolean help;

  @Option(
      names = "--model",
      defaultValue = "medical",
      description =
          "medical, for diagnosis and masks, or segcaps, for masks alone. Default:"
              + " ${DEFAULT-VALUE}.")
  private Kind kind;

  @Option(names = "--epochs", defaultValue = "8", description = "Default: ${DEFAULT-VALUE}.")
  private int epochs;

  @Option(
      names = "--batch",
      defaultValue = "16",
      description = "Images a step. Default: ${DEFAULT-VALUE}.")
  private int batch;

  @Option(
      names = "--learning-rate",
      defaultValue = "0.002",
      description = "Reached after 20 steps; it decays to a fiftieth. Default: ${DEFAULT-VALUE}.")
  private double learningRate;

  @Option(names = "--seed", defaultValue = "1", description = "Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--out",
      defaultValue = "runs/medical",
      description = "The output folder. Default: ${DEFAULT-VALUE}.")
  private Path out;

  @Option(
      names = "--checkpoint-every",
      defaultValue = "0",
      description =
          "Steps from one checkpoint to the next; 0 for one at the end of each epoch only."
              + " Default: ${DEFAULT-VALUE}.")
  private int checkpointEvery;

  @Option(names = "--resume", description = "Goes on from the last checkpoint, if there is one.")
  private boolean resume;

  @Option(
      names = "--overwrite",
      description = "Begins anew where the output folder holds an unfinished training.")
  private boolean overwrite;

  MedicalExample() {}

  /**
   * Runs the example.
   *
   * @param args see {@code --help}
   */
  public static void main(String[] args) {
    System.exit(Runner.run(new MedicalExample(), args));
  }

  /** A model that was trained, and how. */
  private record Trained(MedicalModel model, History history) {}

  @Override
  public Integer call() throws IOException {
    requireRanges();
    MedicalData data = source.read(seed, kind == Kind.MEDICAL);
    requireMasks(data);
    OutputFolder folder = new OutputFolder(out, "metrics.json");
    List<Path> folders = folders(data.splits().size());
    folder.requireNothingToLose(
        folders.stream().map(each -> each.resolve("checkpoints")).toList(), resume || overwrite);
    System.out.println(data.description());
    folder.begin();
    MedicalFigures figures = new MedicalFigures(data);
    MedicalEvaluation all = evaluation(data);
    double seconds = 0;
    for (int k = 0; k < folders.size(); k++) {
      Split split = data.splits().get(k);
      Trained trained = train(data, split, folders.get(k));
      seconds += trained.history().epochs().stream().mapToDouble(EpochReport::seconds).sum();
      figures.add(judged(data, trained.model(), split, all));
      if (k == folders.size() - 1) {
        draw(data, trained.model(), split, all);
      }
    }
    figures.write(folder.resolve("metrics.json"), all, settings(seconds));
    report(data, figures, all);
    return 0;
  }

  /** Judges a model on its test images, once: for its own figures and for those of all folds. */
  private MedicalEvaluation judged(
      MedicalData data, MedicalModel model, Split split, MedicalEvaluation all) {
    MedicalEvaluation own = evaluation(data);
    model.evaluate(split.test().inOrder(batch), own, all);
    return own;
  }

  private void report(MedicalData data, MedicalFigures figures, MedicalEvaluation all) {
    all.classes().ifPresent(classes -> System.out.print(ClassTable.of(classes, data.classNames())));
    System.out.println("model, figures and pictures: " + out.toAbsolutePath().normalize());
    System.out.print(figures.lines());
    System.out.println(WARNING);
  }

  private void requireRanges() {
    source.requireRanges();
    Ranges.atLeast(1, "--epochs", epochs);
    Ranges.atLeast(1, "--batch", batch);
    Ranges.above(0, "--learning-rate", learningRate);
    Ranges.atLeast(0, "--checkpoint-every", checkpointEvery);
  }

  private void requireMasks(MedicalData data) {
    Ranges.require(
        kind == Kind.MEDICAL || !data.maskNames().isEmpty(),
        "--model segcaps",
        "images with masks",
        data.description());
  }

  /** The output folder, or one in it for each fold. */
  private List<Path> folders(int splits) {
    return splits == 1
        ? List.of(out)
        : IntStream.rangeClosed(1, splits).mapToObj(k -> out.resolve("fold-" + k)).toList();
  }

  private MedicalEvaluation evaluation(MedicalData data) {
    return new MedicalEvaluation(
        data.classNames(), data.maskNames().size(), data.severalFindings());
  }

  private Map<String, Object> settings(double seconds) {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("model", kind.name().toLowerCase(Locale.ROOT));
    settings.put("epochs", epochs);
    settings.put("batch", batch);
    settings.put("learning rate", learningRate);
    settings.put("seed", seed);
    settings.put("training seconds", Math.round(seconds));
    return settings;
  }

  // ---------------------------------------------------------------- training

  private MedicalNetwork network(MedicalData data) {
    int height = data.layout().height();
    int width = data.layout().width();
    return kind == Kind.MEDICAL
        ? MedicalCapsNet.builder()
            .image(data.channels(), height, width)
            .classes(data.classNames().size())
            .masks(data.maskNames().size())
            .seed(seed)
            .build()
        : SegCaps.builder()
            .image(data.channels(), height, width)
            .masks(data.maskNames().size(), 8)
            .seed(seed)
            .build();
  }

  private Trained train(MedicalData data, Split split, Path folder) throws IOException {
    MedicalNetwork net = network(data);
    MedicalModel model =
        new MedicalModel(net, data.classNames(), data.maskNames(), data.severalFindings());
    System.out.printf("%,d parameters%n", net.parameterCount());
    SampleIterator<?> batches = split.train().shuffled(batch, seed);
    Trainer trainer =
        Trainer.of(model.objective(classWeights(data, split)))
            .updater(new Adam(LearningRates.decaying(learningRate, epochs * batches.batches())))
            .epochs(epochs)
            .earlyStopping(EarlyStopping.on(Metric.VALIDATION_LOSS, epochs).restoringBest())
            .checkpoints(
                Checkpointing.in(folder.resolve("checkpoints"))
                    .everyIterations(checkpointEvery)
                    .keepLast(1)
                    .best(Metric.VALIDATION_LOSS)
                    .replacingEarlier())
            .listener(ProgressBar.onConsole());
    if (resume) {
      trainer.resumeIfPresent();
    }
    try (Prefetching ahead = Prefetching.of(batches)) {
      History history = trainer.fit(ahead, split.validation().inOrder(batch));
      history.writeCsv(folder.resolve("history.csv"));
      Curves.write(folder.resolve("curves.png"), history.epochs());
      model.save(folder.resolve("model.safetensors"));
      return new Trained(model, history);
    }
  }

  /** Against imbalance where each image has one class; where several may apply, none. */
  private double[] classWeights(MedicalData data, Split split) {
    return data.classNames().isEmpty() || data.severalFindings()
        ? new double[0]
        : ClassWeights.inverseFrequency(split.train().classCounts(data.classNames().size()));
  }

  // ---------------------------------------------------------------- pictures

  private void draw(MedicalData data, MedicalModel model, Split split, MedicalEvaluation all)
      throws IOException {
    MedicalPictures pictures =
        new MedicalPictures(model, split.test().some(MedicalPictures.IMAGES), data.layout());
    if (all.masks().isPresent()) {
      pictures.segmentation(out.resolve("segmentation.png"));
    }
    if (all.roc().isPresent()) {
      MedicalCharts.roc(out.resolve("roc.png"), all, data.classNames());
      MedicalCharts.reliability(out.resolve("reliability.png"), all.calibration().orElseThrow());
      pictures.explanation(out.resolve("explanation.png"));
    }
    if (all.classes().isPresent()) {
      MedicalCharts.confusion(
          out.resolve("confusion.png"), all.classes().orElseThrow(), data.classNames());
    }
  }
}
