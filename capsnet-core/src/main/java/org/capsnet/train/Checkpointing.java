package org.capsnet.train;

import java.nio.file.Path;
import java.util.Objects;
import org.capsnet.io.Safetensors;

/**
 * Where and how often a training is saved. The folder gets {@code
 * checkpoint-<iterations>.safetensors}, of which the newest few are kept, and {@code
 * best.safetensors}, the one after the best epoch so far; it should hold nothing else. With {@link
 * Trainer#metadata}, each of them can be loaded as a file of the model. A folder is for one
 * training at a time: a second one is refused.
 *
 * <pre>{@code Checkpointing.in(folder).everyIterations(500).keepLast(2)}</pre>
 *
 * @param folder made if it is missing
 * @param everyIterations write after each so many steps; 0 for never
 * @param eachEpoch write after each epoch
 * @param keepLast how many of the newest to keep beside the best, from 1
 * @param best what makes an epoch the best one; null for early stopping's metric or, without it,
 *     the validation accuracy or, if the model predicts no classes, the validation loss or, without
 *     validation, the training loss
 * @param replacing whether a training that does not resume deletes the checkpoints that it finds in
 *     the folder, rather than refusing to begin
 */
public record Checkpointing(
    Path folder,
    int everyIterations,
    boolean eachEpoch,
    int keepLast,
    Metric best,
    boolean replacing) {

  private static final int KEEP_LAST = 3;

  /**
   * Checks the settings.
   *
   * @param folder made if it is missing
   * @param everyIterations steps between two checkpoints, or 0
   * @param eachEpoch write after each epoch
   * @param keepLast how many to keep, from 1
   * @param best what makes an epoch the best one, or null
   * @param replacing whether to delete those of an earlier training
   */
  public Checkpointing {
    Objects.requireNonNull(folder, "folder");
    if (everyIterations < 0) {
      throw new IllegalArgumentException(
          "everyIterations: expected at least 0, got " + everyIterations);
    }
    if (keepLast < 1) {
      throw new IllegalArgumentException("keepLast: expected at least 1, got " + keepLast);
    }
  }

  /**
   * After each epoch, keeping the last three and the best.
   *
   * @param folder made if it is missing
   * @return the policy
   */
  public static Checkpointing in(Path folder) {
    return new Checkpointing(folder, 0, true, KEEP_LAST, null, false);
  }

  /**
   * Also after each so many steps.
   *
   * @param iterations how many, from 0 for never
   * @return the policy
   */
  public Checkpointing everyIterations(int iterations) {
    return new Checkpointing(folder, iterations, eachEpoch, keepLast, best, replacing);
  }

  /**
   * Whether to write after each epoch.
   *
   * @param each true to do so
   * @return the policy
   */
  public Checkpointing eachEpoch(boolean each) {
    return new Checkpointing(folder, everyIterations, each, keepLast, best, replacing);
  }

  /**
   * Keeps another number of them.
   *
   * @param count how many of the newest, from 1
   * @return the policy
   */
  public Checkpointing keepLast(int count) {
    return new Checkpointing(folder, everyIterations, eachEpoch, count, best, replacing);
  }

  /**
   * Chooses what makes an epoch the best one.
   *
   * @param metric by which
   * @return the policy
   */
  public Checkpointing best(Metric metric) {
    return new Checkpointing(folder, everyIterations, eachEpoch, keepLast, metric, replacing);
  }

  /**
   * Lets a training that does not resume delete the checkpoints of an earlier one.
   *
   * @return the policy
   */
  public Checkpointing replacingEarlier() {
    return new Checkpointing(folder, everyIterations, eachEpoch, keepLast, best, true);
  }

  /**
   * What a file holds of a model. Of a checkpoint these are the model's tensors, under the names
   * that they have in a file of the model alone, and of a training with a moving average the
   * averages; what only the training needs is closed. Of any other file it is all.
   *
   * @param file what was read from a file
   * @return the model's tensors, and all of the metadata
   */
  public static Safetensors.Contents modelIn(Safetensors.Contents file) {
    return TrainingState.isCheckpoint(file) ? CheckpointTensors.modelOf(file) : file;
  }

  boolean dueAfter(int iteration) {
    return everyIterations > 0 && iteration % everyIterations == 0;
  }
}
