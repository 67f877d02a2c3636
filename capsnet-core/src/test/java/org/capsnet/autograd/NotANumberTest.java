package org.capsnet.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.capsnet.testing.Numbers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What is not a number travels, forward and backward: no operation that compares lets it vanish.
 */
class NotANumberTest {

  private static final double NAN = Double.NaN;
  private static final double INF = Double.POSITIVE_INFINITY;

  /** Element by element: at NaN it is NaN, and elsewhere as if there were none. */
  static Stream<Arguments> elementwise() {
    Map<String, UnaryOperator<Variable>> all = new TreeMap<>();
    all.put("relu", Variable::relu);
    all.put("leaky relu", x -> x.leakyRelu(0.1));
    all.put("abs", Variable::abs);
    all.put("clamp", x -> x.clamp(-0.5, 0.5));
    all.put("clamp from below", x -> x.clamp(-0.5, INF));
    all.put("sigmoid", Variable::sigmoid);
    all.put("tanh", Variable::tanh);
    all.put("exp", Variable::exp);
    all.put("log", Variable::log);
    all.put("sqrt", Variable::sqrt);
    all.put("square", Variable::square);
    return inBothTypes(all);
  }

  /** Along the last axis: rows of NaN are NaN, and the others as if there were none. */
  static Stream<Arguments> alongRows() {
    Map<String, UnaryOperator<Variable>> all = new TreeMap<>();
    all.put("max", x -> x.max(-1));
    all.put("max kept", x -> x.max(true, -1));
    all.put("softmax", x -> x.softmax(-1));
    all.put("softmax of rank 3", x -> x.reshape(x.size(0), 1, x.size(1)).softmax(-1));
    all.put("softmax of a middle axis", x -> x.reshape(x.size(0), x.size(1), 1).softmax(1));
    all.put("log softmax", x -> x.logSoftmax(-1));
    all.put("sum", x -> x.sum(-1));
    all.put("norm", x -> x.norm(false, 1e-8, -1));
    return inBothTypes(all);
  }

  private static Stream<Arguments> inBothTypes(Map<String, UnaryOperator<Variable>> operations) {
    return operations.entrySet().stream()
        .flatMap(
            e ->
                Stream.of(DataType.FLOAT, DataType.DOUBLE)
                    .map(type -> Arguments.of(e.getKey(), type, e.getValue())));
  }

