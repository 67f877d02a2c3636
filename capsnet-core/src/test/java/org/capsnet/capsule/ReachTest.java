package org.capsnet.capsule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.autograd.Variable;
import org.capsnet.nn.Init;
import org.capsnet.nn.Shape;
import org.capsnet.testing.GradientCheck;
import org.capsnet.testing.Numbers;
import org.capsnet.testing.Unsquashed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Competition over all positions that an input capsule reaches, against loops. */
class ReachTest {

  private static final int BATCH = 2;
  private static final int TYPES = 2;
  private static final int HEIGHT = 5;
  private static final int WIDTH = 4;
  private static final int OUT = 3;

  static Stream<Conv2dSpec> specs() {
    Conv2dSpec unit = Conv2dSpec.UNIT;
    return Stream.of(
        unit,
        unit.withStride(2),
        unit.withStride(3, 1),
        unit.withPadding(1),
        unit.withStride(2).withPadding(1, 2),
        unit.withDilation(2, 1),
        unit.withStride(1, 2).withPadding(2).withDilation(2));
  }

  /** The reach that a routing is handed by a convolutional layer with a kernel of 2. */
  private static Reach reach(Conv2dSpec spec) {
    Reach[] handed = new Reach[1];
    Routing routing =
        in -> {
          handed[0] = in.reach();
          return Unsquashed.of(in.votes().sum(1));
        };
    ConvCapsules2d layer =
        new ConvCapsules2d(
            Shape.of(TYPES, 1, HEIGHT, WIDTH),
            OUT,
            1,
            2,
            spec,
            new DenseVotes(),
            routing,
            Init.seed(1).type(DataType.DOUBLE));
    layer.forward(
        Capsules.ofLength(
            Variable.constant(Nd4j.ones(DataType.DOUBLE, BATCH, TYPES, 1, HEIGHT, WIDTH))));
    return handed[0];
  }

  /** What is done with a logit: the sample of the votes, the voter, and the input capsule. */
  private interface Visit {
    void logit(int sample, int voter, String capsule);
  }

