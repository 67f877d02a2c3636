package org.capsnet.kernel;

/**
 * A few outputs of a filter by {@code taps + outputs - 1} multiplications in place of {@code taps ·
 * outputs}: the minimal filtering of Winograd (1980), as Lavin and Gray (2016) have it for
 * convolutions. Inputs and taps are evaluated, as polynomials, at as many points, multiplied there,
 * and turned back: {@code y = result · ((kernel · w) ⊙ (image · x))}.
 *
 * <p>The points are the first of a list, and infinity, so that those of a short filter are among
 * those of a longer one: sums over filters of several lengths are taken at the points, and turned
 * back once. The list is one whose transforms enlarge rounding errors little.
 *
 * @param taps at least 1
 * @param outputs at least 1
 */
record MinimalFilter(int taps, int outputs) {

  /** The most points: with more, the numbers at the points would cancel each other. */
  static final int MOST_POINTS = 6;

  private static final double[] POINTS = {0, 1, -1, 2, -0.5};

  /** By the number of points. */
  private static final float[][] IMAGE = new float[MOST_POINTS + 1][];

  /** By the number of points, and that of taps. */
  private static final double[][][] KERNEL = new double[MOST_POINTS + 1][MOST_POINTS + 1][];

  /** By the number of points, and that of outputs. */
  private static final float[][][] RESULT = new float[MOST_POINTS + 1][MOST_POINTS + 1][];

  static {
    for (int points = 1; points <= MOST_POINTS; points++) {
      IMAGE[points] = makeImage(points);
      for (int n = 1; n <= points; n++) {
        KERNEL[points][n] = makeKernel(points, n);
        RESULT[points][n] = makeResult(points, n);
      }
    }
  }

  MinimalFilter {
    if (taps < 1 || outputs < 1 || taps + outputs - 1 > MOST_POINTS) {
      throw new IllegalArgumentException(
          "minimal filter: expected at most %d points, got %d taps and %d outputs"
              .formatted(MOST_POINTS, taps, outputs));
    }
  }

  /** How many inputs are read, and the number of points. */
  int points() {
    return taps + outputs - 1;
  }

  /** From inputs to points, {@code [points, points]}; not to be written to. */
  float[] image() {
    return IMAGE[points()];
  }

  /** From taps to points, {@code [points, taps]}; not to be written to. */
  double[] kernel() {
    return KERNEL[points()][taps];
  }

  /** From points to outputs, {@code [outputs, points]}; not to be written to. */
  float[] result() {
    return RESULT[points()][outputs];
  }

  private static float[] makeImage(int n) {
    float[] matrix = new float[n * n];
    for (int p = 0; p < n; p++) {
      // The polynomial that is 0 at all points but this one; at infinity, at all of them.
      double[] polynomial = new double[n];
      polynomial[0] = 1;
      int degree = 0;
      for (int q = 0; q < n - 1; q++) {
        if (q != p) {
          multiply(polynomial, ++degree, POINTS[q]);
        }
      }
      for (int i = 0; i < n; i++) {
        matrix[p * n + i] = (float) polynomial[i];
      }
    }
    return matrix;
  }

  /** {@code polynomial · (x - root)}, of the given degree. */
  private static void multiply(double[] polynomial, int degree, double root) {
    for (int i = degree; i >= 0; i--) {
      polynomial[i] = (i > 0 ? polynomial[i - 1] : 0) - root * polynomial[i];
    }
  }

  private static double[] makeKernel(int n, int taps) {
    double[] matrix = new double[n * taps];
    for (int p = 0; p < n - 1; p++) {
      double scale = 1;
      for (int q = 0; q < n - 1; q++) {
        scale *= q == p ? 1 : POINTS[p] - POINTS[q];
      }
      for (int i = 0; i < taps; i++) {
        matrix[p * taps + i] = Math.pow(POINTS[p], i) / scale;
      }
    }
    matrix[n * taps - 1] = 1;
    return matrix;
  }

  private static float[] makeResult(int n, int outputs) {
    float[] matrix = new float[outputs * n];
    for (int i = 0; i < outputs; i++) {
      for (int p = 0; p < n - 1; p++) {
        matrix[i * n + p] = (float) Math.pow(POINTS[p], i);
      }
    }
    matrix[outputs * n - 1] = 1;
    return matrix;
  }
}
