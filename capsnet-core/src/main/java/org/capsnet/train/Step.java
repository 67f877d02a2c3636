package org.capsnet.train;

import org.nd4j.linalg.schedule.ISchedule;

/**
 * A moment of a training: what a loss that changes as the training goes on reads its schedules at.
 *
 * @param iteration the steps done before, over all epochs: from 0, as ND4J's schedules count
 * @param epoch the epochs done before, from 0
 * @param training whether the loss is minimised; false where it is only measured, on other data
 */
public record Step(int iteration, int epoch, boolean training) {

  /** The first step of a training. */
  public static final Step FIRST = new Step(0, 0, true);

  /** A measurement outside of a training: schedules have the values that they begin with. */
  public static final Step EVALUATION = new Step(0, 0, false);

  /**
   * Reads a schedule.
   *
   * @param schedule any of ND4J's; of a constant, a {@code FixedSchedule}
   * @return its value at this step
   */
  public double valueOf(ISchedule schedule) {
    return schedule.valueAt(iteration, epoch);
  }

  /**
   * Reads the weight of a term.
   *
   * @param term its name, for the message
   * @param schedule of its weight
   * @return the weight at this step
   * @throws IllegalArgumentException if it is negative, infinite or not a number
   */
  public double weight(String term, ISchedule schedule) {
    return Loss.requireWeight(term, valueOf(schedule));
  }
}
