package org.capsnet.kernel;

/**
 * The inner loops of the kernels, written so that the compiler turns them into vector instructions:
 * unit stride, no reduction over the loop, operands told apart by an offset.
 */
final class Loops {

  private Loops() {}

  /** {@code out[x] (+)= Σ_k c[co + k·cs] · rows[ro + k·rs + x]} for x below n, k below count. */
  static void combine(
      float[] c,
      int co,
      int cs,
      float[] rows,
      int ro,
      int rs,
      int count,
      float[] out,
      int oo,
      int n,
      boolean add) {
    int k = 0;
    boolean more = add;
    for (; k + 8 <= count; k += 8) {
      combine8(c, co + k * cs, cs, rows, ro + k * rs, rs, out, oo, n, more);
      more = true;
    }
    for (; k + 4 <= count; k += 4) {
      combine4(c, co + k * cs, cs, rows, ro + k * rs, rs, out, oo, n, more);
      more = true;
    }
    for (; k < count; k++) {
      combine1(c[co + k * cs], rows, ro + k * rs, out, oo, n, more);
      more = true;
    }
  }

  private static void combine8(
      float[] c,
      int co,
      int cs,
      float[] rows,
      int ro,
      int rs,
      float[] out,
      int oo,
      int n,
      boolean add) {
    float c0 = c[co];
    float c1 = c[co + cs];
    float c2 = c[co + 2 * cs];
    float c3 = c[co + 3 * cs];
    float c4 = c[co + 4 * cs];
    float c5 = c[co + 5 * cs];
    float c6 = c[co + 6 * cs];
    float c7 = c[co + 7 * cs];
    int r1 = ro + rs;
    int r2 = r1 + rs;
    int r3 = r2 + rs;
    int r4 = r3 + rs;
    int r5 = r4 + rs;
    int r6 = r5 + rs;
    int r7 = r6 + rs;
    if (add) {
      for (int x = 0; x < n; x++) {
        out[oo + x] +=
            c0 * rows[ro + x]
                + c1 * rows[r1 + x]
                + c2 * rows[r2 + x]
                + c3 * rows[r3 + x]
                + (c4 * rows[r4 + x] + c5 * rows[r5 + x] + c6 * rows[r6 + x] + c7 * rows[r7 + x]);
      }
    } else {
      for (int x = 0; x < n; x++) {
        out[oo + x] =
            c0 * rows[ro + x]
                + c1 * rows[r1 + x]
                + c2 * rows[r2 + x]
                + c3 * rows[r3 + x]
                + (c4 * rows[r4 + x] + c5 * rows[r5 + x] + c6 * rows[r6 + x] + c7 * rows[r7 + x]);
      }
    }
  }

  private static void combine4(
      float[] c,
      int co,
      int cs,
      float[] rows,
      int ro,
      int rs,
      float[] out,
      int oo,
      int n,
      boolean add) {
    float c0 = c[co];
    float c1 = c[co + cs];
    float c2 = c[co + 2 * cs];
    float c3 = c[co + 3 * cs];
    int r1 = ro + rs;
    int r2 = r1 + rs;
    int r3 = r2 + rs;
    if (add) {
      for (int x = 0; x < n; x++) {
        out[oo + x] +=
            c0 * rows[ro + x] + c1 * rows[r1 + x] + c2 * rows[r2 + x] + c3 * rows[r3 + x];
      }
    } else {
      for (int x = 0; x < n; x++) {
        out[oo + x] = c0 * rows[ro + x] + c1 * rows[r1 + x] + c2 * rows[r2 + x] + c3 * rows[r3 + x];
      }
    }
  }

  private static void combine1(
      float c, float[] row, int ro, float[] out, int oo, int n, boolean add) {
    if (add) {
      for (int x = 0; x < n; x++) {
        out[oo + x] += c * row[ro + x];
      }
    } else {
      for (int x = 0; x < n; x++) {
        out[oo + x] = c * row[ro + x];
      }
    }
  }

  /** {@code out[x] += a[x] · b[x]}. */
  static void multiplyAdd(float[] a, int ao, float[] b, int bo, float[] out, int oo, int n) {
    for (int x = 0; x < n; x++) {
      out[oo + x] += a[ao + x] * b[bo + x];
    }
  }

  /** {@code out[x] += a[x]} for n elements from {@code from} on. */
  static void add(float[] a, float[] out, int from, int n) {
    for (int x = from; x < from + n; x++) {
      out[x] += a[x];
    }
  }

  /** {@code out[j·width + d] = c[j]}: each of {@code count} values repeated. */
  static void repeat(float[] c, int co, int count, int width, float[] out) {
    for (int j = 0, x = 0; j < count; j++) {
      float value = c[co + j];
      for (int d = 0; d < width; d++) {
        out[x++] = value;
      }
    }
  }

  /** The inner product of two runs of n elements, in four partial sums. */
  static float dot(float[] a, int ao, float[] b, int bo, int n) {
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    int x = 0;
    for (; x + 4 <= n; x += 4) {
      s0 += a[ao + x] * b[bo + x];
      s1 += a[ao + x + 1] * b[bo + x + 1];
      s2 += a[ao + x + 2] * b[bo + x + 2];
      s3 += a[ao + x + 3] * b[bo + x + 3];
    }
    for (; x < n; x++) {
      s0 += a[ao + x] * b[bo + x];
    }
    return (s0 + s1) + (s2 + s3);
  }
}