  /** Every voter: what the kernel sees at each position, and "padding" for nobody. */
  private static void forVoters(Conv2dSpec spec, Visit visit) {
    int height = (int) spec.outputHeight(HEIGHT, 2);
    int width = (int) spec.outputWidth(WIDTH, 2);
    for (int sample = 0; sample < BATCH * height * width; sample++) {
      int y = sample / width % height;
      int x = sample % width;
      for (int voter = 0; voter < TYPES * 4; voter++) {
        int row = y * spec.strideH() + voter / 2 % 2 * spec.dilationH() - spec.paddingH();
        int column = x * spec.strideW() + voter % 2 * spec.dilationW() - spec.paddingW();
        boolean inside = row >= 0 && row < HEIGHT && column >= 0 && column < WIDTH;
        String batch = sample / (height * width) + ": ";
        String at = "%d %d %d".formatted(voter / 4, row, column);
        visit.logit(sample, voter, batch + (inside ? at : "padding"));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("specs")
  void aSoftmaxOverAllThatAnInputCapsuleReaches(Conv2dSpec spec) {
    Reach reach = reach(spec);
    long voters = TYPES * 4;
    INDArray logits = GradientCheck.random(new Random(3), reach.samples(), voters, OUT).muli(3);
    Map<String, Double> sums = new HashMap<>();
    Map<String, Integer> reached = new HashMap<>();
    forVoters(
        spec,
        (sample, voter, capsule) -> {
          for (int j = 0; j < OUT; j++) {
            sums.merge(capsule, Math.exp(logits.getDouble(sample, voter, j)), Double::sum);
            reached.merge(capsule, 1, Integer::sum);
          }
        });
    INDArray softmax = reach.softmax(Variable.constant(logits)).value();
    INDArray uniform = reach.uniform(OUT, DataType.DOUBLE).value();
    assertThat(softmax.shape()).containsExactly(reach.samples(), voters, OUT);
    assertThat(uniform.shape()).containsExactly(reach.samples(), voters, OUT);
    forVoters(
        spec,
        (sample, voter, capsule) -> {
          for (int j = 0; j < OUT; j++) {
            double expected = Math.exp(logits.getDouble(sample, voter, j)) / sums.get(capsule);
            assertThat(softmax.getDouble(sample, voter, j))
                .as(capsule)
                .isCloseTo(expected, within(1e-14));
            assertThat(uniform.getDouble(sample, voter, j))
                .as(capsule)
                .isCloseTo(1.0 / reached.get(capsule), within(1e-15));
          }
        });
  }

  @ParameterizedTest
  @MethodSource("specs")
  void hasTheGradientOfItsSlope(Conv2dSpec spec) {
    Reach reach = reach(spec);
    INDArray logits = GradientCheck.random(new Random(4), reach.samples(), TYPES * 4, OUT);
    Variable leaf = Variable.leaf(logits);
    GradientCheck.checkDirections(() -> reach.softmax(leaf), Map.of("logits", leaf));
    GradientCheck.checkDirections(() -> reach.reached(leaf), Map.of("x", leaf));
  }

  @Test
  void logitsOfAnySizeStayNumbers() {
    Reach reach = reach(Conv2dSpec.UNIT);
    INDArray logits = GradientCheck.random(new Random(5), reach.samples(), TYPES * 4, OUT);
    for (double magnitude : new double[] {1e-30, 1e4, 1e30}) {
      for (DataType type : new DataType[] {DataType.FLOAT, DataType.DOUBLE}) {
        Variable c = reach.softmax(Variable.constant(logits.mul(magnitude).castTo(type)));
        assertThat(c.dataType()).isEqualTo(type);
        INDArray sums = reach.reached(c).value().castTo(DataType.DOUBLE);
        assertThat(Numbers.difference(sums, Nd4j.onesLike(sums))).isLessThan(1e-6);
      }
    }
  }

  /** Without a grid an input capsule reaches what it competes for anyway. */
  @Test
  void withoutAGridItIsTheSoftmaxOverOutputCapsules() {
    Reach reach = Reach.everywhere(BATCH, 4);
    Variable logits = Variable.constant(GradientCheck.random(new Random(6), BATCH, 4, OUT));
    assertThat(reach.softmax(logits).value()).isEqualTo(logits.softmax(-1).value());
    INDArray uniform = reach.uniform(OUT, DataType.FLOAT).value();
    assertThat(uniform).isEqualTo(Nd4j.valueArrayOf(uniform.shape(), 1.0 / OUT, DataType.FLOAT));
  }

  /** Each type is one input capsule of the whole grid, as votes by convolution have it. */
  @Test
  void aTypeReachesAllPositions() {
    Reach reach = Reach.everyPosition(BATCH, TYPES, 3, 2);
    INDArray logits = GradientCheck.random(new Random(7), BATCH * 6, TYPES, OUT);
    INDArray expected =
        Variable.constant(logits.reshape(BATCH, 6, TYPES, OUT).permute(0, 2, 1, 3).dup('c'))
            .reshape(BATCH, TYPES, 6 * OUT)
            .softmax(-1)
            .reshape(BATCH, TYPES, 6, OUT)
            .permute(0, 2, 1, 3)
            .reshape(BATCH * 6, TYPES, OUT)
            .value();
    assertThat(Numbers.difference(reach.softmax(Variable.constant(logits)).value(), expected))
        .isLessThan(1e-15);
  }

  @Test
  void otherLogitsAreRefused() {
    Reach reach = Reach.everyPosition(BATCH, TYPES, 3, 2);
    Variable logits = Variable.constant(Nd4j.zeros(DataType.DOUBLE, BATCH, TYPES, OUT));
    assertThatThrownBy(() -> reach.softmax(logits))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("logits: expected [12, 2, out], got [2, 2, 3]");
  }
}
