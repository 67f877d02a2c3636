package org.capsnet.autograd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.function.BiFunction;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.capsnet.autograd.Normalization.Normalized;
import org.capsnet.testing.GradientCheck;
import org.capsnet.testing.Numbers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** The kernel against its twin in double precision. */
class NormalizationTest {

  private static final double EPSILON = 1e-5;
  private static final double TOLERANCE = 2e-5;

  /** Output, mean and variance, and the gradients of x, gamma and beta. */
  private static INDArray[] run(
      INDArray x, INDArray gamma, INDArray beta, INDArray upstream, boolean constantX) {
    Variable in = constantX ? Variable.constant(x) : Variable.leaf(x);
    Variable scale = Variable.leaf(gamma);
    Variable shift = Variable.leaf(beta);
    BiFunction<Variable, Variable, Normalized> how =
        x.dataType() == DataType.DOUBLE
            ? (g, b) -> Normalization.portable(in, g, b, EPSILON)
            : (g, b) -> Normalization.batchNorm(in, g, b, EPSILON);
    Normalized made = how.apply(scale, shift);
    made.output().times(Variable.constant(upstream)).sum().backward();
    return new INDArray[] {
      made.output().value(),
      made.mean(),
      made.variance(),
      constantX ? null : in.gradient(),
      scale.gradient(),
      shift.gradient()
    };
  }

  private static INDArray random(Random random, long... shape) {
    return GradientCheck.random(random, shape).castTo(DataType.FLOAT);
  }

  private static INDArray exact(INDArray x) {
    return x.castTo(DataType.DOUBLE);
  }

  private static void compare(INDArray x, boolean constantX) {
    Random random = new Random(7);
    INDArray gamma = random(random, x.size(1));
    INDArray beta = random(random, x.size(1));
    INDArray upstream = random(random, x.shape());
    INDArray[] expected = run(exact(x), exact(gamma), exact(beta), exact(upstream), constantX);
    INDArray[] got = run(x, gamma, beta, upstream, constantX);
    for (int i = 0; i < got.length; i++) {
      if (expected[i] == null) {
        assertThat(got[i]).isNull();
        continue;
      }
      double largest = Math.max(1, Numbers.size(expected[i]));
      double off = Numbers.difference(got[i], expected[i]);
      assertThat(off).as("result %s", i).isLessThan(TOLERANCE * largest);
    }
  }

  @Property(tries = 30, seed = "1")
  void anyShape(
      @ForAll @IntRange(min = 1, max = 9) int batch,
      @ForAll @IntRange(min = 1, max = 7) int channels,
      @ForAll @IntRange(min = 2, max = 19) int height,
      @ForAll @IntRange(min = 1, max = 17) int width,
      @ForAll long seed) {
    compare(random(new Random(seed), batch, channels, height, width), false);
  }

  @Test
  void planesThatAreCutIntoPieces() {
    compare(random(new Random(1), 2, 3, 97, 89), false);
  }

  @Test
  void featuresFarFromZero() {
    compare(random(new Random(2), 4, 2, 8, 8).addi(100), false);
  }

  @Test
  void aConstantInputHasNoGradient() {
    compare(random(new Random(3), 4, 3, 5, 5), true);
  }

  /** Whether the fused kernel, its twin in floats, or its twin in doubles. */
  enum Way {
    KERNEL(DataType.FLOAT),
    TWIN(DataType.FLOAT),
    EXACT(DataType.DOUBLE);

    private final DataType type;

    Way(DataType type) {
      this.type = type;
    }

    private Normalized training(Variable x, Variable gamma, Variable beta) {
      return this == KERNEL
          ? Normalization.batchNorm(x, gamma, beta, EPSILON)
          : Normalization.portable(x, gamma, beta, EPSILON);
    }
  }

  private static final double NAN = Double.NaN;

  /** Channels, each of them of numbers of another magnitude or of none. */
  private static final double[] MAGNITUDES = {0, 1e-30, 1e-10, 1, 89, 1e10, 1e18, 1e19};

