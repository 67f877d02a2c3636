package org.capsnet.capsule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.autograd.Variable;
import org.capsnet.nn.Init;
import org.capsnet.nn.Module;
import org.capsnet.nn.Shape;
import org.capsnet.routing.DynamicRouting;
import org.capsnet.testing.GradientCheck;
import org.capsnet.testing.Numbers;
import org.capsnet.testing.Unsquashed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class ConvCapsules2dTest {

  private static final int TYPES = 2;
  private static final int IN_DIM = 3;
  private static final int OUT = 2;
  private static final int DIM = 4;

  /** Sums the votes, each times the activation of its voter. */
  static final Routing WEIGHTED_SUM =
      in -> Unsquashed.of(Variable.einsum("bi,bijd->bjd", in.activation(), in.votes()));

  static Capsules grid(long batch, long types, long dim, long height, long width) {
    INDArray poses = GradientCheck.random(new Random(2), batch, types, dim, height, width);
    return Capsules.ofLength(Variable.constant(poses));
  }

  /** Of a size at which votes differ and couplings are not uniform. */
  static void decide(Module layer) {
    Random random = new Random(7);
    layer
        .parameters()
        .values()
        .forEach(p -> p.value().assign(GradientCheck.random(random, p.value().shape()).muli(0.5)));
  }

  private static ConvCapsules2d layer(int kernel, Conv2dSpec spec, Routing routing) {
    ConvCapsules2d layer =
        new ConvCapsules2d(
            Shape.of(TYPES, IN_DIM, 6, 6),
            OUT,
            DIM,
            kernel,
            spec,
            new DenseVotes(),
            routing,
            Init.of(new Random(1), DataType.DOUBLE));
    decide(layer);
    return layer;
  }

  @ParameterizedTest
  @CsvSource({"1,1,0", "3,1,0", "2,2,1", "3,2,1"})
  void everyCapsuleInTheWindowVotesByAMatrixOfItsOwn(int kernel, int stride, int padding) {
    Conv2dSpec spec = Conv2dSpec.UNIT.withStride(stride).withPadding(padding);
    ConvCapsules2d layer = layer(kernel, spec, WEIGHTED_SUM);
    Capsules in = grid(2, TYPES, IN_DIM, 5, 4);
    Capsules out = layer.forward(in);
    INDArray w = layer.parameters().get("votes.weight").value();
    int height = (5 + 2 * padding - kernel) / stride + 1;
    int width = (4 + 2 * padding - kernel) / stride + 1;
    assertThat(out.pose().shape()).containsExactly(2, OUT, DIM, height, width);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        for (int j = 0; j < OUT; j++) {
          for (int d = 0; d < DIM; d++) {
            assertThat(out.pose().value().getDouble(new long[] {1, j, d, y, x}))
                .isCloseTo(
                    sum(in, w, kernel, y * stride - padding, x * stride - padding, j, d),
                    within(1e-12));
          }
        }
      }
    }
  }

  /** The weighted sum of votes of sample 1 for dimension d of output capsule j. */
  private static double sum(Capsules in, INDArray w, int kernel, int top, int left, int j, int d) {
    double sum = 0;
    for (int t = 0; t < TYPES; t++) {
      for (int ky = 0; ky < kernel; ky++) {
        for (int kx = 0; kx < kernel; kx++) {
          int y = top + ky;
          int x = left + kx;
          if (y < 0 || y >= in.grid()[0] || x < 0 || x >= in.grid()[1]) {
            continue;
          }
          double vote = 0;
          for (int k = 0; k < IN_DIM; k++) {
            vote +=
                w.getDouble((t * kernel + ky) * kernel + kx, j, d, k)
                    * in.pose().value().getDouble(new long[] {1, t, k, y, x});
          }
          sum += vote * in.activation().value().getDouble(1, t, y, x);
        }
      }
    }
    return sum;
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void aKernelAsLargeAsTheGridMakesADenseLayer(DataType type) {
    int side = 3;
    int voters = TYPES * side * side;
    DynamicRouting routing = new DynamicRouting(3);
    ConvCapsules2d layer =
        new ConvCapsules2d(
            Shape.of(TYPES, IN_DIM, side, side),
            OUT,
            DIM,
            side,
            Conv2dSpec.UNIT,
            new DenseVotes(),
            routing,
            Init.of(new Random(1), type));
    decide(layer);
    CapsuleLayer dense =
        new CapsuleLayer(
            Shape.of(voters, IN_DIM),
            OUT,
            DIM,
            new DenseVotes(),
            routing,
            Init.of(new Random(1), type));
    dense.parameters().forEach((name, p) -> p.value().assign(layer.state().get("votes." + name)));
    INDArray poses = GradientCheck.random(new Random(3), 2, TYPES, IN_DIM, side, side);
    Capsules in = Capsules.ofLength(Variable.constant(poses.castTo(type)));
    INDArray expected = dense.forward(in).pose().value();
    INDArray actual = layer.forward(in).flat().pose().value();
    assertThat(actual.shape()).containsExactly(2, OUT, DIM);
    assertThat(Numbers.difference(actual, expected))
        .isLessThan(type == DataType.FLOAT ? 1e-6 : 1e-14);
    assertThat(expected.amaxNumber().doubleValue()).isGreaterThan(0.1);
  }

  @Test
  void hasTheGradientOfItsSlope() {
    for (Routing routing : new Routing[] {new DynamicRouting(3), WEIGHTED_SUM}) {
      Conv2dSpec spec = Conv2dSpec.UNIT.withStride(2).withPadding(1);
      ConvCapsules2d layer =
          new ConvCapsules2d(
              Shape.of(2, 2, 3, 2),
              2,
              2,
              2,
              spec,
              new DenseVotes(),
              routing,
              Init.of(new Random(1), DataType.DOUBLE));
      decide(layer);
      INDArray poses = GradientCheck.random(new Random(4), 1, 2, 2, 3, 2);
      GradientCheck.check(x -> layer.forward(Capsules.ofLength(x[0])).pose(), poses);
      Capsules in = Capsules.ofLength(Variable.constant(poses));
      GradientCheck.checkParameters(layer, () -> layer.forward(in).pose());
    }
  }

  @Test
  void whatDoesNotFitIsToldWhatWasExpected() {
    ConvCapsules2d layer = layer(2, Conv2dSpec.UNIT, new DynamicRouting(1));
    Capsules more =
        Capsules.ofLength(Variable.constant(Nd4j.zeros(DataType.DOUBLE, 1, 3, 3, 4, 4)));
    assertThatThrownBy(() -> layer.forward(more))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("capsules: expected [batch, 2, 3, height, width], got [1, 3, 3, 4, 4]");
    Capsules small =
        Capsules.ofLength(Variable.constant(Nd4j.zeros(DataType.DOUBLE, 1, 2, 3, 1, 4)));
    assertThatThrownBy(() -> layer.forward(small))
        .hasMessageStartingWith("height: expected at least 2");
    Conv2dSpec grouped = Conv2dSpec.UNIT.withGroups(2);
    assertThatThrownBy(() -> layer(2, grouped, new DynamicRouting(1)))
        .hasMessage("groups: expected 1, got 2");
  }
}
