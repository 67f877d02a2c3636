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
   * capsules, and a few rows.
   */
  private static final class Scratch {
    private float[] wide = {};
    private float[] otherWide = {};
    private float[][] rows = {};

    float[] wide(int length) {
      if (wide.length != length) {
        wide = new float[length];
      }
      return wide;
    }

    float[] otherWide(int length) {
      if (otherWide.length != length) {
        otherWide = new float[length];
      }
      return otherWide;
    }

    float[][] rows(int n) {
      if (rows.length == 0 || rows[0].length != n) {
        rows = new float[ROWS + 2][n];
      }
      return rows;
    }
  }

  /** Rows long enough for plain loops, and short enough for a cache. */
  private static final int LANES = 4 * Gemm.LANES;

  private final ThreadLocal<Scratch> scratch = ThreadLocal.withInitial(Scratch::new);
  private final Gemm gemm = new PlainGemm();

  @Override
  public int lanes() {
    return LANES;
  }

  @Override
  public void addVotes(
      int count,
      int rows,
      int inDim,
      int n,
      float[] weights,
      int wo,
      float[] poses,
      int po,
      float[] sums) {
    for (int i = 0; i < count; i++) {
      int w = wo + i * rows * inDim;
      int u = po + i * inDim * n;
      gemm.multiply(rows, n, inDim, weights, w, inDim, 1, poses, u, n, sums, 0, n, true);
    }
  }

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
      int vo,
      float[] agreement,
      int ao) {
    gemm.multiply(out * dim, n, inDim, weights, wo, inDim, 1, poses, po, n, votes, vo, n, false);
    agreement(out, dim, n, votes, vo, direction, agreement, ao);
  }

  @Override
  public void agreement(int out, int dim, int n, float[] a, int ao, float[] b, float[] to, int at) {
    float[] products = scratch.get().wide(out * dim * n);
    System.arraycopy(a, ao, products, 0, products.length);
    Loops.scale(b, products);
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
      System.arraycopy(sum, 0, to, at + j * n, n);
    }
  }

  @Override
  public void accumulate(
      int out,
      int dim,
      int n,
      int count,
      float[] factors,
      int fo,
      int stride,
      float[] votes,
      float[] sums) {
    float[] wide = scratch.get().wide(out * dim * n);
    float[] one = scratch.get().otherWide(out * dim * n);
    for (int i = 0; i < count; i++) {
      spread(out, dim, n, factors, fo + i * stride, wide);
      System.arraycopy(votes, i * wide.length, one, 0, wide.length);
      Loops.addProduct(wide, one, sums);
    }
  }

  @Override
  public void combine(
      int out,
      int dim,
      int n,
      int count,
      float[] terms,
      int from,
      int stride,
      float[][] directions,
      float[] to) {
    float[] wide = scratch.get().wide(out * dim * n);
    float[] sum = scratch.get().otherWide(out * dim * n);
    for (int i = 0; i < count; i++) {
      System.arraycopy(directions[0], 0, sum, 0, sum.length);
      for (int q = 1; q < directions.length; q++) {
        spread(out, dim, n, terms, from + (q - 1) * stride + i * out * n, wide);
        Loops.addProduct(wide, directions[q], sum);
      }
      System.arraycopy(sum, 0, to, i * sum.length, sum.length);
    }
  }

  /** Rows {@code [out][n]} as {@code [out · dim][n]}. */
  private static void spread(int out, int dim, int n, float[] rows, int from, float[] wide) {
    for (int x = 0; x < out * dim; x++) {
      System.arraycopy(rows, from + x / dim * n, wide, x * n, n);
    }
  }

  @Override
  public void softmax(
      int out, int n, boolean leaky, float[] logits, int lo, float[] coupling, int co) {
    float[][] rows = scratch.get().rows(n);
    float[] row = rows[0];
    float[] largest = rows[ROWS];
    float[] total = rows[ROWS + 1];
    Arrays.fill(largest, leaky ? 0 : Float.NEGATIVE_INFINITY);
    for (int j = 0; j < out; j++) {
      System.arraycopy(logits, lo + j * n, row, 0, n);
      Loops.max(row, largest);
    }
    Arrays.fill(total, 0);
    if (leaky) {
      Loops.exp(total, largest, total); // the share of the further logit, which is 0
    }
    for (int j = 0; j < out; j++) {
      System.arraycopy(logits, lo + j * n, row, 0, n);
      Loops.exp(row, largest, row);
      Loops.add(row, total);
      System.arraycopy(row, 0, coupling, co + j * n, n);
    }
    Loops.invert(total);
    for (int j = 0; j < out; j++) {
      System.arraycopy(coupling, co + j * n, row, 0, n);
      Loops.scale(total, row);
      System.arraycopy(row, 0, coupling, co + j * n, n);
    }
  }

  @Override
  public void softmaxGradient(
      int out,
      int n,
      float[] c,
      int co,
      float[] g,
      int go,
      float[] more,
      int mo,
      float[] to,
      int at) {
    float[] row = scratch.get().rows(n)[0];
    float[] other = scratch.get().rows(n)[1];
    float[] mean = scratch.get().rows(n)[ROWS];
    Arrays.fill(mean, 0);
    for (int j = 0; j < out; j++) {
      System.arraycopy(c, co + j * n, row, 0, n);
      System.arraycopy(g, go + j * n, other, 0, n);
      Loops.addProduct(row, other, mean);
    }
    for (int j = 0; j < out; j++) {
      System.arraycopy(c, co + j * n, row, 0, n);
      System.arraycopy(g, go + j * n, other, 0, n);
      Loops.softmaxGradient(row, mean, other);
      if (more != null) {
        System.arraycopy(more, mo + j * n, row, 0, n);
        Loops.add(row, other);
      }
      System.arraycopy(other, 0, to, at + j * n, n);
    }
  }

  @Override
  public void gradients(
      int rows,
      int inDim,
      int n,
      float[] voteGradient,
      int go,
      float[] weights,
      int wo,
      float[] poses,
      int po,
      float[] dw,
      int at) {
    weightGradients(rows, inDim, n, voteGradient, go, poses, po, dw, at);
    gemm.multiply(inDim, n, rows, weights, wo, 1, inDim, voteGradient, go, n, poses, po, n, false);
  }

  /** {@code dw_xk += Σ_n g_x[n] · pose_k[n]}. */
  private static void weightGradients(
      int rows, int inDim, int n, float[] g, int go, float[] poses, int po, float[] dw, int at) {
    int stride = Gemm.padded(inDim);
    int evenRows = rows / 2 * 2;
    int wholeColumns = inDim / 4 * 4;
    for (int x = 0; x < rows; x++) {
      for (int k = x < evenRows ? wholeColumns : 0; k < inDim; k++) {
        dw[at + x * stride + k] += Loops.dot(g, go + x * n, poses, po + k * n, n);
      }
    }
    for (int x = 0; x < evenRows; x += 2) {
      for (int k = 0; k < wholeColumns; k += 4) {
        Loops.addDots(g, go + x * n, poses, po + k * n, n, dw, at + x * stride + k, stride);
      }
    }
  }

  @Override
  public void pack(int rows, int inDim, float[] dw) {
    int row = Gemm.padded(inDim);
    for (int x = 1; inDim < row && x < rows; x++) {
      System.arraycopy(dw, x * row, dw, x * inDim, inDim);
    }
  }
}
