package org.capsnet.kernel;

/**
 * The inner loops of the kernels, over whole rows.
 *
 * <p>A row is a Java array of its own, not a part of a larger one: the compiler vectorises a loop
 * over several arrays at the same index, but not one over parts of arrays at different offsets,
 * since those might overlap (seen on JDK 17). Nor does it vectorise a sum over the index, so no
 * loop here but the inner products is one.
 */
final class Loops {

  /** The least exponent whose power of e is a normal float. */
  static final float LEAST_EXPONENT = -87;

  static final float LOG2_E = 1.442695f;

  /** The logarithm of 2, in a number with few digits and what it lacks. */
  static final float LN_2 = 355f / 512;

  static final float LN_2_REST = -2.12194440e-4f;

  /** 1.5 · 2^23. */
  static final float ROUNDER = 12582912;

  /** The bits of a float's mantissa, and those of 1. */
  static final int MANTISSA = 23;

  static final int ONE = 127 << MANTISSA;

  /** Its square times the least float above 0 is above 1. */
  private static final float HUGE = 1e38f;

  private Loops() {}

  /** {@code out = a · b}, element by element. */
  static void multiply(float[] a, float[] b, float[] out) {
    for (int i = 0; i < out.length; i++) {
      out[i] = a[i] * b[i];
    }
  }

  /** {@code out += a · b}, element by element. */
  static void addProduct(float[] a, float[] b, float[] out) {
    for (int i = 0; i < out.length; i++) {
      out[i] = Math.fma(a[i], b[i], out[i]);
    }
  }

  /** {@code out += a + b + c + d}. */
  static void add(float[] a, float[] b, float[] c, float[] d, float[] out) {
    for (int i = 0; i < out.length; i++) {
      out[i] += (a[i] + b[i]) + (c[i] + d[i]);
    }
  }

  /** The inner product of {@code n} elements of two arrays, in two partial sums. */
  static float dot(float[] a, int ao, float[] b, int bo, int n) {
    float s0 = 0;
    float s1 = 0;
    int i = 0;
    for (; i + 2 <= n; i += 2) {
      s0 += a[ao + i] * b[bo + i];
      s1 += a[ao + i + 1] * b[bo + i + 1];
    }
    return i < n ? s0 + s1 + a[ao + i] * b[bo + i] : s0 + s1;
  }

  /** The same in partial sums of eight elements, which wait for none of the others. */
  static float shortDot(float[] a, int ao, float[] b, int bo, int n) {
    float sum = 0;
    int i = 0;
    for (; i + 8 <= n; i += 8) {
      int x = ao + i;
      int y = bo + i;
      float s0 = Math.fma(a[x + 1], b[y + 1], a[x] * b[y]);
      float s1 = Math.fma(a[x + 3], b[y + 3], a[x + 2] * b[y + 2]);
      float s2 = Math.fma(a[x + 5], b[y + 5], a[x + 4] * b[y + 4]);
      float s3 = Math.fma(a[x + 7], b[y + 7], a[x + 6] * b[y + 6]);
      sum += (s0 + s1) + (s2 + s3);
    }
    return i < n ? sum + dot(a, ao + i, b, bo + i, n - i) : sum;
  }

  /**
   * The inner products of the rows of a matrix with a vector, each at an index of a row of its own.
   *
   * @param matrix {@code [to.length, n]}
   * @param vector from {@code vo} on
   */
  static void dots(float[] matrix, float[] vector, int vo, int n, float[][] to, int index) {
    if (n == 8) {
      dotsOfEight(matrix, vector, vo, to, index);
      return;
    }
    for (int r = 0; r < to.length; r++) {
      to[r][index] = shortDot(matrix, r * n, vector, vo, n);
    }
  }

