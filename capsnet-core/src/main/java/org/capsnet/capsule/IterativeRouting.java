package org.capsnet.capsule;

import org.capsnet.io.Components;

/**
 * A routing that goes on from its own result some times, so that one can look at what it was after
 * each of them.
 */
public interface IterativeRouting extends Routing {

  /** {@return the number of iterations, at least 1} */
  int iterations();

  /**
   * The same routing with another number of iterations: with fewer it gives, and couples by, what
   * this one has after as many. By default this is a record with a component {@code iterations}.
   *
   * @param number at least 1
   * @return the changed routing
   * @throws IllegalArgumentException if the number is out of the routing's range
   */
  default IterativeRouting withIterations(int number) {
    return Components.with(this, "iterations", number);
  }
}
