package org.capsnet.examples.options;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.capsnet.io.FolderLock;
import org.capsnet.nn.Init;
import org.capsnet.train.Checkpointing;
import org.capsnet.train.History;
import org.capsnet.train.ProgressBar;
import org.capsnet.train.Schedules;
import org.capsnet.train.StopReason;
import org.capsnet.train.Trainable;
import org.capsnet.train.Trainer;
import org.capsnet.train.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.regularization.WeightDecay;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.linalg.schedule.RampSchedule;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options for the training and its output, and that training. */
public final class TrainingOptions {

  /** The share of the learning rate that is left at the end. */
  private static final double LAST_RATE = 0.02;

  private static final int WARM_UP_STEPS = 20;

  /** How the learning rate changes over a training. */
  private enum Decay {
    /** By the same factor in each step. */
    EXPONENTIAL {
      @Override
      ISchedule schedule(double rate, int steps) {
        ISchedule falling = Schedules.exponential(rate, LAST_RATE * rate, steps);
        return new RampSchedule(falling, WARM_UP_STEPS);
      }
    },

    /** Along half a cosine. */
    COSINE {
      @Override
      ISchedule schedule(double rate, int steps) {
        return new RampSchedule(Schedules.cosine(rate, LAST_RATE * rate, steps), WARM_UP_STEPS);
      }
    },

    /** Up, down, and out. */
    ONE_CYCLE {
      @Override
      ISchedule schedule(double rate, int steps) {
        Ranges.require(steps >= 3, "--schedule ONE_CYCLE", "a training of 3 steps or more", steps);
        return Schedules.oneCycle(rate, steps);
      }
    };

    abstract ISchedule schedule(double rate, int steps);
  }

  @Option(names = "--epochs", description = "Default: ${DEFAULT-VALUE}.")
  private int epochs;

  @Option(names = "--batch", description = "Images per step. Default: ${DEFAULT-VALUE}.")
  private int batch;

  @Option(
      names = "--learning-rate",
      description = "The largest one, after 20 steps but for ONE_CYCLE. Default: ${DEFAULT-VALUE}.")
  private double learningRate;

  @Option(
      names = "--schedule",
      description = {
        "How it falls: EXPONENTIAL or COSINE, to a fiftieth, or ONE_CYCLE, which rises for almost"
            + " half of the steps and falls to a thousandth. Default: ${DEFAULT-VALUE}."
      })
  private Decay decay = Decay.EXPONENTIAL;

  @Option(names = "--dtype", description = "FLOAT or DOUBLE. Default: ${DEFAULT-VALUE}.")
  private DataType dtype = DataType.FLOAT;

  @Option(names = "--seed", description = "Default: ${DEFAULT-VALUE}.")
  private long seed = 1;

  @Option(names = "--out", description = "The output folder. Default: ${DEFAULT-VALUE}.")
  private Path out;

  @Option(
      names = "--checkpoint-every",
      description =
          "Steps from one checkpoint to the next; 0 for one at the end of each epoch only."
              + " Default: ${DEFAULT-VALUE}.")
  private int checkpointEvery = 100;

  @Option(
      names = "--moving-average",
      description = {
        "Judges and saves a moving average of the weights, of which a step keeps this share, such"
            + " as 0.999; 0 for none. Default: ${DEFAULT-VALUE}."
      })
  private double movingAverage;

  @Option(
      names = "--weight-decay",
      description = {
        "The share of the learning rate by which a step makes weights smaller, biases left alone,"
            + " such as 0.01. Default: ${DEFAULT-VALUE}."
      })
  private double weightDecay;

  @Mixin private BoardOptions board = new BoardOptions();

  @Option(names = "--resume", description = "Continues from the last checkpoint, if there is one.")
  private boolean resume;

  @Option(
      names = "--overwrite",
      description = "Starts again even if the output folder holds a training, which is lost.")
  private boolean overwrite;

  /** The file in the output folder that is written last. */
  private String lastFile;

