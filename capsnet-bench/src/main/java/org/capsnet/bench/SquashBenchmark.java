package org.capsnet.bench;

import org.capsnet.autograd.Variable;
import org.capsnet.bench.measure.Operands;
import org.capsnet.bench.measure.Passes;
import org.capsnet.capsule.SabourSquash;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Setup;

/** The squash of the paper's 1152 primary capsules of 8 dimensions. */
public class SquashBenchmark extends BatchBenchmark {

  private Variable poses;
  private INDArray upstream;

  /** For JMH. */
  public SquashBenchmark() {}

  /** Makes the operands. */
  @Setup
  public void operands() {
    poses = Operands.leaf(1, batch, 1152, 8);
    upstream = Operands.normal(1, batch, 1152, 8);
  }

  /**
   * Prediction.
   *
   * @return a number of the result
   */
  @Benchmark
  public double forward() {
    return Passes.forward(() -> new SabourSquash().squash(poses));
  }

  /**
   * A training step's share.
   *
   * @return a number of the result
   */
  @Benchmark
  public double forwardAndBackward() {
    return Passes.forwardAndBackward(() -> new SabourSquash().squash(poses), upstream, poses);
  }
}
