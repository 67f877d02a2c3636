package org.capsnet.bench;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.capsnet.autograd.NoGrad;
import org.capsnet.autograd.Scope;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.routing.DynamicRouting;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Votes and dynamic routing between the paper's class and primary capsules: 1152 × 8 D to 10 × 16
 * D.
 */
@State(org.openjdk.jmh.annotations.Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgs = "-Xmx1g")
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class RoutingBenchmark {

  /** Samples a call. */
  @Param({"1", "32", "128"})
  public int batch;

  /** Routing iterations. */
  @Param({"1", "3"})
  public int iterations;

  private INDArray poses;
  private INDArray upstream;
  private Variable weight;
  private Variable bias;
  private DynamicRouting routing;

  /** Makes the operands. */
  @Setup
  public void operands() {
    Nd4j.getRandom().setSeed(1);
    poses = Nd4j.randn(DataType.FLOAT, batch, 1152, 8).muli(0.1);
    upstream = Nd4j.randn(DataType.FLOAT, batch, 10, 16);
    weight = Variable.leaf(Nd4j.randn(DataType.FLOAT, 1152, 10, 16, 8).muli(0.1));
    bias = Variable.leaf(Nd4j.zeros(DataType.FLOAT, 10, 16));
    routing = new DynamicRouting(iterations);
  }

  /**
   * Prediction.
   *
   * @return the first number of the result
   */
  @Benchmark
  public double forward() {
    try (Scope scope = Scope.open();
        NoGrad constant = NoGrad.enter()) {
      return route(Variable.constant(poses)).value().getDouble(0);
    }
  }

  /**
   * A training step's share.
   *
   * @return the first number of a gradient
   */
  @Benchmark
  public double forwardAndBackward() {
    try (Scope scope = Scope.open()) {
      Variable u = Variable.leaf(poses);
      weight.clearGradient();
      bias.clearGradient();
      route(u).backward(upstream);
      return u.gradient().getDouble(0);
    }
  }

  private Variable route(Variable u) {
    return routing.routeDense(Capsules.ofLength(u), weight, Map.of("bias", bias)).pose();
  }
}
