package org.capsnet.kernel;

import java.util.Arrays;

/**
 * Products in plain Java that the compiler vectorises: loops over rows that are arrays of their own
 * (see {@link Loops}), four rows of C by two of B at a time, so that what is read serves several
 * times. Of the tiles that are vectorised on JDK 17 and 25 alike, this is the fastest.
 *
 * <p>Such a loop does its first elements one by one, until it comes to an address where a whole
 * vector is aligned, then vectors, then what is left one by one again: up to a vector's elements at
 * each end, which for a row of 128 cost as much as the vectors between. A loop that begins one
 * element before an aligned address, and is one element longer, has one such element and no rest.
 * Where those addresses lie Java does not say, and the garbage collector moves them, so that from
 * time to time a few loops from each possible start are timed, and rows are kept from the best one
 * on. Results do not depend on it: an element is made by the same operations in either part.
 */
final class PlainGemm implements Gemm {

  /** Columns at a time, about. */
  private static final int WIDTH = 128;

  /** The most columns at a time, where a last few would not be worth a block of their own. */
  private static final int MOST = WIDTH + WIDTH / 2;

  /**
   * The fewest elements a loop runs over, with zeros where a product has fewer columns: a loop that
   * was often seen to be short is compiled for short ones.
   */
  private static final int LEAST = 64;

  /** Rows of C. */
  private static final int HEIGHT = 4;

  /** Products of a thread between two searches for the best start, which takes as long as one. */
  private static final int PRODUCTS = 256;

  /** A thread's copies of rows. */
  private static final class Scratch {

    /**
     * Room for a row after the latest start. With its header an array fills whole vectors, so that
     * rows that lie one after another in memory are aligned alike.
     */
    private static final int LENGTH = MOST + 2 * LANES - 4;

    final float[][] b = new float[DEPTH][LENGTH];
    final float[][] sums = new float[HEIGHT][LENGTH];
    final float[] held = new float[LENGTH];

    /** Where loops begin; the rows begin one element after. */
    int start = LANES - 1;

    private int products;

    /** Counts a product, and moves the start where it is time for that. */
    void next() {
      if (++products % PRODUCTS == 0) {
        start = best();
      }
    }

    /** The start of the fastest loops. Arrays are aligned to two elements: every other will do. */
    private int best() {
      long least = Long.MAX_VALUE;
      int best = start;
      for (int candidate = 1; candidate < LANES; candidate += 2) {
        long time = time(candidate);
        if (time < least) {
          least = time;
          best = candidate;
        }
      }
      return best;
    }

    private long time(int candidate) {
      int to = candidate + 1 + WIDTH;
      long least = Long.MAX_VALUE;
      for (int round = 0; round < 5; round++) {
        long began = System.nanoTime();
        for (int i = 0; i < 20; i++) {
          fourByTwo(
              0, 0, 0, 0, 0, 0, 0, 0, b[0], b[1], sums[0], sums[1], sums[2], sums[3], candidate,
              to);
        }
        least = Math.min(least, System.nanoTime() - began);
      }
      return least;
    }
  }

  private final ThreadLocal<Scratch> scratch = ThreadLocal.withInitial(Scratch::new);

  /** All of them: rows are copied in any case. */
  @Override
  public int width(int columns) {
    return Gemm.padded(columns);
  }

  @Override
  public void multiply(
      int m,
      int n,
      int k,
      float[] a,
      int aOffset,
      int aRowStride,
      int aColumnStride,
      float[] b,
      int bOffset,
      int bRowStride,
      float[] c,
      int cOffset,
      int cRowStride,
      boolean add) {
    Scratch own = scratch.get();
    own.next();
    int blocks = Math.max(1, (n + WIDTH / 2) / WIDTH);
    int step = Gemm.padded((n + blocks - 1) / blocks);
    for (int j = 0; j < n; j += step) {
      int width = Math.min(step, Gemm.padded(n - j));
      for (int block = 0; block < Gemm.blocks(k); block++) {
        int from = Gemm.bound(k, block);
        int depth = Gemm.bound(k, block + 1) - from;
        for (int r = 0; r < depth; r++) {
          copy(b, bOffset + (from + r) * bRowStride + j, own.b[r], own.start, width);
        }
        if (depth % 2 == 1) {
          clear(own.b[depth], own.start, width);
        }
        block(
            m,
            width,
            depth,
            a,
            aOffset + from * aColumnStride,
            aRowStride,
            aColumnStride,
            own,
            c,
            cOffset + j,
            cRowStride,
            add || block > 0);
      }
    }
  }

