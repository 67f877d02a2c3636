package org.capsnet.capsule;

/**
 * A routing that goes on from its own result some times, so that one can look at what it was after
 * each of them.
 */
public interface IterativeRouting extends Routing {

  /** {@return the number of iterations, at least 1} */
  int iterations();

  /**
   * The same routing with another number of iterations: with fewer it gives, and couples by, what
   * this one has after as many.
   *
   * @param number at least 1
   * @return the changed routing
   * @throws IllegalArgumentException if the number is out of the routing's range
   */
  IterativeRouting withIterations(int number);
}