  private static INDArray ofAllMagnitudes() {
    INDArray x = random(new Random(5), 4, MAGNITUDES.length, 3, 3);
    x.muli(Nd4j.createFromArray(MAGNITUDES).castTo(DataType.FLOAT).reshape(1, -1, 1, 1));
    return x;
  }

  /** Output, mean and variance, and gradients, by one of the ways. */
  private static INDArray[] training(Way way, INDArray x) {
    Variable in = Variable.leaf(x.castTo(way.type).dup());
    Variable gamma = Variable.leaf(random(new Random(8), x.size(1)).castTo(way.type));
    Variable beta = Variable.leaf(random(new Random(9), x.size(1)).castTo(way.type));
    Normalized made = way.training(in, gamma, beta);
    made.output().backward(random(new Random(10), x.shape()).castTo(way.type));
    return new INDArray[] {
      made.output().value(),
      in.gradient(),
      made.mean(),
      made.variance(),
      gamma.gradient(),
      beta.gradient()
    };
  }

  /** Output and gradients with statistics that are given. */
  private static INDArray[] evaluation(
      DataType type, INDArray x, INDArray mean, INDArray variance) {
    Variable in = Variable.leaf(x.castTo(type).dup());
    Variable gamma = Variable.leaf(random(new Random(8), x.size(1)).castTo(type));
    Variable beta = Variable.leaf(random(new Random(9), x.size(1)).castTo(type));
    Variable y =
        Normalization.batchNorm(in, gamma, beta, mean.castTo(type), variance.castTo(type), EPSILON);
    y.backward(random(new Random(10), x.shape()).castTo(type));
    return new INDArray[] {y.value(), in.gradient(), gamma.gradient(), beta.gradient()};
  }

  /** A channel's elements of {@code [channels]} or {@code [batch, channels, ..]}. */
  private static INDArray channel(INDArray array, long channel) {
    return array.rank() == 1
        ? array.get(NDArrayIndex.interval(channel, channel + 1))
        : array.get(NDArrayIndex.all(), NDArrayIndex.point(channel));
  }

