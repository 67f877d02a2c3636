package org.capsnet.kernel;

/**
 * What a routing kernel runs on.
 *
 * @param gemm its matrix products
 * @param loops its other loops
 * @param workers the number of shares that its work is cut into
 * @param mostTerms the bytes up to which the terms of routing are kept between backward passes
 */
record RoutingEngine(Gemm gemm, RoutingLoops loops, int workers, long mostTerms) {

  /** Less than the weights of a large layer take, and enough for the paper's. */
  static final long MOST_TERMS = 64L << 20;

  RoutingEngine(Gemm gemm, RoutingLoops loops, int workers) {
    this(gemm, loops, workers, MOST_TERMS);
  }

  /** That of this JVM. */
  static RoutingEngine ofJvm() {
    return new RoutingEngine(Simd.GEMM, Simd.ROUTING, Parallel.workers());
  }

  /** The same with another number of workers. */
  RoutingEngine with(int otherWorkers) {
    return new RoutingEngine(gemm, loops, otherWorkers, mostTerms);
  }
}
