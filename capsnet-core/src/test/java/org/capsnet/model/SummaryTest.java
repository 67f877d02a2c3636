package org.capsnet.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.autograd.Scope;
import org.capsnet.autograd.Variable;
import org.capsnet.model.classification.CapsNet;
import org.capsnet.nn.Activation;
import org.capsnet.nn.Block;
import org.capsnet.nn.Chain;
import org.capsnet.nn.Checkpointed;
import org.capsnet.nn.Conv2d;
import org.capsnet.nn.Init;
import org.capsnet.nn.Linear;
import org.capsnet.nn.Shape;
import org.capsnet.testing.FusedKernels;
import org.capsnet.testing.GradientCheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;

class SummaryTest {

  private static final Shape IMAGE = Shape.of(3, 20, 20);

  private static Chain<Variable, Variable> net(Init init) {
    return Chain.of(IMAGE)
        .then("stem", in -> new Conv2d(in, 8, 5, Conv2dSpec.UNIT, init))
        .then(Activation::relu)
        .then(in -> new Conv2d(in, 4, 16, Conv2dSpec.UNIT, init))
        .then(Flat::new)
        .then("head", in -> Chain.of(in).then(x -> new Linear(x, 10, init)).then(Activation::tanh));
  }

  /** States no cost. */
  private static final class Flat extends Block<Variable, Variable> {

    Flat(Shape in) {
      super(in, Shape.of(in.numbers()));
    }

    @Override
    public Variable forward(Variable in) {
      return in.reshape(in.size(0), -1);
    }
  }

  @Test
  void showsEachLayerWithAnActivationInTheLineBeforeIt() {
    Summary summary = Summary.of(net(Init.shapesOnly(DataType.DOUBLE)), IMAGE);
    assertThat(summary)
        .hasToString(
            """
            layer   output of a sample  parameters   predict     train  multiply-adds
            images  [3, 20, 20]
            stem    [8, 16, 16]                608  16.0 KiB  32.1 KiB        153,600
            2       [4, 1, 1]                8,196   0.0 KiB  16.1 KiB          8,192
            ~ 3     [4]                          0   0.0 KiB   0.1 KiB              0
            head.0  [10]                        50   0.2 KiB   0.3 KiB             40
            total                            8,854  16.3 KiB  48.5 KiB        161,832
            ~ an estimate: the layer or its routing states no cost
            parameters: 0.1 MiB; in training their gradients and the state of Adam: 0.2 MiB
            memory of a batch of 128: 2 MiB to predict, 6 MiB to train and 0 MiB of scratch; all in all 7 MiB
            """);
  }

  @Test
  void countsWhatTheUpdaterKeeps() {
    Summary summary = Summary.of(net(Init.shapesOnly(DataType.DOUBLE)), IMAGE);
    long bytes = summary.parameterBytes();
    assertThat(bytes).isEqualTo(8 * net(Init.seed(1)).parameterCount());
    assertThat(summary.trainingStateBytes()).isEqualTo(3 * bytes);
    assertThat(summary.withUpdater(new Adam()).trainingStateBytes()).isEqualTo(3 * bytes);
    assertThat(summary.withUpdater(new Nesterovs()).trainingStateBytes()).isEqualTo(2 * bytes);
    assertThat(summary.withUpdater(new Sgd()).trainingStateBytes()).isEqualTo(bytes);
    long all = bytes + summary.trainingStateBytes() + summary.stepBytes(9);
    assertThat(summary.trainingBytes(9)).isEqualTo(all + summary.scratchBytes(9));
    assertThat(summary.scratchBytes(9)).isZero();
  }

  /** Of several checkpoints the scope of one alone is there at a time. */
  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void countsTheLargestCheckpointAlone(DataType type) {
    Shape in = Shape.of(30, 30, 3);
    Chain<Variable, Variable> net =
        Chain.of(in)
            .then(x -> new Conv2d(x, 30, 1, Conv2dSpec.UNIT, Init.seed(1).type(type)))
            .then(
                x -> new Checkpointed<>(Chain.of(x).then(Activation::tanh).then(Activation::relu)))
            .then(x -> new Checkpointed<>(Chain.of(x).then(Activation::sigmoid)));
    Summary summary = Summary.of(net, in);
    for (int batch : new int[] {8, 31}) {
      INDArray x = GradientCheck.random(new Random(1), batch, 30, 30, 3).castTo(type);
      INDArray upstream = Nd4j.ones(type, batch, 30, 30, 3);
      Nd4j.getWorkspaceManager().destroyAllWorkspacesForCurrentThread();
      for (int i = 0; i < 3; i++) {
        try (Scope scope = Scope.open()) {
          net.forward(Variable.constant(x)).backward(upstream);
        }
      }
      long held =
          Nd4j.getWorkspaceManager().getAllWorkspacesForCurrentThread().stream()
              .mapToLong(MemoryWorkspace::getCurrentSize)
              .sum();
      assertThat((double) held / summary.stepBytes(batch)).isBetween(0.95, 1.05);
    }
    assertThat(summary.toString()).contains("the total has the largest checkpoint alone");
  }

  @Test
  void aNetworkOfTenTerabytesIsCountedWithoutMemory() {
    Shape in = Shape.of(1_600_000);
    Chain<Variable, Variable> huge =
        Chain.of(in).then(x -> new Linear(x, 1_600_000, Init.shapesOnly(DataType.FLOAT)));
    try (Scope scope = Scope.open()) {
      Summary summary = Summary.of(huge, in);
      assertThat(summary.parameterBytes()).isEqualTo(4 * 1_600_000L * 1_600_001L);
      assertThat(summary.toString()).contains("[1600000]").contains("2,560,001,600,000");
      assertThatThrownBy(() -> summary.requireMemory(1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("training with batches of 1 takes ")
          .hasMessageContaining("No batch would fit");
      CapsNet.Config capsules =
          CapsNet.Config.paper()
              .with("image", new ImageShape(3, 16_000, 16_000))
              .with("decoder", null);
      Summary ofCapsules = capsules.build(Init.shapesOnly(DataType.FLOAT)).summary();
      assertThat(ofCapsules.parameterBytes()).isGreaterThan(10_000_000_000_000L);
      assertThat(ofCapsules.trainingBytes(128)).isGreaterThan(ofCapsules.trainingBytes(1));
      assertThat(scope.bytes()).isZero();
    }
  }

  @Test
  void theBatchThatWouldFitIsNamed() {
    Summary summary =
        Summary.of(
            Chain.of(Shape.of(1, 28, 28))
                .then(in -> new Conv2d(in, 64, 9, Conv2dSpec.UNIT, Init.shapesOnly(DataType.FLOAT)))
                .then(Activation::relu),
            Shape.of(1, 28, 28));
    long large = 64L << 30;
    summary.requireMemory(32, large, large);
    assertThatThrownBy(() -> summary.requireMemory(32, summary.trainingBytes(8), large))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("training with batches of 32 takes ")
        .hasMessageEndingWith("Batches of 8 would fit");
    assertThatThrownBy(() -> summary.requireMemory(32, summary.trainingBytes(1) - 1, large))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("No batch would fit: take smaller images");
    FusedKernels.assumeUsed(); // only they work on the heap
    assertThatThrownBy(() -> summary.requireMemory(32, large, summary.scratchBytes(32) - 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(" on the heap. Batches of ");
  }
}
