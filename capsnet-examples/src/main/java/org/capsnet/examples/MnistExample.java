package org.capsnet.examples;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.capsnet.capsule.Routing;
import org.capsnet.data.ImageIterator;
import org.capsnet.data.LabeledImages;
import org.capsnet.data.Prefetching;
import org.capsnet.examples.digits.ImageSource;
import org.capsnet.examples.digits.SplitOptions;
import org.capsnet.examples.options.AugmentationOptions;
import org.capsnet.examples.options.NetworkChoice;
import org.capsnet.examples.options.Ranges;
import org.capsnet.examples.options.RoutingChoice;
import org.capsnet.examples.options.Runner;
import org.capsnet.examples.options.SeedOptions;
import org.capsnet.examples.options.TrainingOptions;
import org.capsnet.examples.output.ClassTable;
import org.capsnet.examples.output.Curves;
import org.capsnet.examples.output.DecoderPictures;
import org.capsnet.examples.output.Pictures;
import org.capsnet.io.AtomicFiles;
import org.capsnet.io.FolderLock;
import org.capsnet.loss.ClassLoss;
import org.capsnet.loss.ReconstructionLoss;
import org.capsnet.metric.SeveralRuns;
import org.capsnet.model.Architecture;
import org.capsnet.model.Classifier;
import org.capsnet.model.ImageShape;
import org.capsnet.model.Reconstructor;
import org.capsnet.model.Summary;
import org.capsnet.model.classification.ClassificationObjective;
import org.capsnet.model.classification.ImageClassifier;
import org.capsnet.model.classification.ShiftAveraging;
import org.capsnet.nn.Init;
import org.capsnet.train.History;
import org.capsnet.train.Trainer;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.schedule.FixedSchedule;
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

  private static final int ITERATIONS = 3;

  @Mixin private ImageSource source;

  @Mixin
  private TrainingOptions training =
      new TrainingOptions(3, 32, 0.001, Path.of("runs", "mnist"), "history.csv");

  @Option(names = "--help", usageHelp = true, description = "Shows this help and ends.")
  @SuppressWarnings("UnusedVariable") // read by picocli
  private boolean help;

  @Mixin private SeedOptions seeds = new SeedOptions();

  @Mixin private AugmentationOptions changes = new AugmentationOptions();

  @Option(
      names = "--network",
      defaultValue = "CAPSNET",
      description = {
        "CAPSNET, of Sabour et al. (2017), EFFICIENT, of Mazzia et al. (2021), MATRIX, of Hinton et"
            + " al. (2018), SELF_ROUTING, of Hahn et al. (2019), HVC, of Byerly et al. (2021),"
            + " PATH, of Amer and Maul (2019), DEEP, of Rajasegaran et al. (2019), ATTENTION, of"
            + " Tsai et al. (2020), or RESNET, without capsules, of He et al. (2016). Default:"
            + " ${DEFAULT-VALUE}."
      })
  private NetworkChoice network;

  @Option(
      names = "--routing",
      paramLabel = "NAME",
      converter = RoutingChoice.Converter.class,
      completionCandidates = RoutingChoice.Names.class,
      description = {
        "To the class capsules, in place of the network's own, with the loss that goes with it, and"
            + " with other settings if need be, as dynamic:leaky=true: ${COMPLETION-CANDIDATES}."
      })
  private RoutingChoice routing;

  @Option(
      names = "--routing-iterations",
      description = "Of a routing that has iterations. Default: 3.")
  private Integer routingIterations;

  @Option(
      names = "--share-matrices",
      description = {
        "Lets all primary capsules of CAPSNET vote with one matrix for each class, as those of Gu"
            + " and Tresp (2020) do with --routing uniform, in place of one for each pair."
      })
  private boolean shareMatrices;

  @Option(
      names = "--reconstruction-weight",
      defaultValue = "0.0005",
      description =
          "The weight of the squared error summed over pixels. Default: ${DEFAULT-VALUE}.")
  private double reconstructionWeight;

  @Option(
      names = "--average-shifts",
      defaultValue = "0",
      description = {
        "Also tests with predictions averaged over shifts by up to this many pixels, 0 for no"
            + " such test. Default: ${DEFAULT-VALUE}."
      })
  private int averageShifts;

  @Option(
      names = "--paper",
      description =
          "Uses the paper's network also where it is large: for --images of more than 32 pixels,"
              + " which by default get one with a stem of stride 2 and without a decoder, and of"
              + " MATRIX, which by default is the paper's small one.")
  private boolean paper;

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
    Architecture.OfImages<?, ?> architecture = architecture(sets.train());
    Classifier outline = (Classifier) architecture.build(Init.shapesOnly(training.dtype()));
    changes.requireLoss(loss(outline, 1));
    Summary summary = outline.network().summary();
    System.out.println(summary);
    summary.requireMemory(training.batch());
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
    History history = TrainingOptions.requireWhole(train(classifier, sets, seed, out));
    classifier.save(TrainingOptions.model(out));
    Evaluation evaluation = classifier.evaluate(inOrder(sets.test()));
    history.writeCsv(out.resolve("history.csv"));
    System.out.print(ClassTable.of(evaluation, classifier.classNames()));
    System.out.println("model, curves and pictures: " + out.toAbsolutePath().normalize());
    if (averageShifts > 0) {
      testAveraged(classifier, sets.test());
    }
    System.out.printf(Locale.ROOT, "test accuracy: %.2f %%%n", 100 * evaluation.accuracy());
    draw(classifier, history, sets.test(), out);
    return evaluation.accuracy();
  }

  private void testAveraged(ImageClassifier classifier, LabeledImages test) {
    ShiftAveraging average = new ShiftAveraging(averageShifts);
    System.out.printf(
        Locale.ROOT,
        "test accuracy averaged over %d shifts: %.2f %%%n",
        average.shifts(),
        100 * average.evaluate(classifier.ability(), inOrder(test)).accuracy());
  }

  private void requireRanges() {
    training.requireRanges();
    seeds.requireRanges();
    changes.requireRanges();
    requireRouting();
    Ranges.require(
        !shareMatrices || network == NetworkChoice.CAPSNET,
        "--share-matrices",
        "the network " + NetworkChoice.CAPSNET,
        network);
    Ranges.atLeast(0.0, "--reconstruction-weight", reconstructionWeight);
    Ranges.atLeast(0, "--average-shifts", averageShifts);
    source.requireRanges();
  }

  private void requireRouting() {
    Ranges.require(
        routing == null || network.routing().isPresent(),
        "--routing",
        "a network with a routing to choose",
        network);
    if (routing != null) {
      asked(ITERATIONS);
    }
    if (routingIterations != null) {
      Ranges.atLeast(1, "--routing-iterations", routingIterations);
      Ranges.require(
          routing().map(RoutingChoice::iterates).orElse(false),
          "--routing-iterations",
          "a routing with iterations",
          routing().map(RoutingChoice::toString).orElse(network.name()));
    }
  }

  /** The one that was asked for, or the network's own; of some networks there is none to choose. */
  private Optional<RoutingChoice> routing() {
    return Optional.ofNullable(routing).or(network::routing);
  }

  private Architecture.OfImages<?, ?> architecture(LabeledImages images) {
    Architecture.OfImages<?, ?> sized =
        paper
            ? network.ofThePaper(ImageShape.of(images), images.classes())
            : network.sizedFor(images);
    if (shareMatrices) {
      sized = network.withSharedMatrices(sized);
    }
    if (routing == null && routingIterations == null) {
      return sized;
    }
    int iterations = routingIterations == null ? ITERATIONS : routingIterations;
    return network.with(sized, routing().orElseThrow(), iterations);
  }

  private Routing asked(int iterations) {
    try {
      return routing().orElseThrow().of(iterations);
    } catch (IllegalArgumentException e) {
      throw new Ranges.WrongOption("--routing " + routing + ": " + e.getMessage());
    }
  }

  private void draw(ImageClassifier classifier, History history, LabeledImages test, Path out)
      throws IOException {
    DecoderPictures decoder = new DecoderPictures(classifier, test);
    Pictures pictures = new Pictures();
    pictures.draw(out.resolve("curves.png"), file -> Curves.write(file, history.epochs()));
    if (classifier.ability() instanceof Reconstructor net && net.reconstructs()) {
      pictures.draw(out.resolve("reconstructions.png"), decoder::reconstructions);
      pictures.draw(out.resolve("perturbations.png"), decoder::perturbations);
    } else {
      System.out.println("no reconstructions: this network has no decoder");
    }
    pictures.report();
  }

  private History train(
      ImageClassifier classifier, SplitOptions.Sets sets, long seed, Path folder) {
    ImageIterator batches =
        changes
            .changing(ImageIterator.builder(sets.train(), training.batch()))
            .shuffle()
            .seed(seed)
            .dataType(training.dtype())
            .build();
    ClassificationObjective objective =
        new ClassificationObjective(
            classifier.ability(),
            changes.smoothing(loss(classifier.ability(), training.epochs() * batches.batches())),
            ReconstructionLoss.SQUARED_ERROR,
            new FixedSchedule(reconstructionWeight));
    Map<String, String> facts = new HashMap<>(changes.facts());
    facts.put("seed", Long.toString(seed));
    facts.put("reconstruction weight", Double.toString(reconstructionWeight));
    Trainer trainer =
        training
            .trainer(objective, batches.batches(), () -> inOrder(sets.validation()), folder)
            .metadata(classifier.metadata())
            .provenance(facts);
    try (Prefetching ahead = Prefetching.of(batches)) {
      return trainer.fit(ahead, inOrder(sets.validation()));
    }
  }

  private ClassLoss loss(Classifier net, int steps) {
    return routing().map(own -> RoutingChoice.loss(asked(ITERATIONS), steps)).orElseGet(net::loss);
  }

  private ImageIterator inOrder(LabeledImages images) {
    return ImageIterator.builder(images, training.batch()).dataType(training.dtype()).build();
  }
}
