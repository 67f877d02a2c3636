package org.capsnet.capsule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.nd4j.linalg.indexing.NDArrayIndex.all;
import static org.nd4j.linalg.indexing.NDArrayIndex.interval;

import java.util.Random;
import org.capsnet.autograd.Variable;
import org.capsnet.nn.Init;
import org.capsnet.nn.Shape;
import org.capsnet.routing.DynamicRouting;
import org.capsnet.testing.GradientCheck;
import org.capsnet.testing.Numbers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class PlacedVotesTest {

  private static final int TYPES = 2;
  private static final int IN_DIM = 3;
  private static final int HEIGHT = 3;
  private static final int WIDTH = 4;
  private static final int OUT = 2;
  private static final int DIM = 5;
  private static final Votes PLACED = new DenseVotes(Sharing.TYPE, true);

  private static CapsuleLayer layer(Routing routing, DataType type) {
    CapsuleLayer layer =
        new CapsuleLayer(
            Shape.of(TYPES, IN_DIM, HEIGHT, WIDTH),
            OUT,
            DIM,
            PLACED,
            routing,
            Init.of(new Random(1), type));
    ConvCapsules2dTest.decide(layer);
    return layer;
  }

  private static Capsules grid(long batch) {
    return ConvCapsules2dTest.grid(batch, TYPES, IN_DIM, HEIGHT, WIDTH);
  }

  /** Written out: the matrix of its type, on its pose, and its activation times its place. */
  @Test
  void everyCapsuleVotesByTheMatrixOfItsTypeAndItsPlace() {
    CapsuleLayer layer = layer(ConvCapsules2dTest.WEIGHTED_SUM, DataType.DOUBLE);
    INDArray w = layer.parameters().get("weight").value();
    assertThat(w.shape()).containsExactly(TYPES, OUT, DIM, IN_DIM + 2);
    Capsules in = grid(2);
    INDArray out = layer.forward(in).pose().value();
    assertThat(out.shape()).containsExactly(2, OUT, DIM);
    double[] across = {-0.75, -0.25, 0.25, 0.75};
    double[] down = {-2 / 3.0, 0, 2 / 3.0};
    for (int b = 0; b < 2; b++) {
      for (int j = 0; j < OUT; j++) {
        for (int d = 0; d < DIM; d++) {
          double sum = 0;
          for (int t = 0; t < TYPES; t++) {
            for (int y = 0; y < HEIGHT; y++) {
              for (int x = 0; x < WIDTH; x++) {
                double a = in.activation().value().getDouble(b, t, y, x);
                double vote =
                    a * across[x] * w.getDouble(t, j, d, IN_DIM)
                        + a * down[y] * w.getDouble(t, j, d, IN_DIM + 1);
                for (int k = 0; k < IN_DIM; k++) {
                  vote +=
                      w.getDouble(t, j, d, k)
                          * in.pose().value().getDouble(new long[] {b, t, k, y, x});
                }
                sum += a * vote;
              }
            }
          }
          assertThat(out.getDouble(b, j, d)).isCloseTo(sum, within(1e-12));
        }
      }
    }
  }

  /** Each capsule on the other side of the middle, both ways. */
  private static Capsules turned(Capsules in) {
    INDArray poses = Nd4j.create(in.pose().dataType(), in.pose().shape());
    for (int t = 0; t < TYPES; t++) {
      for (int k = 0; k < IN_DIM; k++) {
        for (int y = 0; y < HEIGHT; y++) {
          for (int x = 0; x < WIDTH; x++) {
            long[] from = {0, t, k, HEIGHT - 1 - y, WIDTH - 1 - x};
            poses.putScalar(new long[] {0, t, k, y, x}, in.pose().value().getDouble(from));
          }
        }
      }
    }
    return Capsules.ofLength(Variable.constant(poses));
  }

  @Test
  void withoutItsPlaceACapsuleMayStandAnywhere() {
    CapsuleLayer layer = layer(new DynamicRouting(3).withLeak(), DataType.DOUBLE);
    Capsules in = grid(1);
    INDArray here = layer.forward(in).pose().value();
    assertThat(layer.forward(turned(in)).pose().value().equalsWithEps(here, 1e-3)).isFalse();
    INDArray w = layer.parameters().get("weight").value();
    w.get(all(), all(), all(), interval(IN_DIM, IN_DIM + 2)).assign(0);
    INDArray anywhere = layer.forward(in).pose().value();
    assertThat(layer.forward(turned(in)).pose().value().equalsWithEps(anywhere, 1e-12)).isTrue();
    assertThat(anywhere.amaxNumber().doubleValue()).isGreaterThan(0.01);
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void onOnePositionItIsADenseLayer(DataType type) {
    DynamicRouting routing = new DynamicRouting(3);
    CapsuleLayer layer =
        new CapsuleLayer(
            Shape.of(TYPES, IN_DIM, 1, 1), OUT, DIM, PLACED, routing, Init.of(new Random(1), type));
    ConvCapsules2dTest.decide(layer);
    CapsuleLayer dense =
        new CapsuleLayer(
            Shape.of(TYPES, IN_DIM),
            OUT,
            DIM,
            new DenseVotes(),
            routing,
            Init.of(new Random(1), type));
    INDArray w = layer.parameters().get("weight").value();
    dense
        .parameters()
        .get("weight")
        .value()
        .assign(w.get(all(), all(), all(), interval(0, IN_DIM)).dup('c'));
    dense.parameters().get("bias").value().assign(layer.parameters().get("bias").value());
    INDArray poses = GradientCheck.random(new Random(3), 2, TYPES, IN_DIM, 1, 1).castTo(type);
    Capsules in = Capsules.ofLength(Variable.constant(poses));
    INDArray expected = dense.forward(in).pose().value();
    assertThat(Numbers.difference(layer.forward(in).pose().value(), expected))
        .isLessThan(type == DataType.FLOAT ? 1e-6 : 1e-14);
    assertThat(expected.amaxNumber().doubleValue()).isGreaterThan(0.1);
  }

  @Test
  void hasTheGradientOfItsSlope() {
    for (Routing routing :
        new Routing[] {new DynamicRouting(2).withLeak(), ConvCapsules2dTest.WEIGHTED_SUM}) {
      CapsuleLayer layer =
          new CapsuleLayer(
              Shape.of(2, 2, 2, 3), 2, 2, PLACED, routing, Init.of(new Random(1), DataType.DOUBLE));
      ConvCapsules2dTest.decide(layer);
      INDArray poses = GradientCheck.random(new Random(4), 1, 2, 2, 2, 3);
      GradientCheck.check(x -> layer.forward(Capsules.ofLength(x[0])).pose(), poses);
      Capsules in = Capsules.ofLength(Variable.constant(poses));
      GradientCheck.checkParameters(layer, () -> layer.forward(in).pose());
    }
  }

  @Test
  void anotherGridIsRefused() {
    CapsuleLayer layer = layer(new DynamicRouting(1), DataType.DOUBLE);
    Capsules wider = ConvCapsules2dTest.grid(1, TYPES, IN_DIM, HEIGHT, WIDTH + 1);
    assertThatThrownBy(() -> layer.forward(wider))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("capsules: expected [batch, 2, 3, 3, 4], got [1, 2, 3, 3, 5]");
  }
}