  /**
   * Options with the defaults of an example.
   *
   * @param lastFile the name of the file that the example writes last, whose absence marks an
   *     unfinished training
   */
  public TrainingOptions(int epochs, int batch, double learningRate, Path out, String lastFile) {
    this.lastFile = lastFile;
    this.epochs = epochs;
    this.batch = batch;
    this.learningRate = learningRate;
    this.out = out;
  }

  /** Names another file that is written last. */
  public void endingWith(String file) {
    lastFile = file;
  }

  public int epochs() {
    return epochs;
  }

  public int batch() {
    return batch;
  }

  public double learningRate() {
    return learningRate;
  }

  public DataType dtype() {
    return dtype;
  }

  public long seed() {
    return seed;
  }

  /** Where the numbers of the network come from. */
  public Init init() {
    return init(seed);
  }

  /** The same in a run with a seed of its own. */
  public Init init(long own) {
    return Init.seed(own).type(dtype);
  }

  /**
   * The steps of the whole training.
   *
   * @param batches how many an epoch has
   */
  public int steps(int batches) {
    int most = Integer.MAX_VALUE / batches;
    Ranges.require(
        epochs <= most, "--epochs", "at most %d of %d steps".formatted(most, batches), epochs);
    return epochs * batches;
  }

  /**
   * Checks what depends on the number of images, before a comparison forgets what it had found.
   *
   * @param batches how many an epoch has
   */
  public void requireSchedule(int batches) {
    decay.schedule(learningRate, steps(batches));
  }

  /** The output folder. */
  public Path out() {
    return out;
  }

  public boolean resumes() {
    return resume;
  }

  public boolean overwrites() {
    return overwrite;
  }

  /** Other numbers, where an option asks for a short training. */
  public void shorten(int fewEpochs, int smallBatch) {
    epochs = fewEpochs;
    batch = smallBatch;
  }

  /** What the weights depend on beside the images and the seed, in words. */
  @Override
  public String toString() {
    return words(List.of(learningRate));
  }

  /** The same of trainings with one or another of some learning rates. */
  public String words(List<Double> rates) {
    return "epochs: %d, batches of %d, Adam with a learning rate of %s (%s), %s%s%s"
        .formatted(
            epochs,
            batch,
            rates.stream().map(String::valueOf).collect(Collectors.joining(" or ")),
            decay.name().toLowerCase(Locale.ROOT),
            dtype.name().toLowerCase(Locale.ROOT),
            movingAverage > 0 ? ", moving average " + movingAverage : "",
            weightDecay > 0 ? ", weight decay " + weightDecay : "");
  }

  /** The file that is to be written last. */
  public Path last() {
    return out.resolve(lastFile);
  }

  /** The file of the model in the folder of a training. */
  public static Path model(Path folder) {
    return folder.resolve("model.safetensors");
  }

  /** The folder of the checkpoints in the folder of a training. */
  public static Path checkpoints(Path folder) {
    return folder.resolve("checkpoints");
  }

  /** Checks what can be checked before anything is read. */
  public void requireRanges() {
    Ranges.atLeast(1, "--epochs", epochs);
    Ranges.atLeast(1, "--batch", batch);
    Ranges.above(0, "--learning-rate", learningRate);
    Ranges.atLeast(0, "--checkpoint-every", checkpointEvery);
    Ranges.require(
        movingAverage >= 0 && movingAverage < 1, "--moving-average", "0 to below 1", movingAverage);
    Ranges.atLeast(0, "--weight-decay", weightDecay);
    Ranges.require(!resume || !overwrite, "--resume and --overwrite", "one of them", "both");
    board.requireFolder();
    boolean real = dtype == DataType.FLOAT || dtype == DataType.DOUBLE;
    Ranges.require(real, "--dtype", "FLOAT or DOUBLE", dtype);
  }

  /** Refuses to start a comparison again where a finished one would be lost. */
  public void requireNothingFinished() {
    if (Files.exists(last()) && !resume && !overwrite) {
      throw new IllegalArgumentException(
          out
              + " holds a finished comparison: --resume adds what it lacks, --overwrite starts"
              + " again, --out takes another folder");
    }
  }

  /** Refuses to start again where a training, finished or not, would be lost. */
  public void requireNothingToLose() throws IOException {
    requireNothingToLose(List.of(out));
  }