  /** The same for vectors of the most usual length, which are read once. */
  private static void dotsOfEight(float[] m, float[] vector, int vo, float[][] to, int index) {
    float v0 = vector[vo];
    float v1 = vector[vo + 1];
    float v2 = vector[vo + 2];
    float v3 = vector[vo + 3];
    float v4 = vector[vo + 4];
    float v5 = vector[vo + 5];
    float v6 = vector[vo + 6];
    float v7 = vector[vo + 7];
    for (int r = 0; r < to.length; r++) {
      int x = 8 * r;
      float s0 = Math.fma(m[x + 1], v1, m[x] * v0);
      float s1 = Math.fma(m[x + 3], v3, m[x + 2] * v2);
      float s2 = Math.fma(m[x + 5], v5, m[x + 4] * v4);
      float s3 = Math.fma(m[x + 7], v7, m[x + 6] * v6);
      to[r][index] = (s0 + s1) + (s2 + s3);
    }
  }

  /**
   * The inner products of {@code n} elements of a row with those of four rows, of which each has to
   * wait for its last addition.
   *
   * @param rows four of them from {@code first} on
   * @param out where the products are, from {@code at} on
   */
  static void fourDots(float[] a, float[][] rows, int first, int n, float[] out, int at) {
    float[] b0 = rows[first];
    float[] b1 = rows[first + 1];
    float[] b2 = rows[first + 2];
    float[] b3 = rows[first + 3];
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    for (int i = 0; i < n; i++) {
      float x = a[i];
      s0 = Math.fma(x, b0[i], s0);
      s1 = Math.fma(x, b1[i], s1);
      s2 = Math.fma(x, b2[i], s2);
      s3 = Math.fma(x, b3[i], s3);
    }
    out[at] = s0;
    out[at + 1] = s1;
    out[at + 2] = s2;
    out[at + 3] = s3;
  }

  /** {@code out += factor · a}, the first {@code n} elements. */
  static void addScaled(float factor, float[] a, float[] out, int n) {
    for (int i = 0; i < n; i++) {
      out[i] = Math.fma(factor, a[i], out[i]);
    }
  }

  /**
   * Adds the inner products of two rows of a with four rows of b, all of length {@code n} and one
   * after another: eight sums, since each has to wait for its last addition.
   *
   * @param a the first row is at {@code ao}
   * @param b the first row is at {@code bo}
   * @param out the sums of the first row of a are at {@code oo}, those of the second {@code stride}
   *     further
   */
  static void addDots(
      float[] a, int ao, float[] b, int bo, int n, float[] out, int oo, int stride) {
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    float t0 = 0;
    float t1 = 0;
    float t2 = 0;
    float t3 = 0;
    for (int i = 0; i < n; i++) {
      float x = a[ao + i];
      float y = a[ao + n + i];
      float b0 = b[bo + i];
      float b1 = b[bo + n + i];
      float b2 = b[bo + 2 * n + i];
      float b3 = b[bo + 3 * n + i];
      s0 = Math.fma(x, b0, s0);
      s1 = Math.fma(x, b1, s1);
      s2 = Math.fma(x, b2, s2);
      s3 = Math.fma(x, b3, s3);
      t0 = Math.fma(y, b0, t0);
      t1 = Math.fma(y, b1, t1);
      t2 = Math.fma(y, b2, t2);
      t3 = Math.fma(y, b3, t3);
    }
    out[oo] += s0;
    out[oo + 1] += s1;
    out[oo + 2] += s2;
    out[oo + 3] += s3;
    out[oo + stride] += t0;
    out[oo + stride + 1] += t1;
    out[oo + stride + 2] += t2;
    out[oo + stride + 3] += t3;
  }

  /** {@code out = max(out, a)}. */
  static void max(float[] a, float[] out) {
    for (int i = 0; i < out.length; i++) {
      out[i] = Math.max(out[i], a[i]);
    }
  }

  /** {@code out += a}, a number. */
  static void add(float a, float[] out) {
    for (int i = 0; i < out.length; i++) {
      out[i] += a;
    }
  }

  /** {@code out += a}. */
  static void add(float[] a, float[] out) {
    for (int i = 0; i < out.length; i++) {
      out[i] += a[i];
    }
  }

