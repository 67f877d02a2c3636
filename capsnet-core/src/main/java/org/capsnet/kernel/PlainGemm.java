package org.capsnet.kernel;

import java.util.Arrays;

/**
 * Products in plain Java that the compiler vectorises: loops over rows that are arrays of their own
 * (see {@link Loops}), two rows of A by two of B at a time, so that what is read serves twice.
 */
final class PlainGemm implements Gemm {

  /** Rows of B, of which a copy stays in the first level cache. */
  private static final int DEPTH = 64;

  /** Columns at a time. */
  private static final int WIDTH = 128;

  private final ThreadLocal<float[][]> scratch =
      ThreadLocal.withInitial(() -> new float[DEPTH + 2][WIDTH]);

  @Override
  public void multiply(
      int m,
      int n,
      int k,
      float[] a,
      int ao,
      int ai,
      int al,
      float[] b,
      int bo,
      int bl,
      float[] c,
      int co,
      int ci,
      boolean add) {
    float[][] rows = scratch.get();
    for (int j = 0; j < n; j += WIDTH) {
      int width = Math.min(WIDTH, Gemm.padded(n - j));
      for (int l = 0; l < k; l += DEPTH) {
        int depth = Math.min(DEPTH, k - l);
        for (int r = 0; r < depth; r++) {
          System.arraycopy(b, bo + (l + r) * bl + j, rows[r], 0, width);
        }
        block(m, width, depth, a, ao + l * al, ai, al, rows, c, co + j, ci, add || l > 0);
      }
    }
  }

  private static void block(
      int m,
      int width,
      int depth,
      float[] a,
      int ao,
      int ai,
      int al,
      float[][] rows,
      float[] c,
      int co,
      int ci,
      boolean add) {
    float[] first = rows[DEPTH];
    float[] second = rows[DEPTH + 1];
    for (int i = 0; i < m; i += 2) {
      // An odd last row is done twice.
      int other = Math.min(i + 1, m - 1);
      load(c, co + i * ci, first, width, add);
      load(c, co + other * ci, second, width, add);
      int x = ao + i * ai;
      int y = ao + other * ai;
      int l = 0;
      for (; l + 2 <= depth; l += 2) {
        int p = l * al;
        int q = p + al;
        twoByTwo(
            a[x + p], a[x + q], a[y + p], a[y + q], rows[l], rows[l + 1], first, second, width);
      }
      if (l < depth) {
        twoByOne(a[x + l * al], a[y + l * al], rows[l], first, second, width);
      }
      System.arraycopy(first, 0, c, co + i * ci, width);
      System.arraycopy(second, 0, c, co + other * ci, width);
    }
  }

  private static void load(float[] c, int from, float[] row, int width, boolean add) {
    if (add) {
      System.arraycopy(c, from, row, 0, width);
    } else {
      Arrays.fill(row, 0, width, 0);
    }
  }

  private static void twoByTwo(
      float x0,
      float x1,
      float y0,
      float y1,
      float[] b0,
      float[] b1,
      float[] first,
      float[] second,
      int width) {
    for (int j = 0; j < width; j++) {
      float u = b0[j];
      float v = b1[j];
      first[j] = Math.fma(x1, v, Math.fma(x0, u, first[j]));
      second[j] = Math.fma(y1, v, Math.fma(y0, u, second[j]));
    }
  }

  private static void twoByOne(
      float x, float y, float[] b, float[] first, float[] second, int width) {
    for (int j = 0; j < width; j++) {
      float u = b[j];
      first[j] = Math.fma(x, u, first[j]);
      second[j] = Math.fma(y, u, second[j]);
    }
  }
}
