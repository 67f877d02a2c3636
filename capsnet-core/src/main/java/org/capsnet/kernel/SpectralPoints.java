package org.capsnet.kernel;

import java.util.ArrayList;
import java.util.List;

/**
 * The points at which a filter along an axis is computed, as many as it reads inputs: inputs and
 * taps are evaluated there as polynomials, multiplied, and turned back, {@code y = outputsᵀ
 * ((kernel · w) ⊙ (images · x))}, the filtering of Winograd (1980). At the roots of unity this is a
 * Fourier transform. A real point takes one multiplication, a pair of conjugates three, so that
 * real points are the cheaper ones; but the more there are, the more rounding errors are enlarged.
 *
 * <p>The matrices have a row for each real point and two for a pair, the real and the imaginary
 * part at the first of the two: real points first, then pairs, then infinity. At infinity a filter
 * that is shorter by a tap vanishes, and no other point reads its last input: it has all rows but
 * the last.
 */
final class SpectralPoints {

  /** Real points other than 0, ±1 and infinity, apart from each other on the circle of them all. */
  private static final double[] FURTHER = {0.55, -1 / 0.55, -0.6, 1 / 0.6};

  /** From how many points on all of them go: among fewer they would be most of the points. */
  private static final int LARGE = 9;

  /** The finite real points. */
  final int reals;

  /** The pairs of conjugates. */
  final int pairs;

  /** The finite points, of each pair the first. */
  private final double[] real;

  private final double[] imaginary;

  /** The points of an axis that reads so many inputs. */
  SpectralPoints(int count) {
    int finite = count - 1;
    int most = count < LARGE ? FURTHER.length / 2 : FURTHER.length;
    int further = Math.max(0, Math.min(finite - 2, most));
    int roots = Math.max(0, finite - 1 - further);
    pairs = Math.max(0, (roots - 1) / 2);
    reals = finite - 2 * pairs;
    real = new double[reals + pairs];
    imaginary = new double[reals + pairs];
    int at = finite > 0 ? 1 : 0;
    for (int i = 0; i < further; i++) {
      real[at++] = FURTHER[i];
    }
    for (int i = 0; 2 * i <= roots && i < roots; i++) {
      boolean isReal = 2 * i % roots == 0;
      int place = isReal ? at++ : reals + i - 1;
      double angle = 2 * Math.PI * i / roots;
      real[place] = isReal ? 1 - 4.0 * i / roots : 4 * i == roots ? 0 : Math.cos(angle);
      imaginary[place] = isReal ? 0 : Math.sin(angle);
    }
  }

  /** The number of points, and of rows. */
  int count() {
    return reals + 2 * pairs + 1;
  }

  /**
   * A real point, or a pair.
   *
   * @param row its first of the matrices
   * @param isReal whether it has no other
   * @param isInfinite whether it is infinity
   */
  record Point(int row, boolean isReal, boolean isInfinite) {

    /** The planes with a point of the other axis: one, or three for each complex number. */
    int planes(Point other) {
      return isReal && other.isReal ? 1 : isReal || other.isReal ? 3 : 6;
    }
  }

  /** The points in the order of their rows. */
  List<Point> all() {
    List<Point> points = new ArrayList<>();
    for (int row = 0; row < count(); row += row < reals || row == count() - 1 ? 1 : 2) {
      boolean isLast = row == count() - 1;
      points.add(new Point(row, row < reals || isLast, isLast));
    }
    return points;
  }

  /**
   * {@code [count, terms]}: polynomials at the points, of which infinity sees the coefficient of a
   * degree.
   */
  double[][] powers(int terms, int degree) {
    double[][] rows = new double[count()][terms];
    for (int p = 0; p < real.length; p++) {
      double re = Math.pow(scale(p), -degree);
      double im = 0;
      for (int i = 0; i < terms; i++) {
        set(rows, p, i, re, im);
        double next = re * real[p] - im * imaginary[p];
        im = re * imaginary[p] + im * real[p];
        re = next;
      }
    }
    if (degree < terms) {
      rows[count() - 1][degree] = 1;
    }
    return rows;
  }

  /** {@code [count, count]}: the coefficients of the polynomials that interpolate. */
  double[][] images() {
    int last = count() - 1;
    double[][] rows = new double[last + 1][last + 1];
    for (int p = 0; p < real.length; p++) {
      double[][] polynomial = productBut(p);
      double[] at = {0, 0};
      for (int i = last - 1; i >= 0; i--) {
        double re = at[0] * real[p] - at[1] * imaginary[p] + polynomial[0][i];
        at[1] = at[0] * imaginary[p] + at[1] * real[p] + polynomial[1][i];
        at[0] = re;
      }
      double factor = Math.pow(scale(p), last) / (at[0] * at[0] + at[1] * at[1]);
      for (int i = 0; i < last; i++) {
        double re = polynomial[0][i];
        double im = polynomial[1][i];
        set(rows, p, i, factor * (re * at[0] + im * at[1]), factor * (im * at[0] - re * at[1]));
      }
    }
    rows[last] = productBut(-1)[0];
    return rows;
  }

  /** What the powers at a point are divided by, for each degree, so that none is above 1. */
  private double scale(int point) {
    return Math.max(1, Math.hypot(real[point], imaginary[point]));
  }

  private void set(double[][] rows, int point, int column, double re, double im) {
    if (point < reals) {
      rows[point][column] = re;
    } else {
      int row = reals + 2 * (point - reals);
      rows[row][column] = re;
      rows[row + 1][column] = im;
    }
  }

  /** The coefficients of the product of {@code x - q} over all finite points but one. */
  private double[][] productBut(int point) {
    double[][] polynomial = new double[2][count()];
    polynomial[0][0] = 1;
    for (int q = 0; q < real.length; q++) {
      if (q != point) {
        multiply(polynomial, real[q], imaginary[q]);
      }
      if (q >= reals) {
        multiply(polynomial, real[q], -imaginary[q]);
      }
    }
    return polynomial;
  }

  /** {@code polynomial · (x - root)}. */
  private static void multiply(double[][] polynomial, double re, double im) {
    double[] a = polynomial[0];
    double[] b = polynomial[1];
    for (int i = a.length - 1; i >= 0; i--) {
      double before = i > 0 ? a[i - 1] : 0;
      double beforeIm = i > 0 ? b[i - 1] : 0;
      double next = before - (re * a[i] - im * b[i]);
      b[i] = beforeIm - (re * b[i] + im * a[i]);
      a[i] = next;
    }
  }
}
