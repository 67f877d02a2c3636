package org.capsnet.kernel;

import java.util.List;

/**
 * How EM routing iterates.
 *
 * @param temperatures the inverse temperature of each iteration, of which there is at least one
 * @param varianceFloor what is added to each variance, above 0
 */
public record EmSettings(List<Double> temperatures, double varianceFloor) {

  /** Keeps quotients and logarithms finite where nothing votes for an output capsule. */
  static final double EPSILON = 1e-9;

  /**
   * Checks that there is an iteration.
   *
   * @throws IllegalArgumentException if there is none
   */
  public EmSettings {
    temperatures = List.copyOf(temperatures);
    if (temperatures.isEmpty()) {
      throw new IllegalArgumentException("iterations: expected at least 1, got 0");
    }
  }

  int iterations() {
    return temperatures.size();
  }

  double temperature(int iteration) {
    return temperatures.get(iteration);
  }
}
