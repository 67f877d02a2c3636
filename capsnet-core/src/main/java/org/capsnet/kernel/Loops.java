package org.capsnet.kernel;

import java.util.Arrays;

/**
 * The inner loops of the kernels, over whole rows.
 *
 * <p>A row is a Java array of its own, not a part of a larger one: the compiler vectorises a loop
 * over several arrays at the same index, but not one over parts of arrays at different offsets,
 * since those might overlap (seen on JDK 17). Nor does it vectorise a sum over the index, so no
 * loop here but {@link #dot} is one.
 */
final class Loops {

  /** The least exponent whose power of e is a normal float. */
  private static final float LEAST_EXPONENT = -87;

  private Loops() {}

  /** Rows of zeros. */
  static float[][] rows(int count, int length) {
    return new float[count][length];
  }

  /** {@code out (+)= Σ_k c[co + k] · rows[ro + k]}, for k below count. */
  static void combine(
      float[] c, int co, float[][] rows, int ro, int count, float[] out, boolean add) {
    if (!add) {
      Arrays.fill(out, 0);
    }
    int k = 0;
    for (; k + 4 <= count; k += 4) {
      combine4(
          c[co + k],
          c[co + k + 1],
          c[co + k + 2],
          c[co + k + 3],
          rows[ro + k],
          rows[ro + k + 1],
          rows[ro + k + 2],
          rows[ro + k + 3],
          out);
    }
    for (; k < count; k++) {
      combine1(c[co + k], rows[ro + k], out);
    }
  }

  private static void combine4(
      float c0,
      float c1,
      float c2,
      float c3,
      float[] r0,
      float[] r1,
      float[] r2,
      float[] r3,
      float[] out) {
    for (int i = 0; i < out.length; i++) {
      out[i] += (c0 * r0[i] + c1 * r1[i]) + (c2 * r2[i] + c3 * r3[i]);
    }
  }

  /** {@code out += c · row}. */
  static void combine1(float c, float[] row, float[] out) {
    for (int i = 0; i < out.length; i++) {
      out[i] += c * row[i];
    }
  }

  /** {@code out (+)= Σ_k a[ao + k·as] · b[bo + k·bs]}, element by element, for k below count. */
  static void products(
      float[][] a,
      int ao,
      int as,
      float[][] b,
      int bo,
      int bs,
      int count,
      float[] out,
      boolean add) {
    if (!add) {
      Arrays.fill(out, 0);
    }
    int k = 0;
    for (; k + 2 <= count; k += 2) {
      int x = ao + k * as;
      int y = bo + k * bs;
      products2(a[x], a[x + as], b[y], b[y + bs], out);
    }
    if (k < count) {
      products1(a[ao + k * as], b[bo + k * bs], out);
    }
  }

  /** Two at a time: of four, with eight rows to read, the loop is too large to be vectorised. */
  private static void products2(float[] a0, float[] a1, float[] b0, float[] b1, float[] out) {
    for (int i = 0; i < out.length; i++) {
      out[i] += a0[i] * b0[i] + a1[i] * b1[i];
    }
  }

  private static void products1(float[] a, float[] b, float[] out) {
    for (int i = 0; i < out.length; i++) {
      out[i] += a[i] * b[i];
    }
  }

  /** The inner product of two rows, in eight partial sums. */
  static float dot(float[] a, float[] b) {
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    float s4 = 0;
    float s5 = 0;
    float s6 = 0;
    float s7 = 0;
    int i = 0;
    for (; i + 8 <= a.length; i += 8) {
      s0 += a[i] * b[i];
      s1 += a[i + 1] * b[i + 1];
      s2 += a[i + 2] * b[i + 2];
      s3 += a[i + 3] * b[i + 3];
      s4 += a[i + 4] * b[i + 4];
      s5 += a[i + 5] * b[i + 5];
      s6 += a[i + 6] * b[i + 6];
      s7 += a[i + 7] * b[i + 7];
    }
    for (; i < a.length; i++) {
      s0 += a[i] * b[i];
    }
    return ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7));
  }

  /** {@code out = max(out, a)}. */
  static void max(float[] a, float[] out) {
    for (int i = 0; i < out.length; i++) {
      out[i] = Math.max(out[i], a[i]);
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

  /** {@code out = c · (out - mean)}, the gradient of a softmax. */
  static void softmaxGradient(float[] c, float[] mean, float[] out) {
    for (int i = 0; i < out.length; i++) {
      out[i] = c[i] * (out[i] - mean[i]);
    }
  }
}
