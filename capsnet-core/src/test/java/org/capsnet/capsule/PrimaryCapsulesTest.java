package org.capsnet.capsule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.autograd.Variable;
import org.capsnet.nn.Init;
import org.capsnet.nn.Shape;
import org.capsnet.testing.GradientCheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class PrimaryCapsulesTest {

  private static final Conv2dSpec HALF = Conv2dSpec.UNIT.withStride(2);

  private static final int BATCH = 2;
  private static final int TYPES = 2;
  private static final int DIM = 3;
  private static final int CHANNELS = TYPES * DIM;
  private static final int H = 2;
  private static final int W = 4;

  /**
   * A layer that copies channel c at the centre of its 3×3 kernel, at stride 2, to channel c: so
   * the capsule at (y, x) holds the features at (2y+1, 2x+1).
   */
  private static PrimaryCapsules copying(DataType type) {
    PrimaryCapsules layer =
        new PrimaryCapsules(
            Shape.of(CHANNELS, 2 * H + 1, 2 * W + 1),
            TYPES,
            DIM,
            3,
            HALF,
            Init.of(new Random(1), type));
    INDArray weight = layer.parameters().get("conv.weight").value().assign(0);
    for (int c = 0; c < CHANNELS; c++) {
      weight.putScalar(new int[] {c, c, 1, 1}, 1);
    }
    return layer;
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void capsulesStandInTheOrderOfTypeRowAndColumn(DataType type) {
    INDArray features = GradientCheck.random(new Random(2), BATCH, CHANNELS, 2 * H + 1, 2 * W + 1);
    Capsules capsules = copying(type).forward(Variable.constant(features.castTo(type))).flat();
    assertThat(capsules.pose().shape()).containsExactly(BATCH, TYPES * H * W, DIM);
    for (int b = 0; b < BATCH; b++) {
      for (int t = 0; t < TYPES; t++) {
        for (int y = 0; y < H; y++) {
          for (int x = 0; x < W; x++) {
            assertHolds(capsules, b, t, y, x, features);
          }
        }
      }
    }
  }

  private static void assertHolds(
      Capsules capsules, int b, int t, int y, int x, INDArray features) {
    double squares = 0;
    for (int d = 0; d < DIM; d++) {
      squares += Math.pow(features.getDouble(b, t * DIM + d, 2 * y + 1, 2 * x + 1), 2);
    }
    int index = t * (H * W) + y * W + x;
    for (int d = 0; d < DIM; d++) {
      double s = features.getDouble(b, t * DIM + d, 2 * y + 1, 2 * x + 1);
      assertThat(capsules.pose().value().getDouble(b, index, d))
          .as("sample %d, type %d, row %d, column %d, dimension %d", b, t, y, x, d)
          .isCloseTo(squares / (1 + squares) * s / Math.sqrt(squares + 1e-8), within(1e-6));
    }
    assertThat(capsules.activation().value().getDouble(b, index))
        .isCloseTo(squares / (1 + squares), within(1e-6));
  }

  @Test
  void hasAConvolutionForParameters() {
    PrimaryCapsules layer = new PrimaryCapsules(Shape.of(5, 9, 9), 4, 3, 7, HALF, Init.seed(1));
    assertThat(layer.parameters()).containsOnlyKeys("conv.weight", "conv.bias");
    assertThat(layer.parameters().get("conv.weight").value().shape()).containsExactly(12, 5, 7, 7);
    assertThat(layer.parameters().get("conv.bias").value().shape()).containsExactly(12);
  }

  @Test
  void hasTheGradientOfItsSlope() {
    PrimaryCapsules layer =
        new PrimaryCapsules(
            Shape.of(2, 3, 4), 2, 3, 2, Conv2dSpec.UNIT, Init.of(new Random(1), DataType.DOUBLE));
    GradientCheck.check(
        x -> layer.forward(x[0]).pose(), GradientCheck.random(new Random(3), 2, 2, 3, 4));
  }

  @Test
  void featuresThatDoNotFitAreToldWhatWasExpected() {
    PrimaryCapsules layer = copying(DataType.FLOAT);
    Variable other = Variable.constant(Nd4j.zeros(DataType.FLOAT, 2, 5, 9, 9));
    assertThatThrownBy(() -> layer.forward(other))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected")
        .hasMessageContaining("got [2, 5, 9, 9]");
    Variable small = Variable.constant(Nd4j.zeros(DataType.FLOAT, 2, CHANNELS, 2, 9));
    assertThatThrownBy(() -> layer.forward(small)).isInstanceOf(IllegalArgumentException.class);
  }
}
