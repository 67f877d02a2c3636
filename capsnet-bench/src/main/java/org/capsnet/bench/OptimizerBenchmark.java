package org.capsnet.bench;

import org.capsnet.bench.measure.GivenGradients;
import org.capsnet.bench.measure.Operands;
import org.capsnet.bench.measure.TrainingLoop;
import org.capsnet.model.classification.CapsNet;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * One step of Adam on the 8.2 million parameters of the paper's network, with the hand-over of
 * their gradients; see {@link GivenGradients}.
 */
public class OptimizerBenchmark extends PaperBenchmark {

  private TrainingLoop updates;

  /** For JMH. */
  public OptimizerBenchmark() {}

  /** Makes network and gradients. */
  @Setup
  public void operands() {
    updates =
        new TrainingLoop(new GivenGradients(CapsNet.Config.paper().build(0)), Operands.digits(1));
  }

  /** Ends the updates. */
  @TearDown
  public void end() {
    updates.close();
  }

  /**
   * A step.
   *
   * @return the loss, which is none
   */
  @Benchmark
  public double adam() {
    return updates.step();
  }
}