  private static void block(
      int m,
      int width,
      int depth,
      float[] a,
      int aOffset,
      int aRowStride,
      int aColumnStride,
      Scratch own,
      float[] c,
      int cOffset,
      int cRowStride,
      boolean add) {
    int start = own.start;
    int to = start + 1 + Math.max(width, LEAST);
    for (int i = 0; i < m; i += HEIGHT) {
      for (float[] sum : own.sums) {
        clear(sum, start, width);
      }
      int a0 = aOffset + i * aRowStride;
      // Where there are no four rows left, the last one is summed several times.
      int a1 = aOffset + Math.min(i + 1, m - 1) * aRowStride;
      int a2 = aOffset + Math.min(i + 2, m - 1) * aRowStride;
      int a3 = aOffset + Math.min(i + 3, m - 1) * aRowStride;
      for (int l = 0; l < depth; l += 2) {
        boolean two = l + 1 < depth;
        int p = l * aColumnStride;
        int q = p + aColumnStride;
        fourByTwo(
            a[a0 + p],
            two ? a[a0 + q] : 0,
            a[a1 + p],
            two ? a[a1 + q] : 0,
            a[a2 + p],
            two ? a[a2 + q] : 0,
            a[a3 + p],
            two ? a[a3 + q] : 0,
            own.b[l],
            own.b[l + 1],
            own.sums[0],
            own.sums[1],
            own.sums[2],
            own.sums[3],
            start,
            to);
      }
      for (int r = 0; r < HEIGHT && i + r < m; r++) {
        finish(own, own.sums[r], width, c, cOffset + (i + r) * cRowStride, add);
      }
    }
  }

  /** Adds what C holds, or 0, and writes a row. */
  private static void finish(Scratch own, float[] sum, int width, float[] c, int at, boolean add) {
    int start = own.start;
    if (add) {
      copy(c, at, own.held, start, width);
    } else {
      clear(own.held, start, width);
    }
    add(own.held, sum, start, start + 1 + Math.max(width, LEAST));
    System.arraycopy(sum, start + 1, c, at, width);
  }

  /** Fills a row, and zeros around what a loop covers of it. */
  private static void copy(float[] from, int at, float[] row, int start, int width) {
    row[start] = 0;
    System.arraycopy(from, at, row, start + 1, width);
    if (width < LEAST) {
      Arrays.fill(row, start + 1 + width, start + 1 + LEAST, 0);
    }
  }

  private static void clear(float[] row, int start, int width) {
    Arrays.fill(row, start, start + 1 + Math.max(width, LEAST), 0);
  }

  private static void add(float[] a, float[] sum, int from, int to) {
    for (int j = from; j < to; j++) {
      sum[j] += a[j];
    }
  }

  private static void fourByTwo(
      float p0,
      float q0,
      float p1,
      float q1,
      float p2,
      float q2,
      float p3,
      float q3,
      float[] b0,
      float[] b1,
      float[] c0,
      float[] c1,
      float[] c2,
      float[] c3,
      int from,
      int to) {
    for (int j = from; j < to; j++) {
      float u = b0[j];
      float v = b1[j];
      c0[j] = Math.fma(q0, v, Math.fma(p0, u, c0[j]));
      c1[j] = Math.fma(q1, v, Math.fma(p1, u, c1[j]));
      c2[j] = Math.fma(q2, v, Math.fma(p2, u, c2[j]));
      c3[j] = Math.fma(q3, v, Math.fma(p3, u, c3[j]));
    }
  }
}
