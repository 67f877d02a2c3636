package org.capsnet.kernel;

/**
 * What a routing kernel runs on.
 *
 * @param gemm its matrix products
 * @param loops its other loops
 * @param workers the number of shares that its work is cut into
 */
record RoutingEngine(Gemm gemm, RoutingLoops loops, int workers) {

  /** That of this JVM. */
  static RoutingEngine ofJvm() {
    return new RoutingEngine(Simd.GEMM, Simd.ROUTING, Parallel.workers());
  }

  /** The same with another number of workers. */
  RoutingEngine with(int otherWorkers) {
    return new RoutingEngine(gemm, loops, otherWorkers);
  }
}