  /** The same for several trainings, each with a folder. */
  public void requireNothingToLose(List<Path> folders) throws IOException {
    if (Files.exists(out) && !Files.isDirectory(out)) {
      throw new FileAlreadyExistsException(out.toString());
    }
    if (resume || overwrite) {
      return;
    }
    boolean finished = Files.exists(last());
    boolean begun = false;
    for (Path folder : folders) {
      begun |= hasCheckpoint(checkpoints(folder)) || Files.exists(model(folder));
    }
    if (begun && !finished) {
      throw new IllegalArgumentException(
          out + " holds an unfinished training: --resume continues it, --overwrite starts again");
    }
    if (finished) {
      throw new IllegalArgumentException(
          out
              + " holds a finished training: --resume with more --epochs continues it,"
              + " --overwrite starts again, --out takes another folder");
    }
  }

  /** A training that was killed before its first checkpoint has nothing to lose. */
  private static boolean hasCheckpoint(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return false;
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.anyMatch(file -> file.getFileName().toString().contains(".safetensors"));
    }
  }

  /**
   * Makes the output folder and keeps it for this run. The training is an unfinished one as soon as
   * it goes on: what is refused before that leaves a finished one as it is.
   *
   * @return to be closed when nothing more is written
   */
  public FolderLock begin() throws IOException {
    return begin(List.of(out));
  }

  /** The same for several trainings, each with a folder. */
  public FolderLock begin(List<Path> folders) throws IOException {
    FolderLock lock = FolderLock.of(out);
    try {
      requireNothingToLose(folders); // another run may have ended while the data were read
      return lock;
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  /**
   * A training with these settings.
   *
   * @param batches how many an epoch has
   * @param validation the images that it is judged by
   */
  public Trainer trainer(
      Trainable objective, int batches, Supplier<? extends DataSetIterator> validation) {
    return trainer(objective, batches, validation, out);
  }

  /** The same with its checkpoints in another folder, the output folder or one below it. */
  public Trainer trainer(
      Trainable objective,
      int batches,
      Supplier<? extends DataSetIterator> validation,
      Path folder) {
    return trainer(objective, batches, validation, folder, learningRate);
  }

  /** The same with another learning rate. */
  public Trainer trainer(
      Trainable objective,
      int batches,
      Supplier<? extends DataSetIterator> validation,
      Path folder,
      double rate) {
    Checkpointing policy =
        Checkpointing.in(checkpoints(folder)).everyIterations(checkpointEvery).keepLast(2);
    Trainer trainer =
        Trainer.of(objective)
            .updater(new Adam(decay.schedule(rate, steps(batches))))
            .epochs(epochs)
            .checkpoints(overwrite ? policy.replacingEarlier() : policy)
            .stopOnShutdown()
            .listener(ProgressBar.onConsole())
            .listener(new Bounds());
    if (weightDecay > 0) {
      trainer.regularization(new WeightDecay(weightDecay, true));
    }
    if (movingAverage > 0) {
      trainer.movingAverage(movingAverage);
    }
    board.watching(trainer, objective.module(), out.relativize(folder), validation);
    return resume ? trainer.resumeIfPresent() : trainer;
  }

  /** Marks a training as unfinished, and says how to continue one that was interrupted. */
  private final class Bounds implements TrainingListener {

    @Override
    public void onFitStart(Trainable model) {
      try {
        Files.deleteIfExists(last());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void onFitEnd(History history) {
      if (history.stopReason() == StopReason.INTERRUPTED) {
        System.err.printf(
            "interrupted after %d steps, %d of %d epochs: a checkpoint is written, and --resume"
                + " with the same options continues%n",
            history.iterations(), history.epochs().size(), epochs);
      }
    }
  }

  /**
   * Requires that a training was not cut off.
   *
   * @throws CancellationException if it was interrupted, which the user knows by then
   */
  public static History requireWhole(History history) {
    if (history.stopReason() == StopReason.INTERRUPTED) {
      throw new CancellationException("interrupted");
    }
    return history;
  }
}
