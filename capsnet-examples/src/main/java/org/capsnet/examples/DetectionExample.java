package org.capsnet.examples;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.capsnet.capsule.Routing;
import org.capsnet.data.Prefetching;
import org.capsnet.data.SampleEncoder;
import org.capsnet.data.SampleIterator;
import org.capsnet.data.SampleSource;
import org.capsnet.data.detection.DetectionSample;
import org.capsnet.examples.detection.DetectionPicture;
import org.capsnet.examples.detection.DetectionReport;
import org.capsnet.examples.detection.PrecisionRecall;
import org.capsnet.examples.detection.SceneSource;
import org.capsnet.examples.options.Ranges;
import org.capsnet.examples.options.Runner;
import org.capsnet.examples.options.SampleSet;
import org.capsnet.examples.options.TrainingOptions;
import org.capsnet.examples.output.Curves;
import org.capsnet.examples.output.Pictures;
import org.capsnet.io.FolderLock;
import org.capsnet.loss.BoxLoss;
import org.capsnet.loss.MarginLoss;
import org.capsnet.loss.ReconstructionLoss;
import org.capsnet.model.ImageShape;
import org.capsnet.model.detection.CapsuleDetector;
import org.capsnet.model.detection.DetectionObjective;
import org.capsnet.model.detection.Detector;
import org.capsnet.model.detection.GridCapsuleDetector;
import org.capsnet.model.detection.ObjectDetector;
import org.capsnet.routing.DynamicRouting;
import org.capsnet.train.EarlyStopping;
import org.capsnet.train.History;
import org.capsnet.train.Trainer;
import org.nd4j.linalg.schedule.FixedSchedule;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Trains a capsule network to find digits in scenes, or objects in your own pictures. */
@Command(
    name = "detection",
    sortOptions = false,
    description = {
      "Trains capsules to find objects: class capsules whose length says whether an object is there"
          + " and whose pose says where.",
      "Without options: one to four digits on 80×80 scenes with clutter, new ones in every epoch,"
          + " composed of the bundled digits."
    },
    footer = {
      "",
      "The output folder gets model.safetensors, of the epoch with the best mean average precision"
          + " on the validation images, history.csv, curves.png, detections.png,"
          + " precision-recall.png, metrics.json and checkpoints, from which --resume continues."
    })
public final class DetectionExample implements Callable<Integer> {

  private static final int PICTURES = 12;

  /** Two kinds of networks. */
  enum Kind {
    /** One capsule per class for the whole image. */
    CAPSULE,
    /** One capsule per class for each cell of a grid. */
    GRID
  }

  @Mixin private SceneSource source;

  @Mixin
  private TrainingOptions training =
      new TrainingOptions(5, 16, 0.002, Path.of("runs", "detection"), "history.csv");

  @Option(names = "--help", usageHelp = true, description = "Shows this help and ends.")
  @SuppressWarnings("UnusedVariable") // read by picocli
  private boolean help;

  @Option(
      names = "--detector",
      description = {
        "GRID finds one object of each class and cell; CAPSULE at most one of each class in the"
            + " image. Default: ${DEFAULT-VALUE}."
      })
  private Kind kind = Kind.GRID;

  @Option(names = "--routing-iterations", description = "Default: ${DEFAULT-VALUE}.")
  private int routingIterations = 3;

  @Option(
      names = "--box-weight",
      description =
          "The weight of the box loss relative to that of presence. Default: ${DEFAULT-VALUE}.")
  private double boxWeight = 1;

  @Option(
      names = "--absent-weight",
      description = {
        "λ of the margin loss: the weight of a class that is absent from a cell. The"
            + " paper's 0.5 is for one cell; a grid has hundreds, nearly all without an object."
            + " Default: ${DEFAULT-VALUE}."
      })
  private double absentWeight = 0.1;

  @Option(
      names = "--reconstruction-weight",
      description =
          "The weight of the squared error summed over pixels; above 0 the CAPSULE detector gets a"
              + " decoder. Default: ${DEFAULT-VALUE}.")
  private double reconstructionWeight;

  DetectionExample() {}

  /**
   * Runs the example.
   *
   * @param args see {@code --help}
   */
  public static void main(String[] args) {
    System.exit(Runner.run(new DetectionExample(), args));
  }

  @Override
  public Integer call() throws IOException {
    requireRanges();
    training.requireNothingToLose();
    SceneSource.Sets sets = source.read(training.seed());
    System.out.println(sets.description());
    Detector net = network(sets);
    System.out.printf(
        "%s detector, %,d parameters, %d×%d cells%n",
        kind, net.network().parameterCount(), net.rows(), net.columns());
    net.network().summary().requireMemory(training.batch());
    try (FolderLock lock = training.begin()) {
      return trainAndShow(new ObjectDetector(net, sets.classNames()), sets);
    }
  }

