package org.capsnet.bench;

import org.capsnet.bench.measure.RoutedLayer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/**
 * Votes and dynamic routing between the paper's primary and class capsules: 1152 × 8 D to 10 × 16
 * D.
 */
public class RoutingBenchmark extends BatchBenchmark {

  /** Routing iterations. */
  @Param({"1", "3", "5"})
  public int iterations;

  private RoutedLayer layer;

  /** For JMH. */
  public RoutingBenchmark() {}

  /** Makes the operands. */
  @Setup
  public void operands() {
    layer = new RoutedLayer(batch, 1152, 10, iterations);
  }

  /**
   * Prediction.
   *
   * @return a number of the result
   */
  @Benchmark
  public double forward() {
    return layer.forward();
  }

  /**
   * A training step's share.
   *
   * @return a number of the result
   */
  @Benchmark
  public double forwardAndBackward() {
    return layer.forwardAndBackward();
  }
}
