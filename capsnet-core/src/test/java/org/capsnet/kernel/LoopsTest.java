package org.capsnet.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each loop against the sum that its description states, in double precision. */
class LoopsTest {

  private static final double TOLERANCE = 1e-5;

  static IntStream lengths() {
    return IntStream.rangeClosed(0, 40);
  }

  private static float[] row(Random random, int length) {
    float[] row = new float[length];
    for (int i = 0; i < length; i++) {
      row[i] = 2 * random.nextFloat() - 1;
    }
    return row;
  }

  private static void assertClose(float[] actual, double[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.length; i++) {
      assertThat((double) actual[i]).as("element %d", i).isCloseTo(expected[i], within(TOLERANCE));
    }
  }

  @ParameterizedTest
  @MethodSource("lengths")
  void dotIsTheInnerProduct(int length) {
    Random random = new Random(length);
    float[] a = row(random, length);
    float[] b = row(random, length);
    double expected = 0;
    for (int i = 0; i < length; i++) {
      expected += (double) a[i] * b[i];
    }
    assertThat((double) Loops.dot(a, 0, b, 0, length)).isCloseTo(expected, within(TOLERANCE));
  }

  @ParameterizedTest
  @MethodSource("lengths")
  void addDotsAddsInnerProducts(int length) {
    Random random = new Random(length);
    float[] a = row(random, 3 + 2 * length);
    float[] b = row(random, 5 + 4 * length);
    int stride = 6;
    float[] out = row(random, 1 + 2 * stride);
    double[] expected = new double[out.length];
    for (int at = 0; at < out.length; at++) {
      expected[at] = out[at];
      int x = (at - 1) / stride;
      int k = (at - 1) % stride;
      for (int i = 0; at > 0 && k < 4 && i < length; i++) {
        expected[at] += (double) a[3 + x * length + i] * b[5 + k * length + i];
      }
    }
    Loops.addDots(a, 3, b, 5, length, out, 1, stride);
    assertClose(out, expected);
  }

  @ParameterizedTest
  @MethodSource("lengths")
  void dotsAreTheInnerProductsOfRows(int length) {
    Random random = new Random(length);
    float[] matrix = row(random, 3 * length);
    float[] vector = row(random, 2 + length);
    float[][] to = {row(random, 4), row(random, 4), row(random, 4)};
    double[][] expected = new double[3][4];
    for (int r = 0; r < 3; r++) {
      for (int x = 0; x < 4; x++) {
        expected[r][x] = to[r][x];
      }
      expected[r][1] = 0;
      for (int i = 0; i < length; i++) {
        expected[r][1] += (double) matrix[r * length + i] * vector[2 + i];
      }
    }
    Loops.dots(matrix, vector, 2, length, to, 1);
    for (int r = 0; r < 3; r++) {
      assertClose(to[r], expected[r]);
    }
  }

  @ParameterizedTest
  @MethodSource("lengths")
  void fourDotsAreTheInnerProductsWithRows(int length) {
    Random random = new Random(length);
    float[] a = row(random, length + 1);
    float[][] rows = new float[6][];
    Arrays.setAll(rows, r -> row(random, length + 2));
    float[] out = row(random, 7);
    double[] expected = new double[7];
    for (int x = 0; x < 7; x++) {
      boolean made = x >= 2 && x < 6;
      expected[x] = made ? 0 : out[x];
      for (int i = 0; made && i < length; i++) {
        expected[x] += (double) a[i] * rows[x - 1][i];
      }
    }
    Loops.fourDots(a, rows, 1, length, out, 2);
    assertClose(out, expected);
  }

  @ParameterizedTest
  @MethodSource("lengths")
  void addScaledAddsSoManyElements(int length) {
    Random random = new Random(length);
    float[] a = row(random, length + 2);
    float[] out = row(random, length + 1);
    float[] expected = out.clone();
    for (int i = 0; i < length; i++) {
      expected[i] = Math.fma(0.7f, a[i], out[i]);
    }
    Loops.addScaled(0.7f, a, out, length);
    assertThat(out).containsExactly(expected);
  }

  /** {@code out = e^(a - shift)}. */
  private interface Exp {
    void of(float[] a, float[] shift, float[] out);
  }

  @Test
  void expIsThatOfTheLibraryWhereASoftmaxSeesIt() {
    assertThat(worstOfExp(Loops::exp, -20, 0)).isLessThan(1e-5);
    assertThat(worstOfExp(Loops::exp, -87, -20)).isLessThan(0.07);
  }

