package org.capsnet.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RowSumsTest {

  private static final float CENTER = 0.75f;
  private static final float SCALE = 0.125f;

  static Stream<Arguments> rows() {
    return Stream.of(Simd.SUMS, new PlainRowSums())
        .flatMap(
            sums ->
                IntStream.of(0, 1, 3, 4, 15, 16, 31, 32, 63, 64, 65, 129, 2048)
                    .mapToObj(n -> Arguments.of(sums, n)));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void agreeWithSumsOfDoubles(RowSums sums, int n) {
    Random random = new Random(n);
    int at = 3;
    float[] a = floats(n + 2 * at, random);
    float[] b = floats(n + 2 * at, random);
    check(sums.sum(a, at, n), at, n, i -> a[i]);
    check(
        sums.squares(a, at, n, CENTER, SCALE),
        at,
        n,
        i -> Math.pow((a[i] - (double) CENTER) * SCALE, 2));
    check(
        sums.along(a, b, at, n, CENTER, SCALE),
        at,
        n,
        i -> (a[i] - (double) CENTER) * SCALE * b[i]);
  }

  private static float[] floats(int n, Random random) {
    float[] a = new float[n];
    for (int i = 0; i < n; i++) {
      a[i] = (float) random.nextGaussian();
    }
    return a;
  }

  private static void check(double sum, int at, int n, IntToDoubleFunction term) {
    double exact = IntStream.range(at, at + n).mapToDouble(term).sum();
    double size = IntStream.range(at, at + n).mapToDouble(term).map(Math::abs).sum();
    assertThat(sum).isCloseTo(exact, within(1e-6 * size));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void aNumberThatIsNoneMakesTheSumNone(RowSums sums, int n) {
    float[] a = floats(n + 1, new Random(n));
    float[] b = floats(n + 1, new Random(n));
    a[n / 2] = Float.NaN;
    assertThat(sums.sum(a, 0, n + 1)).isNaN();
    assertThat(sums.squares(a, 0, n + 1, CENTER, SCALE)).isNaN();
    assertThat(sums.along(a, b, 0, n + 1, CENTER, SCALE)).isNaN();
  }
}
