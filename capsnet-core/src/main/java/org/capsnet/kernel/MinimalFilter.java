package org.capsnet.kernel;

/**
 * Two outputs of a filter of {@code taps} taps by {@code taps + 1} multiplications in place of
 * {@code 2 · taps}: the minimal filtering of Winograd (1980), as Lavin and Gray (2016) have it for
 * convolutions. Inputs and taps are evaluated, as polynomials, at as many points, multiplied there,
 * and turned back: {@code y = result · ((kernel · w) ⊙ (image · x))}.
 *
 * <p>The points are the first {@code taps} of a list, and infinity, so that those of a short filter
 * are among those of a longer one: sums over filters of several lengths are taken at the points,
 * and turned back once. The list is one whose transforms enlarge rounding errors little.
 *
 * @param taps from 1 to {@link #LONGEST}
 */
record MinimalFilter(int taps) {

  /** Outputs of a filter. */
  static final int OUTPUTS = 2;

  /** The most taps: with more, the numbers at the points would cancel each other. */
  static final int LONGEST = 5;

  private static final double[] POINTS = {0, 1, -1, 2, -0.5};

  /** Of each number of taps. */
  private static final float[][] IMAGE = new float[LONGEST + 1][];

  private static final double[][] KERNEL = new double[LONGEST + 1][];
  private static final float[][] RESULT = new float[LONGEST + 1][];

  static {
    for (int taps = 1; taps <= LONGEST; taps++) {
      IMAGE[taps] = makeImage(taps);
      KERNEL[taps] = makeKernel(taps);
      RESULT[taps] = makeResult(taps);
    }
  }

  /** How many inputs are read, and the number of points. */
  int points() {
    return taps + 1;
  }

  /** From inputs to points, {@code [points, points]}; not to be written to. */
  float[] image() {
    return IMAGE[taps];
  }

  /** From points to outputs, {@code [OUTPUTS, points]}; not to be written to. */
  float[] result() {
    return RESULT[taps];
  }

  private static float[] makeImage(int taps) {
    int n = taps + 1;
    float[] matrix = new float[n * n];
    for (int p = 0; p < n; p++) {
      // The polynomial that is 0 at all points but this one; at infinity, at all of them.
      double[] polynomial = new double[n];
      polynomial[0] = 1;
      int degree = 0;
      for (int q = 0; q < taps; q++) {
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

  /** From taps to points, {@code [points, taps]}; not to be written to. */
  double[] kernel() {
    return KERNEL[taps];
  }

  private static double[] makeKernel(int taps) {
    double[] matrix = new double[(taps + 1) * taps];
    for (int p = 0; p < taps; p++) {
      double scale = 1;
      for (int q = 0; q < taps; q++) {
        scale *= q == p ? 1 : POINTS[p] - POINTS[q];
      }
      for (int i = 0; i < taps; i++) {
        matrix[p * taps + i] = Math.pow(POINTS[p], i) / scale;
      }
    }
    matrix[taps * taps + taps - 1] = 1;
    return matrix;
  }

  private static float[] makeResult(int taps) {
    int n = taps + 1;
    float[] matrix = new float[OUTPUTS * n];
    for (int i = 0; i < OUTPUTS; i++) {
      for (int p = 0; p < taps; p++) {
        matrix[i * n + p] = (float) Math.pow(POINTS[p], i);
      }
    }
    matrix[OUTPUTS * n - 1] = 1;
    return matrix;
  }
}
