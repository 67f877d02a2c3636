package org.capsnet.kernel;

import java.util.Arrays;

/**
 * The loops in plain Java that the compiler vectorises: those of {@link Loops}, over whole arrays
 * at the same index. Where rows of different arrays meet, they are copied to arrays of their own.
 */
final class PlainRoutingLoops implements RoutingLoops {

  /** The most rows that are added at once. */
  private static final int ROWS = 4;

  /**
   * Arrays of one thread, as long as its layer asks for: rows of all numbers in the output
   * capsules, of one number for each, and a few rows.
   */
  private static final class Scratch {
    private float[] wide = {};
    private float[] narrow = {};
    private float[][] rows = {};

    float[] wide(int length) {
      if (wide.length != length) {
        wide = new float[length];
      }
      return wide;
    }

    float[] narrow(int length) {
      if (narrow.length != length) {
        narrow = new float[length];
      }
      return narrow;
    }

    float[][] rows(int n) {
      if (rows.length == 0 || rows[0].length != n) {
        rows = new float[ROWS + 2][n];
      }
      return rows;
    }
  }

  private final ThreadLocal<Scratch> scratch = ThreadLocal.withInitial(Scratch::new);
  private final Gemm gemm = new PlainGemm();

  @Override
  public void vote(
      int out,
      int dim,
      int inDim,
      int n,
      float[] weights,
      int wo,
      float[] poses,
      int po,
      float[] direction,
      float[] votes,
      float[] agreement) {
    gemm.multiply(out * dim, n, inDim, weights, wo, inDim, 1, poses, po, n, votes, 0, n, false);
    agreement(out, dim, n, votes, direction, agreement);
  }

  @Override
  public void agreement(int out, int dim, int n, float[] a, float[] b, float[] to) {
    float[] products = scratch.get().wide(out * dim * n);
    Loops.multiply(a, b, products);
    float[][] rows = scratch.get().rows(n);
    float[] sum = rows[ROWS];
    for (int j = 0; j < out; j++) {
      Arrays.fill(sum, 0);
      for (int d = 0; d < dim; d += ROWS) {
        int count = Math.min(ROWS, dim - d);
        for (int r = 0; r < count; r++) {
          System.arraycopy(products, (j * dim + d + r) * n, rows[r], 0, n);
        }
        for (int r = count; r < ROWS; r++) {
          Arrays.fill(rows[r], 0);
        }
        Loops.add(rows[0], rows[1], rows[2], rows[3], sum);
      }
      System.arraycopy(sum, 0, to, j * n, n);
    }
  }

  @Override
  public void accumulate(
      int out, int dim, int n, float[] coupling, int co, float[] votes, float[] sums) {
    Loops.addProduct(spread(out, dim, n, coupling, co), votes, sums);
  }

  @Override
  public void combine(
      int out,
      int dim,
      int n,
      int count,
      float[][] coefficients,
      int[] offsets,
      float[][] directions,
      float[] to) {
    Arrays.fill(to, 0);
    for (int q = 0; q < count; q++) {
      Loops.addProduct(spread(out, dim, n, coefficients[q], offsets[q]), directions[q], to);
    }
  }

  /** Rows {@code [out][n]} as {@code [out · dim][n]}. */
  private float[] spread(int out, int dim, int n, float[] rows, int from) {
    float[] wide = scratch.get().wide(out * dim * n);
    for (int x = 0; x < out * dim; x++) {
      System.arraycopy(rows, from + x / dim * n, wide, x * n, n);
    }
    return wide;
  }

  @Override
  public void softmax(int out, int n, boolean leaky, float[] logits, float[] coupling, int co) {
    float[][] rows = scratch.get().rows(n);
    float[] row = rows[0];
    float[] largest = rows[ROWS];
    Arrays.fill(largest, leaky ? 0 : Float.NEGATIVE_INFINITY);
    for (int j = 0; j < out; j++) {
      System.arraycopy(logits, j * n, row, 0, n);
      Loops.max(row, largest);
    }
    float[] narrow = scratch.get().narrow(out * n);
    repeat(largest, narrow);
    Loops.exp(logits, narrow, logits);
    float[] total = rows[ROWS + 1];
    Arrays.fill(total, 0);
    if (leaky) {
      Loops.exp(total, largest, total); // the share of the further logit, which is 0
    }
    addRows(out, n, logits, total);
    Loops.invert(total);
    repeat(total, narrow);
    Loops.scale(narrow, logits);
    System.arraycopy(logits, 0, coupling, co, out * n);
  }

  @Override
  public void softmaxGradient(
      int out, int n, float[] c, int co, float[] g, float[] more, int mo, float[] to, int at) {
    float[] row = scratch.get().rows(n)[0];
    float[] other = scratch.get().rows(n)[1];
    float[] mean = scratch.get().rows(n)[ROWS];
    Arrays.fill(mean, 0);
    for (int j = 0; j < out; j++) {
      System.arraycopy(c, co + j * n, row, 0, n);
      System.arraycopy(g, j * n, other, 0, n);
      Loops.addProduct(row, other, mean);
    }
    for (int j = 0; j < out; j++) {
      System.arraycopy(c, co + j * n, row, 0, n);
      System.arraycopy(g, j * n, other, 0, n);
      Loops.softmaxGradient(row, mean, other);
      if (more != null) {
        System.arraycopy(more, mo + j * n, row, 0, n);
        Loops.add(row, other);
      }
      System.arraycopy(other, 0, to, at + j * n, n);
    }
  }

  /** {@code sum += Σ_j rows_j}. */
  private void addRows(int out, int n, float[] rows, float[] sum) {
    float[] row = scratch.get().rows(n)[0];
    for (int j = 0; j < out; j++) {
      System.arraycopy(rows, j * n, row, 0, n);
      Loops.add(row, sum);
    }
  }

  /** Fills rows with the same row. */
  private static void repeat(float[] row, float[] rows) {
    for (int x = 0; x < rows.length; x += row.length) {
      System.arraycopy(row, 0, rows, x, row.length);
    }
  }

  @Override
  public void sumOverSamples(
      int rows, int columns, int n, float[] a, float[] b, int bo, float[] to, int co, boolean add) {
    if (!add) {
      Arrays.fill(to, co, co + rows * columns, 0);
    }
    int evenRows = rows / 2 * 2;
    int wholeColumns = columns / 4 * 4;
    for (int x = 0; x < rows; x++) {
      for (int k = x < evenRows ? wholeColumns : 0; k < columns; k++) {
        to[co + x * columns + k] += Loops.dot(a, x * n, b, bo + k * n, n);
      }
    }
    for (int x = 0; x < evenRows; x += 2) {
      for (int k = 0; k < wholeColumns; k += 4) {
        Loops.addDots(a, x * n, b, bo + k * n, n, to, co + x * columns + k, columns);
      }
    }
  }
}