  /** What an operation gives, and the gradient of half the sum of its squares. */
  private static double[][] run(UnaryOperator<Variable> operation, INDArray x) {
    Variable leaf = Variable.leaf(x.dup());
    Variable y = operation.apply(leaf);
    double[] value = Numbers.of(y.value());
    y.times(y.detach()).backward(Nd4j.ones(x.dataType(), y.shape()));
    return new double[][] {value, Numbers.of(leaf.gradient())};
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("elementwise")
  void travelsElementByElement(String name, DataType type, UnaryOperator<Variable> operation) {
    // Infinities of both signs: a sum of them is NaN, though none of them is.
    INDArray with = Nd4j.createFromArray(NAN, -1, 2, INF, -INF, 0, NAN).castTo(type);
    INDArray without = Nd4j.createFromArray(1.0, -1, 2, INF, -INF, 0, 1).castTo(type);

    double[][] expected = run(operation, without);
    for (double[] numbers : expected) {
      numbers[0] = NAN;
      numbers[6] = NAN;
    }
    assertThat(run(operation, with)).isEqualTo(expected);
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("alongRows")
  void travelsAlongRows(String name, DataType type, UnaryOperator<Variable> operation) {
    INDArray x =
        Nd4j.createFromArray(
                new double[][] {
                  {NAN, -1, 2}, {1, 2, 3}, {1, NAN, 3}, {3, 2, NAN}, {-3, -2, -4}, {NAN, NAN, NAN}
                })
            .castTo(type);

    double[][] got = run(operation, x);

    int width = got[0].length / 6;
    for (int row = 0; row < 6; row++) {
      double[] value = Arrays.copyOfRange(got[0], row * width, (row + 1) * width);
      double[] gradient = Arrays.copyOfRange(got[1], row * 3, (row + 1) * 3);
      if (row == 1 || row == 4) {
        assertThat(value).doesNotContain(NAN);
        assertThat(gradient).doesNotContain(NAN);
      } else {
        assertThat(value).containsOnly(NAN);
        assertThat(Arrays.stream(gradient).anyMatch(Double::isNaN)).isTrue();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"FLOAT", "DOUBLE"})
  void theLargestOfAllIsNoneWhereOneIsNotANumber(DataType type) {
    INDArray x = Nd4j.createFromArray(new double[][] {{1, INF}, {NAN, -INF}}).castTo(type);
    assertThat(Variable.constant(x).max().value().getDouble()).isNaN();
    INDArray infinite = Nd4j.createFromArray(new double[][] {{1, INF}, {-INF, -INF}}).castTo(type);
    assertThat(Numbers.of(Variable.constant(infinite).max(1).value())).containsExactly(INF, -INF);
  }

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"FLOAT", "DOUBLE"})
  void aPooledWindowWithNaNIsNaNAndOneOfMinusInfinitiesIsMinusInfinity(DataType type) {
    INDArray x =
        Nd4j.createFromArray(
                new double[][] {
                  {NAN, 1, -INF, -INF},
                  {2, 3, -INF, -INF},
                  {1, 4, -INF, INF},
                  {2, 3, -7, -8}
                })
            .castTo(type)
            .reshape(1, 1, 4, 4);
    Variable leaf = Variable.leaf(x);
    Variable y = Pooling.max2d(leaf, 2, 2, 0);
    assertThat(Numbers.of(y.value())).containsExactly(NAN, -INF, 4, INF);
    y.backward(Nd4j.ones(type, 1, 1, 2, 2));
    double[] gradient = Numbers.of(leaf.gradient());
    assertThat(gradient[0]).isNaN();
    assertThat(gradient[9]).isEqualTo(1);
    assertThat(gradient[11]).isEqualTo(1);
    assertThat(Arrays.stream(gradient).filter(Double::isNaN).count()).isEqualTo(1);
    assertThat(Numbers.of(Pooling.average2d(Variable.constant(x), 2, 2, 0).value())[0]).isNaN();
  }

  /** Shapes that each of the ways of computing a convolution takes. */
  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"FLOAT", "DOUBLE"})
  void aRectifiedConvolutionGivesNaNWhereItSeesIt(DataType type) {
    for (int channels : new int[] {1, 3, 32}) {
      INDArray images = Nd4j.ones(type, 2, channels, 12, 12);
      images.putScalar(new int[] {0, 0, 0, 0}, NAN);
      Variable x = Variable.leaf(images);
      Variable w = Variable.leaf(Nd4j.ones(type, 32, channels, 5, 5));
      Variable y = Convolution.conv2dRelu(x, w, null, Conv2dSpec.UNIT);
      assertThat(y.value().getDouble(0, 0, 0, 0)).isNaN();
      assertThat(y.value().getDouble(1, 0, 0, 0)).isCloseTo(25.0 * channels, within(type));
      y.backward(Nd4j.ones(type, y.shape()));
      assertThat(w.gradient().getDouble(0, 0, 0, 0)).isNaN();
      assertThat(x.gradient().getDouble(0, 0, 0, 0)).isNaN();
    }
  }

  /**
   * A convolution or its transpose, of images, weights and the result's gradient of given sizes.
   */
  private record Convolving(Conv2dSpec spec, boolean transposed, int in, int out) {

    /** The result, and the gradients of images, weights and bias. */
    private double[][] run(DataType type, int operand, double at) {
      return run(type, operand, at, NAN, 1);
    }

    /** Where a number of an operand counts: all others of that operand are 0, all else is 1. */
    private double[][] reach(DataType type, int operand, double at) {
      return run(type, operand, at, 1, 0);
    }

    private double[][] run(DataType type, int operand, double at, double one, double others) {
      int groups = spec.groups();
      INDArray x = Nd4j.ones(type, 2, in, 9, 7);
      INDArray w =
          transposed
              ? Nd4j.ones(type, in, out / groups, 3, 3)
              : Nd4j.ones(type, out, in / groups, 3, 3);
      if (operand < 2) {
        spoil(operand == 0 ? x : w, at, one, others);
      }
      Variable images = Variable.leaf(x);
      Variable weights = Variable.leaf(w);
      Variable bias = Variable.leaf(Nd4j.zeros(type, out));
      Variable y =
          transposed
              ? Convolution.convTranspose2d(images, weights, bias, spec, 0)
              : Convolution.conv2d(images, weights, bias, spec);
      INDArray g = Nd4j.ones(type, y.shape());
      if (operand == 2) {
        spoil(g, at, one, others);
      }
      y.backward(g);
      return new double[][] {
        Numbers.of(y.value()),
        Numbers.of(images.gradient()),
        Numbers.of(weights.gradient()),
        Numbers.of(bias.gradient())
      };
    }

    private static void spoil(INDArray array, double at, double one, double others) {
      array.assign(others);
      array.putScalar((long) (at * array.length()), one);
    }
  }

  static Stream<Arguments> convolutions() {
    Conv2dSpec unit = Conv2dSpec.UNIT;
    return Stream.of(
            unit,
            unit.withPadding(1),
            unit.withStride(2),
            unit.withStride(2).withPadding(1),
            unit.withDilation(2),
            unit.withGroups(2))
        .flatMap(spec -> Stream.of(false, true).map(t -> new Convolving(spec, t, 4, 6)))
        .flatMap(c -> Stream.of(c, new Convolving(c.spec, c.transposed, 32, 64)))
        .flatMap(
            c -> Stream.of(DataType.FLOAT, DataType.DOUBLE).map(type -> Arguments.of(c, type)));
  }

  /** In images, weights or the gradient that comes back. */
  @ParameterizedTest
  @MethodSource("convolutions")
  void aConvolutionWithAnyOptionGivesNaNWhereItCounts(Convolving convolving, DataType type) {
    int[][] reached = {{0, 2}, {0, 1}, {1, 2, 3}};
    for (int operand = 0; operand < reached.length; operand++) {
      for (double at : new double[] {0, 0.43, 0.999}) {
        double[][] expected = convolving.reach(type, operand, at);
        double[][] got = convolving.run(type, operand, at);
        for (int result : reached[operand]) {
          for (int i = 0; i < expected[result].length; i++) {
            if (expected[result][i] > 0.5) {
              assertThat(got[result][i]).as("%s %s %s", operand, at, result).isNaN();
            }
          }
          assertThat(Arrays.stream(expected[result]).max().orElseThrow()).isPositive();
        }
      }
    }
  }

  private static Offset<Double> within(DataType type) {
    return Offset.offset(type == DataType.FLOAT ? 1e-2 : 1e-9);
  }

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"FLOAT", "DOUBLE"})
  void aCheckOfARangeDoesNotPassOverIt(DataType type) {
    INDArray good = Nd4j.createFromArray(0, 0.5, 1).castTo(type);
    assertThatCode(() -> Values.requireFromZeroToOne("images", good)).doesNotThrowAnyException();
    for (double[] bad : new double[][] {{0, NAN, 1}, {NAN, NAN, NAN}, {2, NAN, 0}}) {
      INDArray array = Nd4j.createFromArray(bad).castTo(type);
      assertThatThrownBy(() -> Values.requireFromZeroToOne("images", array))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("images: expected values from 0 to 1, got NaN");
      assertThatThrownBy(() -> Values.requireNumbers("lengths", array))
          .hasMessage("lengths: expected numbers, got NaN");
    }
    INDArray infinite = Nd4j.createFromArray(INF, -INF).castTo(type);
    assertThatThrownBy(() -> Values.requireFromZeroToOne("images", infinite))
        .hasMessage("images: expected values from 0 to 1, got -Infinity to Infinity");
    assertThatCode(() -> Values.requireNumbers("lengths", infinite)).doesNotThrowAnyException();
  }

  @Test
  void whatIsCutKeepsIt() {
    INDArray x = Nd4j.createFromArray(NAN, 3, -3, 0.5);
    Values.clampInPlace(x, -1, 1);
    assertThat(Numbers.of(x)).containsExactly(NAN, 1, -1, 0.5);
  }

  @Test
  void aNumberThatIsNoneIsRefused() {
    Variable x = Variable.leaf(Nd4j.ones(DataType.FLOAT, 2));
    Map<String, UnaryOperator<Variable>> all = new TreeMap<>();
    all.put("plus", v -> v.plus(NAN));
    all.put("times", v -> v.times(NAN));
    all.put("dividedBy", v -> v.dividedBy(NAN));
    all.put("pow", v -> v.pow(NAN));
    all.forEach(
        (name, operation) ->
            assertThatThrownBy(() -> operation.apply(x))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(name + ": expected a number, got NaN"));
  }
}
