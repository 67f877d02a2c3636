package org.capsnet.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.capsnet.testing.GradientCheck.check;

import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.capsnet.testing.GradientCheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class OperationsTest {

  private final Random random = new Random(3);

  private INDArray random(long... shape) {
    return GradientCheck.random(random, shape);
  }

  /** The operations of one variable, away from their corners. */
  static Stream<Arguments> unary() {
    Map<String, UnaryOperator<Variable>> all = new TreeMap<>();
    all.put("plus number", x -> x.plus(3));
    all.put("minus number", x -> x.minus(3));
    all.put("times number", x -> x.times(3));
    all.put("divided by number", x -> x.dividedBy(3));
    all.put("negate", Variable::negate);
    all.put("exp", Variable::exp);
    all.put("log", x -> x.square().plus(1).log());
    all.put("sqrt", x -> x.square().plus(1).sqrt());
    all.put("square", Variable::square);
    all.put("pow 0", x -> x.pow(0));
    all.put("pow 3", x -> x.pow(3));
    all.put("pow 1.5", x -> x.square().pow(1.5));
    all.put("abs", Variable::abs);
    all.put("relu", Variable::relu);
    all.put("leaky relu", x -> x.leakyRelu(0.2));
    all.put("sigmoid", Variable::sigmoid);
    all.put("tanh", Variable::tanh);
    all.put("clamp", x -> x.clamp(-0.5, 0.7));
    all.put("sum all", Variable::sum);
    all.put("sum axis", x -> x.sum(1));
    all.put("sum axes kept", x -> x.sum(true, -1, 0));
    all.put("sum all kept", x -> x.sum(true));
    all.put("mean all", Variable::mean);
    all.put("mean axes", x -> x.mean(0, 2));
    all.put("mean kept", x -> x.mean(true, -2));
    all.put("max all", Variable::max);
    all.put("max axes", x -> x.max(2, 1));
    all.put("max kept", x -> x.max(true, 0));
    all.put("softmax last", x -> x.softmax(-1));
    all.put("softmax middle", x -> x.softmax(1));
    all.put("log softmax last", x -> x.logSoftmax(2));
    all.put("log softmax first", x -> x.logSoftmax(-3));
    all.put("norm", x -> x.norm(false, 1e-8, -1));
    all.put("norm kept", x -> x.norm(true, 1e-8, 0, 1));
    all.put("reshape", x -> x.reshape(4, -1));
    all.put("reshape flat", x -> x.reshape(-1));
    all.put("permute", x -> x.permute(2, 0, 1).times(2));
    all.put("transpose", x -> x.transpose(0, -1));
    all.put("slice", x -> x.slice(1, 1, 3));
    all.put("slice of slice", x -> x.slice(-1, 2, 4).slice(0, 1, 2).slice(1, 2, 3));
    all.put("concat with itself", x -> Variable.concat(-1, x, x.times(2), x.slice(2, 0, 1)));
    all.put("used twice", x -> x.times(x).plus(x.exp()).minus(x));
    all.put("divided by itself", x -> x.dividedBy(x.square().plus(1)));
    return all.entrySet().stream().map(e -> Arguments.of(e.getKey(), e.getValue()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("unary")
  void gradientIsTheSlope(String name, UnaryOperator<Variable> operation) {
    Function<Variable[], Variable> function = x -> operation.apply(x[0]);
    check(function, random(2, 3, 4));
    check(function, random(4, 3, 2).permute(2, 1, 0));
    check(function, Raw.slice(random(2, 5, 4), 1, 1, 4));
    check(function, Raw.slice(random(5, 3, 4), 0, 2, 4));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("unary")
  void floatsGiveWhatDoublesGive(String name, UnaryOperator<Variable> operation) {
    INDArray x = random(4, 3, 2).permute(2, 1, 0);
    Variable inDouble = Variable.leaf(x);
    Variable inFloat = Variable.leaf(x.castTo(DataType.FLOAT));
    Variable y = operation.apply(inFloat);
    assertThat(y.dataType()).isEqualTo(DataType.FLOAT);
    operation.apply(inDouble).sum().backward();
    Variable loss = y.sum();
    assertThat(loss.dataType()).isEqualTo(DataType.FLOAT);
    loss.backward();
    assertThat(inFloat.gradient().dataType()).isEqualTo(DataType.FLOAT);
    assertThat(
            inFloat
                .gradient()
                .castTo(DataType.DOUBLE)
                .equalsWithEps(inDouble.gradient().dup('c'), 1e-4))
        .isTrue();
  }

  @Test
  void thePowerZeroIsFlatAlsoAtZero() {
    check(x -> x[0].pow(0), Nd4j.createFromArray(0.0, -2.0, 3.0));
    Variable zero = Variable.leaf(Nd4j.createFromArray(0f));
    zero.pow(0).sum().backward();
    assertThat(zero.gradient().getDouble(0)).isZero();
  }

  @Test
  void binaryOperationsBroadcast() {
    long[][][] pairs = {
      {{2, 3, 4}, {2, 3, 4}},
      {{2, 3, 4}, {4}},
      {{2, 3, 4}, {3, 1}},
      {{2, 1, 4}, {3, 1}},
      {{4}, {2, 3, 4}},
      {{2, 3}, {}},
      {{}, {2, 3}},
      {{}, {}},
      {{1}, {3}},
      {{1, 1}, {1}},
    };
    for (long[][] pair : pairs) {
      INDArray a = random(pair[0]);
      INDArray b = random(pair[1]).add(3);
      check(v -> v[0].plus(v[1]), a, b);
      check(v -> v[0].minus(v[1]), a, b);
      check(v -> v[0].times(v[1]), a, b);
      check(v -> v[0].dividedBy(v[1]), a, b);
    }
    check(v -> v[0].minus(v[1]), random(3, 2).permute(1, 0), random(3, 2, 1).permute(2, 1, 0));
  }

  @Test
  void matrixProducts() {
    long[][][] pairs = {
      {{2, 3}, {3, 4}},
      {{1, 3}, {3, 4}},
      {{2, 1}, {1, 4}},
      {{2, 3}, {3, 1}},
      {{1, 3}, {3, 1}},
      {{1, 1}, {1, 1}},
      {{5, 2, 3}, {5, 3, 4}},
      {{2, 3, 1, 3}, {2, 3, 3, 2}},
      {{2, 3, 2, 1}, {2, 3, 1, 1}},
    };
    for (long[][] pair : pairs) {
      check(v -> v[0].matmul(v[1]), random(pair[0]), random(pair[1]));
    }
    check(v -> v[0].matmul(v[0].transpose(-1, -2)), random(2, 3, 2));
    check(v -> v[0].matmul(v[1]), random(3, 2).permute(1, 0), random(4, 3).permute(1, 0));
    check(
        v -> v[0].matmul(v[1]),
        random(2, 3, 4).permute(1, 0, 2),
        Raw.slice(random(3, 4, 5), 2, 1, 3));
  }

  @Test
  void floatsStayFloatsInOperationsOfTwo() {
    Variable a = Variable.leaf(random(2, 3).castTo(DataType.FLOAT));
    Variable b = Variable.leaf(random(1, 3).castTo(DataType.FLOAT));
    Variable scalar = Variable.leaf(Nd4j.scalar(DataType.FLOAT, 2));
    Variable sum = a.plus(b).minus(scalar).times(scalar).dividedBy(b).dividedBy(scalar);
    Variable y = Variable.concat(0, sum, b).matmul(a.transpose(0, 1)).mean();
    assertThat(y.dataType()).isEqualTo(DataType.FLOAT);
    y.backward();
    assertThat(a.gradient().dataType()).isEqualTo(DataType.FLOAT);
    assertThat(b.gradient().dataType()).isEqualTo(DataType.FLOAT);
    assertThat(scalar.gradient().shape()).isEmpty();
  }

  @Test
  void productsHaveTheRightElements() {
    INDArray a = Nd4j.createFromArray(new double[][] {{1, 2}, {3, 4}});
    INDArray b = Nd4j.createFromArray(new double[][] {{5, 6}, {7, 8}});
    INDArray c = Variable.constant(a).matmul(Variable.constant(b)).value();
    assertThat(c).isEqualTo(Nd4j.createFromArray(new double[][] {{19, 22}, {43, 50}}));
  }

  @Test
  void tiesShareTheGradientOfAMaximum() {
    Variable x = Variable.leaf(Nd4j.createFromArray(1f, 3f, 3f));
    x.max().backward();
    assertThat(x.gradient()).isEqualTo(Nd4j.createFromArray(0f, 0.5f, 0.5f));
  }

  @Test
  void softmaxOfHugeNumbersIsFinite() {
    Variable x = Variable.constant(Nd4j.createFromArray(1e4f, -1e4f, 1e4f));
    assertThat(x.softmax(0).value()).isEqualTo(Nd4j.createFromArray(0.5f, 0f, 0.5f));
    assertThat(x.logSoftmax(0).value().getDouble(1)).isBetween(-20_001.0, -20_000.0);
  }

  @Test
  void oneHotEncodesAndChecksTheRange() {
    INDArray encoded = OneHot.of(Nd4j.createFromArray(2L, 0L), 3, DataType.FLOAT);
    assertThat(encoded).isEqualTo(Nd4j.createFromArray(new float[][] {{0, 0, 1}, {1, 0, 0}}));
    assertThatThrownBy(() -> OneHot.of(new int[] {1, 3}, 3, DataType.FLOAT))
        .hasMessage("label 1: expected 0 to 2, got 3");
    assertThatThrownBy(() -> OneHot.of(Nd4j.createFromArray(2.0, 1.7), 3, DataType.FLOAT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("label 1: expected a whole number, got 1.7");
    assertThatThrownBy(() -> OneHot.of(Nd4j.createFromArray(Float.NaN), 3, DataType.FLOAT))
        .hasMessage("label 0: expected a whole number, got NaN");
    assertThat(OneHot.of(Raw.slice(Nd4j.createFromArray(0, 1, 2, 1), 0, 2, 4), 3, DataType.FLOAT))
        .isEqualTo(OneHot.of(new int[] {2, 1}, 3, DataType.FLOAT));
    assertThatThrownBy(() -> OneHot.of(Nd4j.zeros(2, 2), 3, DataType.FLOAT))
        .hasMessage("labels: expected [batch], got [2, 2]");
  }

  @Test
  void wrongShapesSayWhatWasExpectedAndWhatCame() {
    Variable x = Variable.constant(Nd4j.zeros(DataType.FLOAT, 2, 3));
    Variable wrong = Variable.constant(Nd4j.zeros(DataType.FLOAT, 4));
    Variable vector = Variable.constant(Nd4j.zeros(DataType.FLOAT, 3));
    Variable other = Variable.constant(Nd4j.zeros(DataType.DOUBLE, 2, 3));
    fails(() -> x.plus(wrong), "plus: expected a shape that broadcasts with [2, 3], got [4]");
    fails(() -> x.times(other), "times: expected FLOAT, got DOUBLE");
    fails(() -> x.matmul(x), "matmul: expected [3, columns], got [2, 3]");
    fails(() -> vector.matmul(x), "matmul: expected [rows, columns], got [3]");
    fails(() -> x.sum(2), "axis: expected -2 to 1, got 2");
    fails(() -> x.sum(0, -2), "axes: expected each axis once, got [0, -2]");
    fails(
        () -> x.reshape(4, -1),
        "reshape: expected a shape of the 6 elements of [2, 3], got [4, -1]");
    fails(() -> x.permute(0, 0), "permute: expected each of 2 axes once, got [0, 0]");
    fails(() -> x.slice(1, 1, 4), "slice: expected 0 <= from < to <= 3, got 1 to 4");
    fails(() -> Variable.concat(0, x, wrong), "part 1: expected [any, 3], got [4]");
    fails(() -> Variable.concat(0, x, other), "part 1: expected FLOAT, got DOUBLE");
    fails(() -> Variable.concat(0), "concat: expected at least 1 part, got 0");
    fails(() -> x.clamp(1, 0), "clamp: expected min <= max, got 1.0, 0.0");
  }

  private static void fails(Runnable operation, String message) {
    assertThatThrownBy(operation::run)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }
}
