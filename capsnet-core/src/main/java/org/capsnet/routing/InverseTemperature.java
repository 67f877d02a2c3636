package org.capsnet.routing;

import java.util.OptionalLong;

/**
 * How sharply EM routing decides: the factor {@code λ} of what an output capsule gains by being
 * active (Hinton et al. 2018, section 3). It grows from iteration to iteration, {@code λ_t = last ·
 * (1 − rate^(t+1))}, which the paper leaves open and its authors gave in its public review; and, if
 * asked for, also as a training goes on, linearly over its first steps.
 *
 * @param last what it tends to, positive
 * @param rate how much of the distance to {@code last} an iteration leaves, from 0 to less than 1
 * @param steps over how many steps of a training it grows linearly from 0 to the values above; 0
 *     for those from the start
 */
public record InverseTemperature(double last, double rate, long steps) {

  /**
   * Checks the settings.
   *
   * @throws IllegalArgumentException if one is out of range
   */
  public InverseTemperature {
    if (!(last > 0 && Double.isFinite(last))) {
      throw new IllegalArgumentException("inverse temperature: expected above 0, got " + last);
    }
    if (!(rate >= 0 && rate < 1)) {
      throw new IllegalArgumentException("rate: expected 0 <= rate < 1, got " + rate);
    }
    if (steps < 0) {
      throw new IllegalArgumentException("steps: expected at least 0, got " + steps);
    }
  }

  /** The authors': {@code 0.01 · (1 − 0.95^(t+1))}, from the first step on. */
  public InverseTemperature() {
    this(0.01, 0.95, 0);
  }

  /**
   * The value at an iteration.
   *
   * @param iteration of routing, from 0
   * @param step the steps of the training done before; empty for the value that it ends with
   * @return λ, positive
   */
  public double at(int iteration, OptionalLong step) {
    double byIteration = last * (1 - Math.pow(rate, iteration + 1));
    boolean rising = step.isPresent() && step.getAsLong() < steps;
    return rising ? byIteration * (step.getAsLong() + 1) / steps : byIteration;
  }
}
