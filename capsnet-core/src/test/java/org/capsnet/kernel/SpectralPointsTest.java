package org.capsnet.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpectralPointsTest {

  /** Of a filter at some points, in double precision: exact but for rounding. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 16, 17, 20, 28, 29, 30, 31, 32})
  void giveTheOutputsOfFilters(int count) {
    Random random = new Random(count);
    SpectralPoints points = new SpectralPoints(count);
    assertThat(points.count()).isEqualTo(count);
    for (int taps = 1; taps <= count; taps++) {
      double[] x = random.doubles(count).toArray();
      double[] w = random.doubles(taps).toArray();
      int outputs = count + 1 - taps;
      double[][] kernel = points.powers(taps, taps - 1);
      double[] y =
          filtered(points, kernel, points.images(), points.powers(outputs, outputs - 1), w, x);
      for (int i = 0; i < outputs; i++) {
        assertThat(y[i]).isCloseTo(direct(w, x, i), within(1e-8));
      }
    }
  }

  /** One that is shorter by a tap neither needs infinity nor reads its last input. */
  @ParameterizedTest
  @ValueSource(ints = {2, 3, 6, 10, 11, 17})
  void giveThoseOfShorterFiltersWithoutInfinity(int count) {
    SpectralAxis axis = SpectralAxis.of(3, 2, count - 1);
    assertThat(axis.points().count()).isEqualTo(count);
    assertThat(axis.isLong(0)).isTrue();
    assertThat(axis.isLong(1)).isFalse();
    assertThat(axis.longPhases()).isEqualTo(1);
    assertThat(axis.kernelMatrix(1)).hasDimensions(count - 1, 1);
    assertThat(axis.imageMatrix(1)).hasDimensions(count - 1, count - 1);
    double[] x = new Random(count).doubles(count - 1).toArray();
    double[] w = {0.7};
    double[] y =
        filtered(
            axis.points(), axis.kernelMatrix(1), axis.imageMatrix(1), axis.outputMatrix(), w, x);
    for (int i = 0; i < count - 1; i++) {
      assertThat(y[i]).isCloseTo(direct(w, x, i), within(1e-8));
    }
  }

  private static double direct(double[] w, double[] x, int at) {
    double sum = 0;
    for (int j = 0; j < w.length; j++) {
      sum += w[j] * x[at + j];
    }
    return sum;
  }

  private static double[] filtered(
      SpectralPoints points,
      double[][] kernel,
      double[][] images,
      double[][] outputs,
      double[] w,
      double[] x) {
    double[] y = new double[outputs[0].length];
    for (SpectralPoints.Point p : points.all()) {
      int row = p.row();
      if (row < kernel.length) {
        double a = direct(images[row], x, 0);
        double c = direct(kernel[row], w, 0);
        double b = p.isReal() ? 0 : direct(images[row + 1], x, 0);
        double d = p.isReal() ? 0 : direct(kernel[row + 1], w, 0);
        for (int i = 0; i < y.length; i++) {
          double im = p.isReal() ? 0 : outputs[row + 1][i];
          y[i] += (p.isReal() ? 1 : 2) * (outputs[row][i] * (a * c - b * d) - im * (a * d + b * c));
        }
      }
    }
    return y;
  }
}
