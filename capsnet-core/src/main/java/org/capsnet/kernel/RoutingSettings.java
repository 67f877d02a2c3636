package org.capsnet.kernel;

/**
 * How dynamic routing iterates.
 *
 * @param iterations the number of iterations, at least 1
 * @param leaky whether a further logit of 0 takes its share in the softmax, so that a capsule may
 *     send its vote nowhere
 * @param lastIterationOnly whether gradients flow through the last iteration alone, the coupling
 *     being taken as a constant
 */
public record RoutingSettings(int iterations, boolean leaky, boolean lastIterationOnly) {

  /** Checks the number of iterations. */
  public RoutingSettings {
    if (iterations < 1) {
      throw new IllegalArgumentException("iterations: expected at least 1, got " + iterations);
    }
  }
}
