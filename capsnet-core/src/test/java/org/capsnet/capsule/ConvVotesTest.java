package org.capsnet.capsule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.autograd.Variable;
import org.capsnet.kernel.Kernels;
import org.capsnet.nn.Init;
import org.capsnet.nn.Shape;
import org.capsnet.routing.DynamicRouting;
import org.capsnet.testing.GradientCheck;
import org.capsnet.testing.Numbers;
import org.capsnet.testing.Unsquashed;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class ConvVotesTest {

  private static final int TYPES = 3;
  private static final int IN_DIM = 2;
  private static final int OUT = 2;
  private static final int DIM = 3;
  private static final int H = 3;
  private static final int W = 4;
  private static final Shape GRID = Shape.of(TYPES, IN_DIM, H, W);

  /** Shrinks the grid by half. */
  private static final Conv2dSpec HALF = Conv2dSpec.UNIT.withStride(2).withPadding(1);

  private static CapsuleLayer conv(int kernel, Conv2dSpec spec, Routing r, DataType type) {
    CapsuleLayer layer =
        new CapsuleLayer(
            GRID, OUT, DIM, new ConvVotes(kernel, spec), r, Init.of(new Random(1), type));
    ConvCapsules2dTest.decide(layer);
    return layer;
  }

  /** Doubles the grid. */
  private static CapsuleLayer deconv(Routing r, DataType type) {
    CapsuleLayer layer =
        new CapsuleLayer(GRID, OUT, DIM, new DeconvVotes(4, HALF), r, Init.of(new Random(1), type));
    ConvCapsules2dTest.decide(layer);
    return layer;
  }

  private static Capsules grid() {
    return ConvCapsules2dTest.grid(2, TYPES, IN_DIM, H, W);
  }

  /**
   * Adds what each capsule of sample 1 gives to the positions that it reaches: by a convolution at
   * kernel element {@code k = in + padding - stride · out}, by a transposed one the other way.
   */
  private static double[][] votes(Capsules in, INDArray w, int t, int j, int d, boolean up) {
    int kernel = (int) w.size(2);
    double[][] votes = new double[up ? 2 * H : (H + 2 - kernel) / 2 + 1][];
    for (int y = 0; y < votes.length; y++) {
      votes[y] = new double[up ? 2 * W : (W + 2 - kernel) / 2 + 1];
      for (int x = 0; x < votes[y].length; x++) {
        for (int iy = 0; iy < H; iy++) {
          for (int ix = 0; ix < W; ix++) {
            int ky = up ? y + 1 - 2 * iy : iy + 1 - 2 * y;
            int kx = up ? x + 1 - 2 * ix : ix + 1 - 2 * x;
            if (ky < 0 || ky >= kernel || kx < 0 || kx >= kernel) {
              continue;
            }
            for (int k = 0; k < IN_DIM; k++) {
              int channel = j * DIM + d;
              double weight =
                  up ? w.getDouble(k, channel, ky, kx) : w.getDouble(channel, k, ky, kx);
              votes[y][x] += weight * in.pose().value().getDouble(new long[] {1, t, k, iy, ix});
            }
          }
        }
      }
    }
    return votes;
  }

  private static void assertSumsVotes(CapsuleLayer layer, boolean up) {
    Capsules in = grid();
    Capsules flat =
        new Capsules(in.pose(), Variable.constant(Nd4j.onesLike(in.activation().value())));
    Capsules out = layer.forward(flat); // voters of full activation, whatever they see
    INDArray w = layer.parameters().get("weight").value();
    for (int j = 0; j < OUT; j++) {
      for (int d = 0; d < DIM; d++) {
        double[][] sum = new double[(int) out.grid()[0]][(int) out.grid()[1]];
        for (int t = 0; t < TYPES; t++) {
          double[][] votes = votes(in, w, t, j, d, up);
          assertThat(votes.length).isEqualTo(sum.length);
          for (int y = 0; y < sum.length; y++) {
            for (int x = 0; x < sum[y].length; x++) {
              sum[y][x] += votes[y][x];
            }
          }
        }
        for (int y = 0; y < sum.length; y++) {
          for (int x = 0; x < sum[y].length; x++) {
            assertThat(out.pose().value().getDouble(new long[] {1, j, d, y, x}))
                .as("capsule %d, dimension %d, row %d, column %d", j, d, y, x)
                .isCloseTo(sum[y][x], within(1e-12));
          }
        }
      }
    }
  }

  @Test
  void theTypesVoteByAConvolutionOrATransposedOne() {
    Routing sum = ConvCapsules2dTest.WEIGHTED_SUM;
    assertSumsVotes(conv(3, HALF, sum, DataType.DOUBLE), false);
    assertSumsVotes(deconv(sum, DataType.DOUBLE), true);
  }

  /** Where each type sees one capsule, it is a dense layer whose types share a matrix. */
  @Test
  void aKernelOfOneMakesADenseLayerAtEachPosition() {
    DynamicRouting routing = new DynamicRouting(3);
    CapsuleLayer layer = conv(1, Conv2dSpec.UNIT, routing, DataType.DOUBLE);
    CapsuleLayer dense =
        new CapsuleLayer(
            Shape.of(TYPES, IN_DIM),
            OUT,
            DIM,
            new DenseVotes(),
            routing,
            Init.of(new Random(1), DataType.DOUBLE));
    INDArray matrix = layer.state().get("weight").reshape(1, OUT, DIM, IN_DIM);
    dense.state().get("weight").assign(Nd4j.concat(0, matrix, matrix, matrix));
    dense.state().get("bias").assign(layer.state().get("bias"));
    Capsules in = grid();
    Capsules out = layer.forward(in);
    for (int y = 0; y < H; y++) {
      for (int x = 0; x < W; x++) {
        Variable here = in.pose().slice(3, y, y + 1).slice(4, x, x + 1);
        Capsules expected = dense.forward(Capsules.ofLength(here.reshape(2, TYPES, IN_DIM)));
        Variable actual = out.pose().slice(3, y, y + 1).slice(4, x, x + 1);
        assertThat(Numbers.difference(actual.reshape(2, OUT, DIM).value(), expected.pose().value()))
            .isLessThan(1e-14);
      }
    }
  }

  /** Keeps the activations of the voters. */
  private static final class Reporting implements Routing {
    private INDArray activation;

    @Override
    public Capsules route(RoutingInput in) {
      activation = in.activation().value();
      return Unsquashed.of(in.votes().sum(1));
    }
  }

  @Test
  void aVoterIsAsActiveAsTheCapsulesThatItSeesAreOnAverage() {
    Reporting reporting = new Reporting();
    CapsuleLayer layer = conv(3, HALF, reporting, DataType.DOUBLE);
    Capsules in = grid();
    layer.forward(in);
    INDArray a = in.activation().value();
    // Sample 0, type 2, upper left: the kernel's first row and column lie in the padding.
    double corner =
        a.getDouble(0, 2, 0, 0)
            + a.getDouble(0, 2, 0, 1)
            + a.getDouble(0, 2, 1, 0)
            + a.getDouble(0, 2, 1, 1);
    assertThat(reporting.activation.shape()).containsExactly(2 * 2 * 2, TYPES);
    assertThat(reporting.activation.getDouble(0, 2)).isCloseTo(corner / 4, within(1e-12));

    // A stride larger than the kernel leaves gaps, where nobody is active.
    CapsuleLayer gaps =
        new CapsuleLayer(
            GRID,
            OUT,
            DIM,
            new DeconvVotes(1, Conv2dSpec.UNIT.withStride(2), 1, Sharing.ALL),
            reporting,
            Init.of(new Random(1), DataType.DOUBLE));
    gaps.forward(in);
    assertThat(reporting.activation.getDouble(0, 2)).isEqualTo(a.getDouble(0, 2, 0, 0));
    assertThat(reporting.activation.getDouble(1, 2)).isZero();
  }

  @Test
  @Tag("once")
  void hasTheGradientOfItsSlope() {
    for (Routing routing : new Routing[] {new DynamicRouting(3), ConvCapsules2dTest.WEIGHTED_SUM}) {
      assertGradients(conv(2, HALF, routing, DataType.DOUBLE));
      assertGradients(deconv(routing, DataType.DOUBLE));
    }
  }

  private static void assertGradients(CapsuleLayer layer) {
    INDArray poses = GradientCheck.random(new Random(4), 1, TYPES, IN_DIM, 2, 1);
    GradientCheck.check(x -> layer.forward(Capsules.ofLength(x[0])).pose(), poses);
    Capsules in = Capsules.ofLength(Variable.constant(poses));
    GradientCheck.checkParameters(layer, () -> layer.forward(in).pose());
  }

  /** The fused path, where there is one, at sizes that blocks of positions do not divide. */
  @ParameterizedTest
  @ValueSource(ints = {1, 5, 8, 13})
  void floatsAgreeWithDoubles(int side) {
    for (DynamicRouting routing :
        new DynamicRouting[] {
          new DynamicRouting(3), new DynamicRouting(2).withLeak().withoutBias()
        }) {
      CapsuleLayer layer = deconv(routing, DataType.DOUBLE);
      CapsuleLayer fused = deconv(routing, DataType.FLOAT);
      fused.loadState(layer.state());
      INDArray poses = GradientCheck.random(new Random(3), 2, TYPES, IN_DIM, side, side);
      Variable doubles = Variable.leaf(poses);
      Variable floats = Variable.leaf(poses.castTo(DataType.FLOAT));
      Capsules expected = layer.forward(Capsules.ofLength(doubles));
      Capsules actual = fused.forward(Capsules.ofLength(floats));
      assertThat(actual.pose().operation().equals("gridRouting"))
          .isEqualTo(Kernels.fused(DataType.FLOAT));
      assertClose(actual.pose().value(), expected.pose().value());
      assertClose(actual.activation().value(), expected.activation().value());
      INDArray upstream = GradientCheck.random(new Random(5), expected.pose().shape());
      expected.pose().backward(upstream);
      actual.pose().backward(upstream.castTo(DataType.FLOAT));
      assertClose(floats.gradient(), doubles.gradient());
      layer
          .parameters()
          .forEach(
              (name, p) ->
                  assertClose(
                      fused.parameters().get(name).variable().gradient(), p.variable().gradient()));
    }
  }

  private static void assertClose(INDArray actual, INDArray expected) {
    double size = expected.amaxNumber().doubleValue();
    assertThat(Numbers.difference(actual, expected)).isLessThan(2e-5 * size);
  }

  @Test
  void whatDoesNotFitIsToldWhatWasExpected() {
    Capsules in = ConvCapsules2dTest.grid(1, TYPES + 1, IN_DIM, 3, 3);
    CapsuleLayer layer = deconv(new DynamicRouting(1), DataType.DOUBLE);
    assertThatThrownBy(() -> layer.forward(in))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("capsules: expected [batch, 3, 2, height, width], got [1, 4, 2, 3, 3]");
    Conv2dSpec grouped = Conv2dSpec.UNIT.withGroups(2);
    assertThatThrownBy(() -> conv(1, grouped, new DynamicRouting(1), DataType.DOUBLE))
        .hasMessage("groups: expected 1, got 2");
  }
}