  private int trainAndShow(ObjectDetector detector, SceneSource.Sets sets) throws IOException {
    History history = TrainingOptions.requireWhole(train(detector, sets));
    Path out = training.out();
    detector.save(TrainingOptions.model(out));
    DetectionReport report = new DetectionReport(detector.evaluate(sets.test()), sets.classNames());
    report.write(out.resolve("metrics.json"), settings(sets, detector.ability(), history));
    history.writeCsv(training.last());
    System.out.print(report.table());
    System.out.println("model, figures and pictures: " + out.toAbsolutePath().normalize());
    System.out.println(report.line());
    draw(detector, sets.test(), history, report);
    return 0;
  }

  private void requireRanges() {
    training.requireRanges();
    Ranges.atLeast(1, "--routing-iterations", routingIterations);
    Ranges.atLeast(0.0, "--box-weight", boxWeight);
    Ranges.above(0, "--absent-weight", absentWeight);
    Ranges.atLeast(0.0, "--reconstruction-weight", reconstructionWeight);
    Ranges.require(
        reconstructionWeight == 0 || kind == Kind.CAPSULE,
        "--reconstruction-weight",
        "0 with the GRID detector, which has no decoder",
        reconstructionWeight);
    source.requireRanges();
  }

  // ---------------------------------------------------------------- training

  private Detector network(SceneSource.Sets sets) {
    ImageShape image = new ImageShape(sets.channels(), sets.size().height(), sets.size().width());
    int classes = sets.classNames().size();
    Routing routing = new DynamicRouting(routingIterations).withLeak();
    if (kind == Kind.GRID) {
      return GridCapsuleDetector.Config.of(image, classes)
          .with("sizes.routing", routing)
          .build(training.init());
    }
    return CapsuleDetector.Config.of(image, classes)
        .with("sizes.routing", routing)
        .with("decoder", reconstructionWeight > 0 ? List.of(512) : null)
        .build(training.init());
  }

  private History train(ObjectDetector detector, SceneSource.Sets sets) {
    Detector net = detector.ability();
    SampleEncoder<DetectionSample> encoder = net.encoder(sets.classNames());
    SampleIterator<DetectionSample> batches =
        new SampleSet<>(sets.train(), encoder, sets.change(), sets.light())
            .shuffled(training.batch(), training.seed(), training.dtype());
    SampleIterator<DetectionSample> validation =
        SampleSet.of(sets.validation(), encoder).inOrder(training.batch(), training.dtype());
    DetectionObjective objective =
        new DetectionObjective(
            net,
            MarginLoss.standard().withLambda(absentWeight),
            BoxLoss.standard(),
            new FixedSchedule(boxWeight),
            ReconstructionLoss.SQUARED_ERROR,
            new FixedSchedule(reconstructionWeight));
    Trainer trainer =
        training
            .trainer(
                objective,
                batches.batches(),
                () ->
                    SampleSet.of(sets.validation(), encoder)
                        .inOrder(training.batch(), training.dtype()))
            .metadata(detector.metadata())
            .provenance(
                Map.of(
                    "seed", Long.toString(training.seed()),
                    "box weight", Double.toString(boxWeight),
                    "absent weight", Double.toString(absentWeight),
                    "reconstruction weight", Double.toString(reconstructionWeight)))
            // All epochs are wanted, and then the best of them.
            .earlyStopping(
                EarlyStopping.on(detector.meanAveragePrecision(), training.epochs())
                    .restoringBest());
    try (Prefetching ahead = Prefetching.of(batches)) {
      return trainer.fit(ahead, validation);
    }
  }

  // ---------------------------------------------------------------- showing

  private void draw(
      ObjectDetector detector,
      SampleSource<DetectionSample> test,
      History history,
      DetectionReport report)
      throws IOException {
    Path out = training.out();
    Pictures pictures = new Pictures();
    pictures.draw(out.resolve("curves.png"), file -> Curves.write(file, history.epochs()));
    pictures.draw(
        out.resolve("precision-recall.png"),
        file -> PrecisionRecall.write(file, report.pascal(), detector.classNames()));
    pictures.draw(out.resolve("detections.png"), file -> drawScenes(detector, test, file));
    pictures.report();
  }

  private static void drawScenes(
      ObjectDetector detector, SampleSource<DetectionSample> test, Path file) throws IOException {
    DetectionPicture picture = new DetectionPicture(detector.classNames());
    IntStream.range(0, Math.min(PICTURES, test.count()))
        .mapToObj(i -> test.get(0, i))
        .forEach(sample -> picture.add(sample, detector.predict(sample.image().toArray())));
    picture.write(file);
  }

  private Map<String, Object> settings(SceneSource.Sets sets, Detector net, History history) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("detector", kind);
    all.put("cells", List.of(net.rows(), net.columns()));
    all.put("parameters", net.network().parameterCount());
    all.put("images", sets.kind());
    all.put("imageSize", sets.size().toString());
    all.put("training", sets.train().count());
    all.put("validation", sets.validation().count());
    all.put("test", sets.test().count());
    all.put("epochs", history.epochs().size());
    all.put("batch", training.batch());
    all.put("learningRate", training.learningRate());
    all.put("seed", training.seed());
    all.put("routingIterations", routingIterations);
    all.put("boxWeight", boxWeight);
    all.put("absentWeight", absentWeight);
    all.put("reconstructionWeight", reconstructionWeight);
    return all;
  }
}
