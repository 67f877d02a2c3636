package org.capsnet.train;

import java.util.List;
import java.util.OptionalInt;

/** A number of an epoch by which one state of a model is better than another. */
public enum Metric {
  /** The mean loss over the training data of the epoch, smaller being better. */
  TRAIN_LOSS(false, false),
  /** The share of the training data told right during the epoch, larger being better. */
  TRAIN_ACCURACY(true, false),
  /** The mean loss over the validation data after the epoch, smaller being better. */
  VALIDATION_LOSS(false, true),
  /** The share of the validation data told right after the epoch, larger being better. */
  VALIDATION_ACCURACY(true, true);

  private final boolean largerIsBetter;
  private final boolean validated;

  Metric(boolean largerIsBetter, boolean validated) {
    this.largerIsBetter = largerIsBetter;
    this.validated = validated;
  }

  /**
   * Reads the number.
   *
   * @param epoch an epoch
   * @return its value; NaN where the epoch has none
   */
  public double of(EpochReport epoch) {
    return switch (this) {
      case TRAIN_LOSS -> epoch.trainLoss();
      case TRAIN_ACCURACY -> epoch.trainAccuracy();
      case VALIDATION_LOSS -> epoch.validationLoss();
      case VALIDATION_ACCURACY -> epoch.validationAccuracy();
    };
  }

  /**
   * Whether it is measured on validation data.
   *
   * @return true for those that need some
   */
  public boolean needsValidation() {
    return validated;
  }

  /**
   * Finds the best epoch. An epoch takes the place of an earlier one only by being better than it
   * by more than {@code minDelta}, so that the first of equals wins.
   *
   * @param epochs in order
   * @param minDelta the least improvement that counts, from 0
   * @return the index of the best; empty if no epoch has the number
   */
  OptionalInt best(List<EpochReport> epochs, double minDelta) {
    int best = -1;
    for (int i = 0; i < epochs.size(); i++) {
      double now = of(epochs.get(i));
      if (!Double.isNaN(now) && (best < 0 || gain(of(epochs.get(best)), now) > minDelta)) {
        best = i;
      }
    }
    return best < 0 ? OptionalInt.empty() : OptionalInt.of(best);
  }

  private double gain(double from, double to) {
    return largerIsBetter ? to - from : from - to;
  }
}
