package org.capsnet.train;

import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * Ends a training that no longer improves. Its verdict is a function of the epochs so far alone, so
 * that a resumed training ends where an unbroken one does.
 *
 * <pre>{@code EarlyStopping.on(Metric.VALIDATION_LOSS, 3).minDelta(1e-4).restoringBest()}</pre>
 *
 * @param metric what has to improve
 * @param patience how many epochs in a row may bring no improvement before the training ends, from
 *     1
 * @param minDelta an improvement counts if it is larger than this, from 0
 * @param restoresBest whether the model gets the parameters and buffers of its best epoch when the
 *     training is over; costs memory, and room in each checkpoint, for one more copy of them
 */
public record EarlyStopping(Metric metric, int patience, double minDelta, boolean restoresBest) {

  /**
   * Checks the settings.
   *
   * @throws IllegalArgumentException if one is out of its range
   */
  public EarlyStopping {
    Objects.requireNonNull(metric, "metric");
    if (patience < 1) {
      throw new IllegalArgumentException("patience: expected at least 1, got " + patience);
    }
    if (!(minDelta >= 0)) {
      throw new IllegalArgumentException("minDelta: expected at least 0, got " + minDelta);
    }
  }

  /**
   * Any improvement counts, and the model stays as the last epoch left it.
   *
   * @param metric what has to improve
   * @param patience epochs without improvement that end the training, from 1
   * @return the rule
   */
  public static EarlyStopping on(Metric metric, int patience) {
    return new EarlyStopping(metric, patience, 0, false);
  }

  /**
   * The same with another least improvement.
   *
   * @param minDelta from 0
   * @return the rule
   */
  public EarlyStopping minDelta(double minDelta) {
    return new EarlyStopping(metric, patience, minDelta, restoresBest);
  }

  /**
   * The same, giving the model its best state at the end.
   *
   * @return the rule
   */
  public EarlyStopping restoringBest() {
    return new EarlyStopping(metric, patience, minDelta, true);
  }

  /** Whether these epochs are enough. */
  boolean stopsAfter(List<EpochReport> epochs) {
    OptionalInt best = metric.best(epochs, minDelta);
    int since = epochs.size() - 1 - best.orElse(-1);
    return since >= patience;
  }

  /** The number of the best of these epochs, from 1; 0 if none is. */
  int bestOf(List<EpochReport> epochs) {
    return metric.best(epochs, minDelta).orElse(-1) + 1;
  }

  /** Whether the last of these epochs is the best. */
  boolean lastIsBest(List<EpochReport> epochs) {
    return bestOf(epochs) == epochs.size() && !epochs.isEmpty();
  }
}
