package org.capsnet.bench;

import java.util.Map;
import org.capsnet.autograd.Variable;
import org.capsnet.bench.measure.Operands;
import org.capsnet.capsule.Capsules;
import org.capsnet.routing.DynamicRouting;
import org.nd4j.linalg.api.ndarray.INDArray;
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

  private Capsules capsules;
  private Variable weight;
  private Variable bias;
  private INDArray upstream;
  private DynamicRouting routing;

  /** For JMH. */
  public RoutingBenchmark() {}

  /** Makes the operands. */
  @Setup
  public void operands() {
    capsules = Operands.capsules(true, batch, 1152, 8);
    weight = Operands.leaf(0.1, 1152, 10, 16, 8);
    bias = Operands.leaf(0, 10, 16);
    upstream = Operands.normal(1, batch, 10, 16);
    routing = new DynamicRouting(iterations);
  }

  /**
   * Prediction.
   *
   * @return a number of the result
   */
  @Benchmark
  public double forward() {
    return Passes.forward(this::route);
  }

  /**
   * A training step's share.
   *
   * @return a number of the result
   */
  @Benchmark
  public double forwardAndBackward() {
    return Passes.forwardAndBackward(this::route, upstream, capsules.pose(), weight, bias);
  }

  private Variable route() {
    return routing.routeDense(capsules, weight, Map.of("bias", bias)).pose();
  }
}
