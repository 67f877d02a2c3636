package org.capsnet.examples;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.capsnet.data.Prefetching;
import org.capsnet.data.SampleIterator;
import org.capsnet.examples.medical.MedicalCharts;
import org.capsnet.examples.medical.MedicalData;
import org.capsnet.examples.medical.MedicalData.Split;
import org.capsnet.examples.medical.MedicalFigures;
import org.capsnet.examples.medical.MedicalPictures;
import org.capsnet.examples.medical.MedicalSource;
import org.capsnet.examples.options.Ranges;
import org.capsnet.examples.options.Runner;
import org.capsnet.examples.options.SampleSet;
import org.capsnet.examples.options.TrainingOptions;
import org.capsnet.examples.output.ClassTable;
import org.capsnet.examples.output.Curves;
import org.capsnet.examples.output.Pictures;
import org.capsnet.io.FolderLock;
import org.capsnet.loss.ClassWeights;
import org.capsnet.model.ImageShape;
import org.capsnet.model.medical.MedicalCapsNet;
import org.capsnet.model.medical.MedicalEvaluation;
import org.capsnet.model.medical.MedicalModel;
import org.capsnet.model.medical.MedicalNetwork;
import org.capsnet.model.medical.SegCaps;
import org.capsnet.train.EarlyStopping;
import org.capsnet.train.EpochReport;
import org.capsnet.train.History;
import org.capsnet.train.Metric;
import org.capsnet.train.Trainer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Trains a network for diagnosis and segmentation, on synthetic cells or on real images. */
@Command(
    name = "medical",
    sortOptions = false,
    description = {
      "Trains capsules to diagnose and to segment medical images, and shows what they see.",
      "Without options: on synthetic cells. What it trains is not a medical device."
    },
    footer = {
      "",
      "The output folder gets metrics.json, the model and history.csv, curves.png,"
          + " segmentation.png where there are masks, roc.png, confusion.png, reliability.png and"
          + " explanation.png where there are diagnoses, and checkpoints, from which --resume"
          + " continues. With --folds, each fold has a folder of its own."
    })
public final class MedicalExample implements Callable<Integer> {

  private static final String WARNING =
      "This is a demonstration of a method. It is not a medical device: no diagnosis may be based"
          + " on it.";

  /** The networks to choose from. */
  enum Kind {
    /** Diagnosis and masks. */
    MEDICAL,
    /** Masks alone. */
    SEGCAPS
  }

  @Mixin private MedicalSource source;

  @Mixin
  private TrainingOptions training =
      new TrainingOptions(8, 16, 0.002, Path.of("runs", "medical"), "metrics.json");

  @Option(names = "--help", usageHelp = true, description = "Shows this help and ends.")
  @SuppressWarnings("UnusedVariable") // read by picocli
  private boolean help;

