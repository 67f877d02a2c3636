package org.capsnet.loss;

import org.nd4j.linalg.schedule.ISchedule;

/**
 * The margin of a {@link SpreadLoss} as a training goes on: it grows linearly from one value to
 * another, and stays there (Hinton et al. 2018, section 3.1: "starting with a small margin of 0.2
 * and linearly increasing it during training to 0.9").
 *
 * @param first the margin of the first step, above 0 and at most 1
 * @param last the margin that it ends with, at least {@code first} and at most 1
 * @param steps after how many steps it has that value, at least 1
 */
public record MarginSchedule(double first, double last, int steps) implements ISchedule {

  /**
   * Checks the settings.
   *
   * @throws IllegalArgumentException if one is out of range
   */
  public MarginSchedule {
    SpreadLoss.requireMargin(first);
    SpreadLoss.requireMargin(last);
    if (last < first) {
      throw new IllegalArgumentException(
          "margins: expected first <= last, got %s and %s".formatted(first, last));
    }
    if (steps < 1) {
      throw new IllegalArgumentException("steps: expected at least 1, got " + steps);
    }
  }

  /**
   * The paper's margins, from 0.2 to 0.9.
   *
   * @param steps after how many it is 0.9, at least 1
   */
  public MarginSchedule(int steps) {
    this(0.2, 0.9, steps);
  }

  @Override
  public double valueAt(int iteration, int epoch) {
    return first + (last - first) * Math.min(1, (double) iteration / steps);
  }

  /** {@return this, which does not change} */
  @Override
  public MarginSchedule clone() {
    return this;
  }
}
