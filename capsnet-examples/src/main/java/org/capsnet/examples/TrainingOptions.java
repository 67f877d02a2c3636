package org.capsnet.examples;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.capsnet.train.Checkpointing;
import org.capsnet.train.ProgressBar;
import org.capsnet.train.Trainable;
import org.capsnet.train.Trainer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.linalg.schedule.RampSchedule;
import org.nd4j.linalg.schedule.ScheduleType;
import picocli.CommandLine.Option;

/**
 * The options that say how to train and where to leave what comes of it, and the training that they
 * mean.
 */
final class TrainingOptions {

  /** The share of the learning rate that is left at the end. */
  private static final double LAST_RATE = 0.02;

  private static final int WARM_UP_STEPS = 20;

  @Option(names = "--epochs", description = "Default: ${DEFAULT-VALUE}.")
  private int epochs;

  @Option(names = "--batch", description = "Images a step. Default: ${DEFAULT-VALUE}.")
  private int batch;

  @Option(
      names = "--learning-rate",
      description = "Reached after 20 steps; it decays to a fiftieth. Default: ${DEFAULT-VALUE}.")
  private double learningRate;

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

  @Option(names = "--resume", description = "Goes on from the last checkpoint, if there is one.")
  private boolean resume;

  @Option(
      names = "--overwrite",
      description = "Begins anew where the output folder holds an unfinished training.")
  private boolean overwrite;

  /** The file in the output folder that is written last. */
  private final String lastFile;

  /**
   * Options with the defaults of an example.
   *
   * @param lastFile the name of the file that the example writes last, whose absence tells an
   *     unfinished training from a finished one
   */
  TrainingOptions(int epochs, int batch, double learningRate, Path out, String lastFile) {
    this.lastFile = lastFile;
    this.epochs = epochs;
    this.batch = batch;
    this.learningRate = learningRate;
    this.out = out;
  }

  int epochs() {
    return epochs;
  }

  int batch() {
    return batch;
  }

  double learningRate() {
    return learningRate;
  }

  DataType dtype() {
    return dtype;
  }

  long seed() {
    return seed;
  }

  /** The output folder. */
  Path out() {
    return out;
  }

  /** The file that is to be written last. */
  Path last() {
    return out.resolve(lastFile);
  }

  private static Path checkpoints(Path folder) {
    return folder.resolve("checkpoints");
  }

  /** Checks what can be checked before anything is read. */
  void requireRanges() {
    Ranges.atLeast(1, "--epochs", epochs);
    Ranges.atLeast(1, "--batch", batch);
    Ranges.above(0, "--learning-rate", learningRate);
    Ranges.atLeast(0, "--checkpoint-every", checkpointEvery);
    boolean real = dtype == DataType.FLOAT || dtype == DataType.DOUBLE;
    Ranges.require(real, "--dtype", "FLOAT or DOUBLE", dtype);
  }

  /** Refuses to begin anew where an unfinished training would be lost. */
  void requireNothingToLose() throws IOException {
    requireNothingToLose(List.of(out));
  }

  /** The same for several trainings, each with a folder. */
  void requireNothingToLose(List<Path> folders) throws IOException {
    if (Files.exists(out) && !Files.isDirectory(out)) {
      throw new FileAlreadyExistsException(out.toString());
    }
    boolean begun = folders.stream().map(TrainingOptions::checkpoints).anyMatch(Files::isDirectory);
    boolean unfinished = begun && !Files.exists(last());
    if (unfinished && !resume && !overwrite) {
      throw new IllegalArgumentException(
          out + " holds an unfinished training: --resume goes on with it, --overwrite begins anew");
    }
  }

  /** Makes the output folder; from here on the training is an unfinished one. */
  void begin() throws IOException {
    Files.createDirectories(out);
    Files.deleteIfExists(last());
  }

  /** A training with these settings, of so many batches an epoch. */
  Trainer trainer(Trainable model, int batches) {
    return trainer(model, batches, out);
  }

  /** The same with its checkpoints in another folder. */
  Trainer trainer(Trainable model, int batches, Path folder) {
    Trainer trainer =
        Trainer.of(model)
            .updater(new Adam(schedule(epochs * batches)))
            .epochs(epochs)
            .checkpoints(
                Checkpointing.in(checkpoints(folder))
                    .everyIterations(checkpointEvery)
                    .keepLast(2)
                    .replacingEarlier())
            .listener(ProgressBar.onConsole());
    return resume ? trainer.resumeIfPresent() : trainer;
  }

  /** Up from nothing in the first steps, and down to a fiftieth by the last. */
  private ISchedule schedule(int steps) {
    ISchedule decay =
        new ExponentialSchedule(
            ScheduleType.ITERATION, learningRate, Math.pow(LAST_RATE, 1.0 / steps));
    return new RampSchedule(decay, WARM_UP_STEPS);
  }
}