  /**
   * {@code out = e^(a - shift)} where no exponent is above 0: a polynomial of a 64th of the
   * exponent, squared six times, which is vectorised where {@link Math#exp} is not. It is good to
   * 1e-5 of the value for exponents down to -20. From there the error grows to 7 % at -87, of
   * numbers that a softmax, whose largest term is 1, no longer sees; exponents below are taken as
   * -87.
   */
  static void exp(float[] a, float[] shift, float[] out) {
    for (int i = 0; i < out.length; i++) {
      float x = Math.max(a[i] - shift[i], LEAST_EXPONENT) * (1f / 64);
      float p = 1f / 5040;
      p = p * x + 1f / 720;
      p = p * x + 1f / 120;
      p = p * x + 1f / 24;
      p = p * x + 1f / 6;
      p = p * x + 0.5f;
      p = p * x + 1;
      p = p * x + 1;
      p *= p;
      p *= p;
      p *= p;
      p *= p;
      p *= p;
      p *= p;
      out[i] = p;
    }
  }

  /**
   * {@code out = e^(a - shift)} where no exponent is above 0, good to 1e-7 and not vectorised:
   * {@code e^x = 2^k e^r}, where exponents below -87 are taken as -87. A number is added to k that
   * is so large that its last bit counts ones, which rounds it and leaves its bits where a power of
   * 2 wants them.
   */
  static void preciseExp(float[] a, float[] shift, float[] out) {
    for (int i = 0; i < out.length; i++) {
      out[i] = preciseExp(Math.max(a[i] - shift[i], LEAST_EXPONENT));
    }
  }

  /** The same of an exponent from -87 to 0. */
  static float preciseExp(float x) {
    float shifted = x * LOG2_E + ROUNDER;
    float k = shifted - ROUNDER;
    float r = Math.fma(k, -LN_2_REST, Math.fma(k, -LN_2, x));
    float p = 1f / 5040;
    p = Math.fma(p, r, 1f / 720);
    p = Math.fma(p, r, 1f / 120);
    p = Math.fma(p, r, 1f / 24);
    p = Math.fma(p, r, 1f / 6);
    p = Math.fma(p, r, 0.5f);
    p = Math.fma(p, r, 1);
    p = Math.fma(p, r, 1);
    int power = (Float.floatToRawIntBits(shifted) << MANTISSA) + ONE;
    return p * Float.intBitsToFloat(power);
  }

  /** {@code out = max(out, 0)}, from an index to before another. */
  static void rectify(float[] out, int from, int to) {
    for (int i = from; i < to; i++) {
      out[i] = Math.max(out[i], 0);
    }
  }

  /** Adds a number, from {@code from} (inclusive) to {@code to} (exclusive). */
  static void add(float[] out, int from, int to, float shift) {
    for (int i = from; i < to; i++) {
      out[i] += shift;
    }
  }

  /** {@code slope · (x - center) + shift}, from {@code from} to before {@code to}. */
  static void affine(float[] out, int from, int to, float center, float slope, float shift) {
    for (int i = from; i < to; i++) {
      out[i] = slope * (out[i] - center) + shift;
    }
  }

  /**
   * Of the first numbers, {@code out *= 1} where y, which is never below 0, is above it, and {@code
   * out *= 0} elsewhere: a branch on the sign of random numbers costs several times the
   * multiplication.
   */
  static void gate(float[] y, float[] out, int count) {
    for (int i = 0; i < count; i++) {
      out[i] *= Math.min(y[i] * HUGE * HUGE, 1);
    }
  }

  /** {@code out = 1 / out}. */
  static void invert(float[] out) {
    for (int i = 0; i < out.length; i++) {
      out[i] = 1 / out[i];
    }
  }

  /** {@code out *= a}. */
  static void scale(float[] a, float[] out) {
    for (int i = 0; i < out.length; i++) {
      out[i] *= a[i];
    }
  }

  /** {@code out = c · (a · out - mean)}, the gradient of a softmax by which a is divided. */
  static void softmaxGradient(float[] c, float[] a, float[] mean, float[] out) {
    for (int i = 0; i < out.length; i++) {
      out[i] = c[i] * (a[i] * out[i] - mean[i]);
    }
  }

  /** {@code out = c · (out - mean)}, the gradient of a softmax. */
  static void softmaxGradient(float[] c, float[] mean, float[] out) {
    for (int i = 0; i < out.length; i++) {
      out[i] = c[i] * (out[i] - mean[i]);
    }
  }
}