  /** Channel by channel, each held to its own size. */
  private static void assertClose(Object what, INDArray[] actual, INDArray[] expected) {
    for (int k = 0; k < expected.length; k++) {
      for (long c = 0; c < MAGNITUDES.length; c++) {
        INDArray exact = channel(expected[k], c);
        double off = Numbers.difference(channel(actual[k], c), exact);
        assertThat(off)
            .as("%s, result %s, channel %s: %s", what, k, c, exact)
            .isLessThanOrEqualTo(1e-4 * Numbers.size(exact) + 1e-30);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Way.class,
      names = {"KERNEL", "TWIN"})
  void trainsOnNumbersOfAnyMagnitude(Way way) {
    assertClose(way, training(way, ofAllMagnitudes()), training(Way.EXACT, ofAllMagnitudes()));
  }

  @Test
  void evaluatesNumbersOfAnyMagnitude() {
    INDArray x = ofAllMagnitudes();
    INDArray[] statistics = training(Way.EXACT, x);
    INDArray[] expected = evaluation(DataType.DOUBLE, x, statistics[2], statistics[3]);
    assertClose(
        "evaluation", evaluation(DataType.FLOAT, x, statistics[2], statistics[3]), expected);
  }

  /**
   * What is not a number, or too large for its square to be one, spoils its channel and no more.
   */
  @Property(tries = 20)
  void evaluationWithoutAGraphIsTheSame(
      @ForAll @IntRange(min = 1, max = 5) int batch,
      @ForAll @IntRange(min = 1, max = 40) int channels,
      @ForAll @IntRange(min = 1, max = 200) int side) {
    INDArray x = Nd4j.randn(DataType.FLOAT, batch, channels, side, 3);
    Variable gamma = Variable.leaf(Nd4j.randn(DataType.FLOAT, channels));
    Variable beta = Variable.leaf(Nd4j.randn(DataType.FLOAT, channels));
    INDArray mean = Nd4j.randn(DataType.FLOAT, channels);
    INDArray variance = Nd4j.rand(DataType.FLOAT, channels);
    variance.putScalar(0, Float.POSITIVE_INFINITY);
    INDArray expected =
        Normalization.batchNorm(Variable.constant(x), gamma, beta, mean, variance, 1e-3).value();
    try (NoGrad constant = NoGrad.enter()) {
      Variable fused =
          Normalization.batchNorm(Variable.constant(x), gamma, beta, mean, variance, 1e-3);
      assertThat(Numbers.difference(fused.value(), expected)).isLessThan(1e-4);
    }
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void aChannelWithoutAVarianceIsNotANumber(Way way) {
    double large = way == Way.EXACT ? 1e160 : 1e21;
    double[] bad = {NAN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, large, -large};
    for (double one : bad) {
      INDArray x = random(new Random(6), 4, 3, 3, 3).castTo(way.type);
      INDArray[] without = training(way, x);
      x.putScalar(new int[] {2, 1, 1, 1}, one);
      INDArray[] with = training(way, x);
      for (int k = 0; k < with.length; k++) {
        boolean mayExist = k == 2 || k == 5; // a mean may exist, and that of beta sees no x
        double[] spoilt = Numbers.of(channel(with[k], 1));
        if (!mayExist) {
          assertThat(spoilt).as("%s %s, result %s", way, one, k).containsOnly(NAN);
        }
        for (int c = 0; c < 3; c += 2) {
          assertThat(Numbers.of(channel(with[k], c)))
              .as("%s %s, result %s, channel %s", way, one, k, c)
              .isEqualTo(Numbers.of(channel(without[k], c)));
        }
      }
    }
  }

  /** A running variance that ran over would otherwise give beta for every image. */
  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"FLOAT", "DOUBLE"})
  void evaluationSeesWhatIsNotANumber(DataType type) {
    INDArray x = random(new Random(6), 4, 3, 3, 3);
    INDArray mean = Nd4j.createFromArray(0.0, 0, 0);
    INDArray variance = Nd4j.createFromArray(1.0, Double.POSITIVE_INFINITY, NAN);
    INDArray y = evaluation(type, x, mean, variance)[0];
    assertThat(Numbers.of(channel(y, 0))).doesNotContain(NAN);
    assertThat(Numbers.of(channel(y, 1))).containsOnly(NAN);
    assertThat(Numbers.of(channel(y, 2))).containsOnly(NAN);

    x.putScalar(new int[] {1, 0, 2, 2}, NAN);
    double[] seen = Numbers.of(evaluation(type, x, mean, Nd4j.createFromArray(1.0, 1, 1))[0]);
    assertThat(seen[27 + 8]).isNaN();
    assertThat(Arrays.stream(seen).filter(Double::isNaN).count()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource(
      value = Way.class,
      names = {"KERNEL", "TWIN"})
  void aGradientThatIsNotANumberTravels(Way way) {
    Variable in = Variable.leaf(random(new Random(6), 4, 2, 3, 3));
    Variable gamma = Variable.leaf(random(new Random(8), 2));
    Variable beta = Variable.leaf(random(new Random(9), 2));
    INDArray upstream = random(new Random(10), 4, 2, 3, 3);
    upstream.putScalar(new int[] {0, 1, 0, 0}, NAN);
    way.training(in, gamma, beta).output().backward(upstream);
    for (Variable leaf : new Variable[] {in, gamma, beta}) {
      assertThat(Numbers.of(channel(leaf.gradient(), 0))).doesNotContain(NAN);
      assertThat(Numbers.of(channel(leaf.gradient(), 1))).containsOnly(NAN);
    }
  }

  @Test
  void aViewIsReadAtItsPlace() {
    INDArray all = random(new Random(4), 6, 3, 4, 5);
    compare(all.get(NDArrayIndex.interval(2, 5)), false);
    compare(all.permute(0, 1, 3, 2), false);
  }
}
