package org.capsnet.examples;

import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.linalg.schedule.RampSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/** How the learning rate goes over a training. */
final class LearningRates {

  private static final double LAST_RATE = 0.02;

  private static final int WARM_UP_STEPS = 20;

  private LearningRates() {}

  /** Up from nothing in the first steps, and down to a fiftieth by the last. */
  static ISchedule decaying(double learningRate, int steps) {
    ISchedule decay =
        new ExponentialSchedule(
            ScheduleType.ITERATION, learningRate, Math.pow(LAST_RATE, 1.0 / steps));
    return new RampSchedule(decay, WARM_UP_STEPS);
  }
}
