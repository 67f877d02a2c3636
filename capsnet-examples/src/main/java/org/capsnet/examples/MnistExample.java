package org.capsnet.examples;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.capsnet.data.ImageIterator;
import org.capsnet.data.LabeledImages;
import org.capsnet.data.Prefetching;
import org.capsnet.data.RandomShift;
import org.capsnet.loss.MarginLoss;
import org.capsnet.loss.ReconstructionLoss;
import org.capsnet.model.CapsNet;
import org.capsnet.model.CapsNetArchitecture;
import org.capsnet.model.CapsNetObjective;
import org.capsnet.model.CapsNetSummary;
import org.capsnet.model.ImageClassifier;
import org.capsnet.routing.DynamicRouting;
import org.capsnet.train.Checkpointing;
import org.capsnet.train.History;
import org.capsnet.train.ProgressBar;
import org.capsnet.train.Trainer;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.linalg.schedule.RampSchedule;
import org.nd4j.linalg.schedule.ScheduleType;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Trains the paper's CapsNet on handwritten digits, or on images of one's own. */
@Command(
    name = "mnist",
    sortOptions = false,
    description = {
      "Trains the CapsNet of Sabour et al. (2017), full size, and shows what it learned.",
      "Without options: on the 10,000 training and 2,000 test digits that are bundled."
    },
    footer = {
      "",
      "The output folder gets model.safetensors, history.csv, curves.png, reconstructions.png,"
          + " perturbations.png and checkpoints, from which --resume goes on."
    })
public final class MnistExample implements Callable<Integer> {

  /** The share of the learning rate that is left at the end. */
  private static final double LAST_RATE = 0.02;

  private static final int WARM_UP_STEPS = 20;

  @Mixin private ImageSource source;

  @Option(names = "--help", usageHelp = true, description = "Shows this help and ends.")
  @SuppressWarnings("UnusedVariable") // read by picocli
  private boolean help;

  @Option(names = "--epochs", defaultValue = "3", description = "Default: ${DEFAULT-VALUE}.")
  private int epochs;

  @Option(
      names = "--batch",
      defaultValue = "32",
      description = "Images a step. Default: ${DEFAULT-VALUE}.")
  private int batch;

  @Option(
      names = "--learning-rate",
      defaultValue = "0.001",
      description = "Reached after 20 steps; it decays to a fiftieth. Default: ${DEFAULT-VALUE}.")
  private double learningRate;

  @Option(
      names = "--shift",
      defaultValue = "2",
      description =
          "Moves training images by up to so many pixels, at random. Default: ${DEFAULT-VALUE}.")
  private int shift;

  @Option(
      names = "--routing-iterations",
      defaultValue = "3",
      description = "Default: ${DEFAULT-VALUE}.")
  private int routingIterations;

  @Option(
      names = "--reconstruction-weight",
      defaultValue = "0.0005",
      description = "Of the squared error summed over pixels. Default: ${DEFAULT-VALUE}.")
  private double reconstructionWeight;

  @Option(
      names = "--dtype",
      defaultValue = "FLOAT",
      description = "FLOAT or DOUBLE. Default: ${DEFAULT-VALUE}.")
  private DataType dtype;

  @Option(names = "--seed", defaultValue = "1", description = "Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--out",
      defaultValue = "runs/mnist",
      description = "The output folder. Default: ${DEFAULT-VALUE}.")
  private Path out;

  @Option(
      names = "--checkpoint-every",
      defaultValue = "100",
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

  MnistExample() {}

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
    Path checkpoints = out.resolve("checkpoints");
    Path finished = out.resolve("history.csv");
    requireNothingToLose(checkpoints, finished);
    ImageSource.Sets sets = source.read(seed);
    System.out.println(sets.description());
    CapsNetArchitecture architecture = architecture(sets.train());
    System.out.println(new CapsNetSummary(architecture));
    Memory.require(new CapsNetSummary(architecture), batch);
    Files.createDirectories(out);
    Files.deleteIfExists(finished); // from here on the training is an unfinished one
    CapsNet net = new CapsNet(architecture, seed);
    ImageClassifier classifier = new ImageClassifier(net, sets.train().classNames());
    History history = train(net, sets, checkpoints);
    classifier.save(out.resolve("model.safetensors"));
    Evaluation evaluation = classifier.evaluate(inOrder(sets.test()));
    System.out.print(ClassTable.of(evaluation, classifier.classNames()));
    draw(classifier, history, sets.test());
    history.writeCsv(finished);
    System.out.println("model, curves and pictures: " + out.toAbsolutePath().normalize());
    System.out.printf(Locale.ROOT, "test accuracy: %.2f %%%n", 100 * evaluation.accuracy());
    return 0;
  }

