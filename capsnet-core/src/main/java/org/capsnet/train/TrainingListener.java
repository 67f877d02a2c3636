package org.capsnet.train;

import java.nio.file.Path;
import java.util.Map;

/**
 * Watches a training. Every method is called on the training thread, outside of every scope, and
 * does nothing by default. What a listener throws ends the training.
 */
public interface TrainingListener {

  /**
   * Training is about to begin, set like this.
   *
   * @param settings in words, by name: those of the {@link Trainer}, what was stated by {@link
   *     Trainer#provenance} and {@link Trainer#metadata} and, if checkpoints are written, what the
   *     data say of themselves
   */
  default void onSettings(Map<String, String> settings) {}

  /**
   * Training begins.
   *
   * @param model what is trained, with its state restored if the training resumes
   */
  default void onFitStart(Trainable model) {}

  /**
   * An epoch begins; no batch of it has been asked for.
   *
   * @param start where it stands
   */
  default void onEpochStart(EpochStart start) {}

  /**
   * A step is done and the parameters are updated.
   *
   * @param report what it came to
   */
  default void onIteration(IterationReport report) {}

  /**
   * The model was judged on the validation data.
   *
   * @param epoch the number of the epoch, from 1
   * @param outcome all that was measured and, of a model that predicts classes, what ND4J makes of
   *     them
   */
  default void onValidation(int epoch, Validation.Outcome outcome) {}

  /**
   * An epoch is done, its validation included.
   *
   * @param report what it came to
   */
  default void onEpochEnd(EpochReport report) {}

  /**
   * A checkpoint is safely on disk.
   *
   * @param file the file
   */
  default void onCheckpoint(Path file) {}

  /**
   * Training is over, be it by an exception.
   *
   * @param history what it came to, and why it ended
   */
  default void onFitEnd(History history) {}
}