  @Option(
      names = "--model",
      defaultValue = "medical",
      description =
          "medical, for diagnosis and masks, or segcaps, for masks only. Default:"
              + " ${DEFAULT-VALUE}.")
  private Kind kind;

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
    MedicalData data = source.read(training.seed(), kind == Kind.MEDICAL);
    requireMasks(data);
    data.requireWhole();
    List<Path> folders = folders(data.splits().size());
    training.requireNothingToLose(folders);
    System.out.println(data.description());
    try (FolderLock lock = training.begin(folders)) {
      return trainAndShow(data, folders);
    }
  }

  private int trainAndShow(MedicalData data, List<Path> folders) throws IOException {
    MedicalFigures figures = new MedicalFigures(data);
    MedicalEvaluation all = evaluation(data);
    List<History> histories = new ArrayList<>();
    MedicalModel last = null; // of which pictures are drawn
    try {
      for (int k = 0; k < folders.size(); k++) {
        Split split = data.splits().get(k);
        if (last != null) {
          last.close();
        }
        Trained trained = train(data, split, folders.get(k));
        last = trained.model();
        figures.add(judged(data, last, split, all));
        histories.add(trained.history());
      }
      figures.write(training.last(), all, settings(histories));
      report(data, figures, all);
      draw(data, last, all, histories);
      return 0;
    } finally {
      if (last != null) {
        last.close();
      }
    }
  }

  /** Judges a model on its test images, once: for its own figures and for those of all folds. */
  private MedicalEvaluation judged(
      MedicalData data, MedicalModel model, Split split, MedicalEvaluation all) {
    MedicalEvaluation own = evaluation(data);
    model.evaluate(inOrder(split.test()), own, all);
    return own;
  }

  private void report(MedicalData data, MedicalFigures figures, MedicalEvaluation all) {
    all.classes().ifPresent(classes -> System.out.print(ClassTable.of(classes, data.classNames())));
    System.out.println(
        "model, figures and pictures: " + training.out().toAbsolutePath().normalize());
    System.out.print(figures.lines());
    System.out.println(WARNING);
  }

  private void requireRanges() {
    source.requireRanges();
    training.requireRanges();
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
        ? List.of(training.out())
        : IntStream.rangeClosed(1, splits)
            .mapToObj(k -> training.out().resolve("fold-" + k))
            .toList();
  }

  private MedicalEvaluation evaluation(MedicalData data) {
    return new MedicalEvaluation(
        data.classNames(), data.maskNames().size(), data.severalFindings());
  }

  private Map<String, Object> settings(List<History> histories) {
    double seconds =
        histories.stream()
            .flatMap(history -> history.epochs().stream())
            .mapToDouble(EpochReport::seconds)
            .sum();
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("model", kind.name().toLowerCase(Locale.ROOT));
    settings.put("epochs", training.epochs());
    settings.put("batch", training.batch());
    settings.put("learning rate", training.learningRate());
    settings.put("seed", training.seed());
    settings.put("training seconds", Math.round(seconds));
    return settings;
  }

  // ---------------------------------------------------------------- training

  private MedicalNetwork network(MedicalData data) {
    ImageShape image =
        new ImageShape(data.channels(), data.layout().height(), data.layout().width());
    int masks = data.maskNames().size();
    return kind == Kind.MEDICAL
        ? MedicalCapsNet.Config.of(image, data.classNames().size(), masks).build(training.init())
        : SegCaps.Config.of(image, masks).build(training.init());
  }

  private Trained train(MedicalData data, Split split, Path folder) throws IOException {
    MedicalNetwork net = network(data);
    net.network().summary().requireMemory(training.batch());
    MedicalModel model =
        new MedicalModel(net, data.classNames(), data.maskNames(), data.severalFindings());
    System.out.printf("%,d parameters%n", net.network().parameterCount());
    SampleIterator<?> batches =
        split.train().shuffled(training.batch(), training.seed(), training.dtype());
    Metric best = data.maskNames().isEmpty() ? Metric.VALIDATION_LOSS : model.meanDice();
    Trainer trainer =
        training
            .trainer(
                model.objective(classWeights(data, split)),
                batches.batches(),
                () -> inOrder(split.validation()),
                folder)
            .metadata(model.metadata())
            .provenance(Map.of("seed", Long.toString(training.seed())))
            // All epochs are wanted, and then the best of them.
            .earlyStopping(EarlyStopping.on(best, training.epochs()).restoringBest());
    try (Prefetching ahead = Prefetching.of(batches)) {
      History history =
          TrainingOptions.requireWhole(trainer.fit(ahead, inOrder(split.validation())));
      model.save(TrainingOptions.model(folder));
      history.writeCsv(folder.resolve("history.csv"));
      return new Trained(model, history);
    }
  }

  private SampleIterator<?> inOrder(SampleSet<?> samples) {
    return samples.inOrder(training.batch(), training.dtype());
  }

  /** Against imbalance where each image has one class; where several may apply, none. */
  private double[] classWeights(MedicalData data, Split split) {
    return data.classNames().isEmpty() || data.severalFindings()
        ? new double[0]
        : ClassWeights.inverseFrequency(split.train().classCounts(data.classNames().size()));
  }

  // ---------------------------------------------------------------- pictures

  /** Draws how each training went, and what the model of the last one does. */
  private void draw(
      MedicalData data, MedicalModel model, MedicalEvaluation all, List<History> histories)
      throws IOException {
    Pictures pictures = new Pictures();
    List<Path> folders = folders(histories.size());
    for (int k = 0; k < folders.size(); k++) {
      History history = histories.get(k);
      pictures.draw(
          folders.get(k).resolve("curves.png"), file -> Curves.write(file, history.epochs()));
    }
    drawCharts(pictures, data, all);
    Split split = data.splits().get(histories.size() - 1);
    MedicalPictures seen =
        new MedicalPictures(model, split.test().some(MedicalPictures.IMAGES), data.layout());
    Path out = training.out();
    if (all.masks().isPresent()) {
      pictures.draw(out.resolve("segmentation.png"), seen::segmentation);
    }
    if (all.roc().isPresent()) {
      pictures.draw(out.resolve("explanation.png"), seen::explanation);
    }
    pictures.report();
  }

  private void drawCharts(Pictures pictures, MedicalData data, MedicalEvaluation all)
      throws IOException {
    Path out = training.out();
    if (all.roc().isPresent()) {
      pictures.draw(
          out.resolve("roc.png"), file -> MedicalCharts.roc(file, all, data.classNames()));
      pictures.draw(
          out.resolve("reliability.png"),
          file -> MedicalCharts.reliability(file, all.calibration().orElseThrow()));
    }
    if (all.classes().isPresent()) {
      pictures.draw(
          out.resolve("confusion.png"),
          file -> MedicalCharts.confusion(file, all.classes().orElseThrow(), data.classNames()));
    }
  }
}