  @Test
  void preciseExpIsThatOfTheLibrary() {
    assertThat(worstOfExp(Loops::preciseExp, -87, 0)).isLessThan(2e-7);
  }

  /** The largest relative error over a range of exponents, which are differences of two rows. */
  private static double worstOfExp(Exp exp, float least, float most) {
    int count = 100_001;
    float[] a = new float[count];
    float[] shift = new float[count];
    float[] out = new float[count];
    for (int i = 0; i < count; i++) {
      shift[i] = i % 7 - 3;
      a[i] = Math.min(most, least + (most - least) * i / (count - 1)) + shift[i];
    }
    exp.of(a, shift, out);
    double worst = 0;
    for (int i = 0; i < count; i++) {
      double expected = Math.exp(a[i] - shift[i]);
      worst = Math.max(worst, Math.abs(out[i] - expected) / expected);
    }
    return worst;
  }

  @Test
  void expBelowItsRangeIsThatOfItsEnd() {
    float[] a = {-87, -88, -100, -1e30f, Float.NEGATIVE_INFINITY};
    for (Exp exp : new Exp[] {Loops::exp, Loops::preciseExp}) {
      float[] out = new float[a.length];
      exp.of(a, new float[a.length], out);
      assertThat(out).containsOnly(out[0]);
      assertThat(out[0]).isBetween(Float.MIN_NORMAL, 1e-37f);
    }
  }

  @Test
  void expOfNothingIsOneAndOfNoNumberIsNone() {
    float[] a = {0, -0.0f, -Float.MIN_VALUE, Float.NaN};
    for (Exp exp : new Exp[] {Loops::exp, Loops::preciseExp}) {
      float[] out = new float[a.length];
      exp.of(a, new float[a.length], out);
      assertThat(out).containsExactly(1, 1, 1, Float.NaN);
    }
  }

  @Property(tries = 50, seed = "1")
  void theOthersAreWhatTheyAreCalled(
      @ForAll @IntRange(min = 0, max = 40) int length, @ForAll long seed) {
    Random random = new Random(seed);
    float[] a = row(random, length);
    float[] b = row(random, length);
    float[] out = row(random, length);

    float[] max = out.clone();
    Loops.max(a, max);
    float[] add = out.clone();
    Loops.add(a, add);
    float[] scale = out.clone();
    Loops.scale(a, scale);
    float[] product = out.clone();
    Loops.addProduct(a, b, product);
    float[] multiply = out.clone();
    Loops.multiply(a, b, multiply);
    float[] four = out.clone();
    Loops.add(a, b, a, b, four);
    float[] gradient = out.clone();
    Loops.softmaxGradient(a, b, gradient);
    float[] inverse = out.clone();
    Loops.invert(inverse);
    for (int i = 0; i < length; i++) {
      assertThat(max[i]).isEqualTo(Math.max(out[i], a[i]));
      assertThat(add[i]).isEqualTo(out[i] + a[i]);
      assertThat(scale[i]).isEqualTo(out[i] * a[i]);
      assertThat(product[i]).isEqualTo(Math.fma(a[i], b[i], out[i]));
      assertThat(multiply[i]).isEqualTo(a[i] * b[i]);
      assertThat(four[i]).isEqualTo(out[i] + ((a[i] + b[i]) + (a[i] + b[i])));
      assertThat(gradient[i]).isEqualTo(a[i] * (out[i] - b[i]));
      assertThat(inverse[i]).isEqualTo(1 / out[i]);
    }
  }

  @Test
  void gatesByWhatIsAboveZeroHoweverSmall() {
    float[] y = {0, Float.MIN_VALUE, 1e-20f, 1, 3e38f, Float.POSITIVE_INFINITY, 0, Float.NaN};
    float[] g = {5, 5, -5, 2, 3, 4, -7, 1};

    Loops.gate(y, g, g.length);

    assertThat(g).containsExactly(0, 5, -5, 2, 3, 4, -0f, Float.NaN);
  }

  @Test
  void rectifiesAndKeepsWhatIsNoNumber() {
    float[] out = {-3, -1, 0, 2, Float.NEGATIVE_INFINITY, Float.NaN, -4};

    Loops.rectify(out, 1, 6);

    assertThat(out).containsExactly(-3, 0, 0, 2, 0, Float.NaN, -4);
  }
}
