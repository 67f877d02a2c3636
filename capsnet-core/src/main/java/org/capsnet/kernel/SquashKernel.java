package org.capsnet.kernel;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The squash of Sabour et al. (2017), {@code v = |s|²/(1+|s|²) · s/√(|s|²+ε)}, over runs of {@code
 * dim} elements, fused: one pass forward, one backward.
 */
public final class SquashKernel {

  /** Keeps the gradient finite at zero. */
  public static final double EPSILON = 1e-8;

  private static final int ROWS_PER_CHUNK = 512;

  /** The numbers of a chunk, by their count. */
  private static final Pool<Integer, float[]> CHUNKS = new Pool<>();

  private SquashKernel() {}

  /**
   * Squashes every capsule.
   *
   * @param s float {@code [.., dim]}
   * @return v, of the same shape, dense in c order
   */
  public static INDArray forward(INDArray s) {
    INDArray in = Floats.dense(s);
    INDArray out = Floats.create(s.shape());
    int dim = (int) s.size(-1);
    forChunks(
        in.length() / dim,
        (from, rows) -> {
          float[] a = CHUNKS.take(rows * dim, () -> new float[rows * dim]);
          Floats.read(in, from * dim, a, 0, a.length);
          for (int r = 0; r < rows; r++) {
            squash(a, r * dim, a, r * dim, dim);
          }
          Floats.write(out, from * dim, a, 0, a.length);
          CHUNKS.give(a.length, a);
        });
    return out;
  }

  /**
   * The gradient of s.
   *
   * @param s what was squashed
   * @param upstream dL/dv, of the same shape
   * @return dL/ds, dense in c order
   */
  public static INDArray backward(INDArray s, INDArray upstream) {
    INDArray in = Floats.dense(s);
    INDArray g = Floats.dense(upstream);
    INDArray out = Floats.create(s.shape());
    int dim = (int) s.size(-1);
    forChunks(
        in.length() / dim,
        (from, rows) -> {
          float[] a = CHUNKS.take(rows * dim, () -> new float[rows * dim]);
          float[] b = CHUNKS.take(rows * dim, () -> new float[rows * dim]);
          Floats.read(in, from * dim, a, 0, a.length);
          Floats.read(g, from * dim, b, 0, b.length);
          for (int r = 0; r < rows; r++) {
            gradient(a, r * dim, b, r * dim, b, r * dim, dim);
          }
          Floats.write(out, from * dim, b, 0, b.length);
          CHUNKS.give(a.length, a);
          CHUNKS.give(b.length, b);
        });
    return out;
  }

  private interface Chunk {
    void run(long from, int rows);
  }

  private static void forChunks(long rows, Chunk chunk) {
    int chunks = Math.toIntExact((rows + ROWS_PER_CHUNK - 1) / ROWS_PER_CHUNK);
    Parallel.forRange(
        chunks,
        (worker, first, last) -> {
          for (int c = first; c < last; c++) {
            long from = (long) c * ROWS_PER_CHUNK;
            chunk.run(from, (int) Math.min(ROWS_PER_CHUNK, rows - from));
          }
        });
  }

  /** Squashes one capsule; {@code v} may be {@code s}. */
  static void squash(float[] s, int so, float[] v, int vo, int dim) {
    double scale = scale(squaredNorm(s, so, dim));
    for (int d = 0; d < dim; d++) {
      v[vo + d] = (float) (scale * s[so + d]);
    }
  }

  /** What a capsule of squared length {@code n2} is multiplied by. */
  static double scale(double n2) {
    return n2 / ((1 + n2) * Math.sqrt(n2 + EPSILON));
  }

  /** The derivative of {@link #scale}. */
  static double slope(double n2) {
    double root = Math.sqrt(n2 + EPSILON);
    return 1 / ((1 + n2) * (1 + n2) * root) - 0.5 * scale(n2) / (n2 + EPSILON);
  }

  /** The gradient of one capsule; {@code out} may be {@code g}. */
  static void gradient(float[] s, int so, float[] g, int go, float[] out, int oo, int dim) {
    double n2 = squaredNorm(s, so, dim);
    double scale = scale(n2);
    double along = 2 * slope(n2) * dot(s, so, g, go, dim);
    for (int d = 0; d < dim; d++) {
      out[oo + d] = (float) (scale * g[go + d] + along * s[so + d]);
    }
  }

  private static double squaredNorm(float[] s, int so, int dim) {
    return dot(s, so, s, so, dim);
  }

  private static double dot(float[] a, int ao, float[] b, int bo, int dim) {
    double sum = 0;
    for (int d = 0; d < dim; d++) {
      sum += (double) a[ao + d] * b[bo + d];
    }
    return sum;
  }
}
