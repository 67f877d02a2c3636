package org.capsnet.model.classification;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.capsnet.autograd.Checkpoint;
import org.capsnet.autograd.OneHot;
import org.capsnet.autograd.Scope;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.CapsuleLayer;
import org.capsnet.capsule.Capsules;
import org.capsnet.kernel.Kernels;
import org.capsnet.loss.MarginLoss;
import org.capsnet.model.Summary;
import org.capsnet.nn.Init;
import org.capsnet.testing.FusedKernels;
import org.capsnet.testing.GradientCheck;
import org.capsnet.testing.Numbers;
import org.capsnet.train.Step;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** The memory of the paper's network, full size. */
class TrainingMemoryTest {

  private static final double MIB = 1 << 20;

  /** Of the summary's figure. */
  private static final double TOLERANCE = 0.05;

  private static INDArray images(int batch) {
    INDArray random = GradientCheck.random(new Random(1), batch, 1, 28, 28);
    return random.castTo(DataType.FLOAT).muli(0.3).addi(0.5);
  }

  private static INDArray labels(int batch) {
    return OneHot.of(IntStream.range(0, batch).map(i -> i % 10).toArray(), 10, DataType.FLOAT);
  }

  @Test
  void theScopeOfAStepHoldsWhatTheFormulaSaysAtAnyBatch() {
    CapsNet net = CapsNet.Config.paper().build(0);
    Summary summary = net.summary();
    for (int batch : new int[] {8, 40}) {
      DataSet digits = new DataSet(images(batch), labels(batch));
      long held = 0;
      for (int i = 0; i < 2; i++) {
        try (Scope scope = Scope.open()) {
          ClassificationObjective.standard(net).loss(digits, Step.FIRST).total().backward();
          held = scope.bytes();
        }
      }
      long expected = summary.stepBytes(batch);
      assertThat(held / MIB)
          .isBetween((1 - TOLERANCE) * expected / MIB, (1 + TOLERANCE) * expected / MIB);
      assertThat(summary.trainingBytes(batch))
          .isEqualTo(
              expected
                  + summary.parameterBytes()
                  + summary.trainingStateBytes()
                  + summary.scratchBytes(batch));
    }
  }

  @Test
  void withoutFusedKernelsThereIsNoScratchMemory() {
    Summary twins = CapsNet.Config.paper().build(Init.shapesOnly(DataType.DOUBLE)).summary();
    assertThat(twins.scratchBytes(128)).isZero();
    FusedKernels.assumeUsed();
    long scratch =
        CapsNet.Config.paper().build(Init.shapesOnly(DataType.FLOAT)).summary().scratchBytes(128);
    assertThat(scratch / MIB).isBetween(5.0, 200.0);
  }

  /**
   * Stem and primary capsules of some images at a time, made again in the backward pass: their
   * features, which are most of a step's memory, are there for so many images only.
   */
  @Test
  void checkpointsLowerThePeakAndChangeNoGradient() {
    CapsNet net = CapsNet.Config.paper().build(0);
    INDArray images = images(32);
    Map<String, double[]> plain = new TreeMap<>();
    Map<String, double[]> checkpointed = new TreeMap<>();
    long most = peak(net, images, x -> primary(net, x), plain);
    long less = peak(net, images, x -> inParts(x, part -> primary(net, part)), checkpointed);
    plain.forEach(
        (name, gradient) -> {
          double largest = largest(gradient);
          double[] other = checkpointed.get(name);
          for (int i = 0; i < gradient.length; i++) {
            gradient[i] = (gradient[i] - other[i]) / largest;
          }
          assertThat(largest(gradient)).as(name).isLessThan(1e-5);
        });
    // Both hold the gradients of the parameters; beside the votes that the twins keep, features
    // are little.
    double share = Kernels.fused(DataType.FLOAT) ? 0.7 : 1;
    long gradients = net.summary().parameterBytes();
    assertThat((less - gradients) / MIB).isLessThan(share * (most - gradients) / MIB);
  }

  private static Variable primary(CapsNet net, Variable images) {
    return net.encoder().forward(images).pose();
  }

  private static Variable inParts(Variable images, Function<Variable, Variable> part) {
    Variable[] parts = new Variable[4];
    long size = images.size(0) / parts.length;
    for (int p = 0; p < parts.length; p++) {
      Variable slice = images.slice(0, p * size, (p + 1) * size);
      parts[p] = Checkpoint.run(inputs -> part.apply(inputs[0]), slice);
    }
    return Variable.concat(0, parts);
  }

  /** The memory of all scopes of a step, once they have found their sizes. */
  private static long peak(
      CapsNet net,
      INDArray images,
      Function<Variable, Variable> primary,
      Map<String, double[]> gradients) {
    Nd4j.getWorkspaceManager().destroyAllWorkspacesForCurrentThread();
    for (int i = 0; i < 3; i++) {
      net.clearGradients();
      try (Scope scope = Scope.open()) {
        Capsules first = Capsules.ofLength(primary.apply(Variable.constant(images)));
        Capsules classes = ((CapsuleLayer) net.children().get("classes")).forward(first);
        MarginLoss.standard().of(classes.activation(), labels(32)).backward();
      }
    }
    net.parameters()
        .forEach(
            (name, p) -> {
              if (p.variable().hasGradient()) {
                gradients.put(name, Numbers.of(p.variable().gradient()));
              }
            });
    return Nd4j.getWorkspaceManager().getAllWorkspacesForCurrentThread().stream()
        .mapToLong(MemoryWorkspace::getCurrentSize)
        .sum();
  }

  private static double largest(double[] numbers) {
    double largest = 0;
    for (double number : numbers) {
      largest = Math.max(largest, Math.abs(number));
    }
    return largest;
  }
}