  private void requireRanges() {
    Ranges.atLeast(1, "--epochs", epochs);
    Ranges.atLeast(1, "--batch", batch);
    Ranges.above(0, "--learning-rate", learningRate);
    Ranges.atLeast(0, "--shift", shift);
    Ranges.atLeast(1, "--routing-iterations", routingIterations);
    Ranges.atLeast(0.0, "--reconstruction-weight", reconstructionWeight);
    Ranges.atLeast(0, "--checkpoint-every", checkpointEvery);
    boolean real = dtype == DataType.FLOAT || dtype == DataType.DOUBLE;
    Ranges.require(real, "--dtype", "FLOAT or DOUBLE", dtype);
    source.requireRanges();
  }

  /** Refuses to begin anew where an unfinished training would be lost. */
  private void requireNothingToLose(Path checkpoints, Path finished) throws IOException {
    if (Files.exists(out) && !Files.isDirectory(out)) {
      throw new FileAlreadyExistsException(out.toString());
    }
    boolean unfinished = Files.isDirectory(checkpoints) && !Files.exists(finished);
    if (unfinished && !resume && !overwrite) {
      throw new IllegalArgumentException(
          out + " holds an unfinished training: --resume goes on with it, --overwrite begins anew");
    }
  }

  private CapsNetArchitecture architecture(LabeledImages images) {
    return CapsNet.builder()
        .image(images.channels(), images.height(), images.width())
        .classes(images.classes())
        .routing(new DynamicRouting(routingIterations))
        .type(dtype)
        .architecture();
  }

  private void draw(ImageClassifier classifier, History history, LabeledImages test)
      throws IOException {
    Curves.write(out.resolve("curves.png"), history.epochs());
    DecoderPictures pictures = new DecoderPictures(classifier, test);
    pictures.reconstructions(out.resolve("reconstructions.png"));
    pictures.perturbations(out.resolve("perturbations.png"));
  }

  private History train(CapsNet net, ImageSource.Sets sets, Path checkpoints) {
    ImageIterator batches =
        ImageIterator.builder(sets.train(), batch)
            .shuffle()
            .augment(new RandomShift(shift))
            .seed(seed)
            .dataType(dtype)
            .build();
    int steps = epochs * batches.batches();
    Trainer trainer =
        Trainer.of(
                new CapsNetObjective(
                    net,
                    MarginLoss.standard(),
                    ReconstructionLoss.SQUARED_ERROR,
                    reconstructionWeight))
            .updater(new Adam(schedule(steps)))
            .epochs(epochs)
            .checkpoints(
                Checkpointing.in(checkpoints)
                    .everyIterations(checkpointEvery)
                    .keepLast(2)
                    .replacingEarlier())
            .listener(ProgressBar.onConsole());
    if (resume) {
      trainer.resumeIfPresent();
    }
    try (Prefetching ahead = Prefetching.of(batches)) {
      return trainer.fit(ahead, inOrder(sets.validation()));
    }
  }

  /** Up from nothing in the first steps, and down to a fiftieth by the last. */
  private ISchedule schedule(int steps) {
    ISchedule decay =
        new ExponentialSchedule(
            ScheduleType.ITERATION, learningRate, Math.pow(LAST_RATE, 1.0 / steps));
    return new RampSchedule(decay, WARM_UP_STEPS);
  }

  private ImageIterator inOrder(LabeledImages images) {
    return ImageIterator.builder(images, batch).dataType(dtype).build();
  }
}
