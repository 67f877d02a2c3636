package org.capsnet.train;

import java.util.function.DoubleUnaryOperator;
import org.nd4j.linalg.schedule.CycleSchedule;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.ISchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/**
 * The learning rate of trainings whose number of steps is known: ND4J's schedules where it has
 * them, set so that they end as the training does. For a rise in the first steps put ND4J's {@code
 * RampSchedule} around one.
 *
 * <p>ND4J's {@code PolySchedule} is not among them: of 1.0.0-M2.1 it grows instead of falling.
 */
public final class Schedules {

  /** How much lower one cycle begins than its peak is. */
  private static final double BEGIN = 0.1;

  /** How much lower than its beginning it ends. */
  private static final double END = 0.01;

  /** The share of the steps in which it falls below its beginning. */
  private static final int ANNEALING = 10;

  /** One up, one down and one out. */
  private static final int FEWEST = 3;

  private Schedules() {}

  /**
   * Falls by the same factor in each step.
   *
   * @param first the rate of the first step, above 0
   * @param last the rate after the last step, above 0
   * @param steps of the training, at least 1
   * @return ND4J's exponential schedule
   * @throws IllegalArgumentException if a number is out of its range
   */
  public static ISchedule exponential(double first, double last, int steps) {
    require(first, last, steps);
    return new ExponentialSchedule(
        ScheduleType.ITERATION, first, Math.pow(last / first, 1.0 / steps));
  }

  /**
   * Falls along half a cosine (Loshchilov and Hutter, <i>SGDR</i>, 2017, without restarts), {@code
   * last + (first - last) (1 + cos(π t / steps)) / 2}, and stays.
   *
   * @param first the rate of the first step, above 0
   * @param last the rate after the last step, above 0
   * @param steps of the training, at least 1
   * @return a schedule
   * @throws IllegalArgumentException if a number is out of its range
   */
  public static ISchedule cosine(double first, double last, int steps) {
    require(first, last, steps);
    return new OfStep(
        "cosine from %s to %s in %d steps".formatted(first, last, steps),
        step -> {
          double share = Math.min(1, step / steps);
          return last + (first - last) * (1 + Math.cos(Math.PI * share)) / 2;
        });
  }

  /**
   * One cycle (Smith and Topin, <i>Super-Convergence</i>, 2018): from a tenth of the peak linearly
   * up to it, down again in as many steps, and in the last tenth of the steps, or one step more, on
   * towards a thousandth.
   *
   * @param peak the largest rate, above 0
   * @param steps of the training, at least 3
   * @return ND4J's cycle schedule; it begins again after these steps
   * @throws IllegalArgumentException if a number is out of its range
   */
  public static ISchedule oneCycle(double peak, int steps) {
    require(peak, peak, steps);
    if (steps < FEWEST) {
      throw new IllegalArgumentException("steps: expected at least 3, got " + steps);
    }
    int annealing = annealing(steps);
    return new CycleSchedule(
        ScheduleType.ITERATION,
        BEGIN * peak,
        peak,
        steps,
        annealing,
        Math.pow(END, 1.0 / annealing));
  }

  /** What is left is even: ND4J's cycle jumps above its beginning in a step between its halves. */
  private static int annealing(int steps) {
    int tenth = Math.max(1, steps / ANNEALING);
    return tenth + (steps - tenth) % 2;
  }

  private static void require(double first, double last, int steps) {
    for (double rate : new double[] {first, last}) {
      if (!(rate > 0 && rate < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException("rate: expected above 0 and finite, got " + rate);
      }
    }
    if (steps < 1) {
      throw new IllegalArgumentException("steps: expected at least 1, got " + steps);
    }
  }

  /** A function of the step alone. */
  private record OfStep(String name, DoubleUnaryOperator rate) implements ISchedule {

    @Override
    public String toString() {
      return name;
    }

    @Override
    public double valueAt(int iteration, int epoch) {
      return rate.applyAsDouble(iteration);
    }

    @Override
    @SuppressWarnings("MissingSuperCall") // ISchedule declares it; a record that never changes
    public OfStep clone() {
      return this;
    }
  }
}
