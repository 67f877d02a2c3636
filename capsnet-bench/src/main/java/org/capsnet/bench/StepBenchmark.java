package org.capsnet.bench;

import org.capsnet.autograd.Variable;
import org.capsnet.bench.measure.Operands;
import org.capsnet.bench.measure.Passes;
import org.capsnet.bench.measure.TrainingLoop;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.Masking;
import org.capsnet.model.classification.CapsNet;
import org.capsnet.model.classification.ClassificationObjective;
import org.nd4j.linalg.dataset.DataSet;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/** The paper's whole network: a training step by the trainer, and a prediction. */
public class StepBenchmark extends BatchBenchmark {

  private CapsNet predictor;
  private DataSet digits;
  private TrainingLoop training;

  /** For JMH. */
  public StepBenchmark() {}

  /** Makes network and images. */
  @Setup
  public void operands() {
    CapsNet net = CapsNet.Config.paper().build(0);
    predictor = CapsNet.Config.paper().build(0);
    predictor.eval();
    digits = Operands.digits(batch);
    training = new TrainingLoop(ClassificationObjective.standard(net), digits);
  }

  /** Ends the training. */
  @TearDown
  public void end() {
    training.close();
  }

  /**
   * Forward, loss, backward and Adam's update.
   *
   * @return the loss
   */
  @Benchmark
  public double train() {
    return training.step();
  }

  /**
   * Class lengths and reconstructions.
   *
   * @return a number of the reconstruction
   */
  @Benchmark
  public double predict() {
    return Passes.forward(
        () -> {
          Capsules classes = predictor.classify(Variable.constant(digits.getFeatures())).classes();
          return predictor.reconstruct(classes, Masking.longest(classes));
        });
  }
}
