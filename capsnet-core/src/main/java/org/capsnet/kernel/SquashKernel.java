package org.capsnet.kernel;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A squash, which multiplies vectors by what follows from their length ({@link SquashScale}), over
 * runs of {@code dim} elements, fused: one pass forward, one backward.
 */
public final class SquashKernel {

  /** Keeps the gradient finite at zero. */
  public static final double EPSILON = 1e-8;

  private static final int ROWS_PER_CHUNK = 512;

  /** The numbers of a chunk, by the length of a vector. */
  private static final Pool<Integer, float[]> CHUNKS = new Pool<>();

  private SquashKernel() {}

  /**
   * Squashes every capsule.
   *
   * @param s float {@code [.., dim]}
   * @param scale what vectors are multiplied by
   * @return v, of the same shape, dense in c order
   */
  public static INDArray forward(INDArray s, SquashScale scale) {
    INDArray in = Floats.dense(s);
    INDArray out = Floats.create(s.shape());
    int dim = (int) s.size(-1);
    forChunks(
        in.length() / dim,
        (from, rows) -> {
          float[] a = CHUNKS.take(dim, () -> new float[ROWS_PER_CHUNK * dim]);
          Floats.read(in, from * dim, a, 0, rows * dim);
          for (int r = 0; r < rows; r++) {
            squash(a, r * dim, a, r * dim, dim, scale);
          }
          Floats.write(out, from * dim, a, 0, rows * dim);
          CHUNKS.give(dim, a);
        });
    return out;
  }

  /**
   * The gradient of s.
   *
   * @param s what was squashed
   * @param upstream dL/dv, of the same shape
   * @param scale as it was
   * @return dL/ds, dense in c order
   */
  public static INDArray backward(INDArray s, INDArray upstream, SquashScale scale) {
    INDArray in = Floats.dense(s);
    INDArray g = Floats.dense(upstream);
    INDArray out = Floats.create(s.shape());
    int dim = (int) s.size(-1);
    forChunks(
        in.length() / dim,
        (from, rows) -> {
          float[] a = CHUNKS.take(dim, () -> new float[ROWS_PER_CHUNK * dim]);
          float[] b = CHUNKS.take(dim, () -> new float[ROWS_PER_CHUNK * dim]);
          Floats.read(in, from * dim, a, 0, rows * dim);
          Floats.read(g, from * dim, b, 0, rows * dim);
          for (int r = 0; r < rows; r++) {
            gradient(a, b, r * dim, dim, scale);
          }
          Floats.write(out, from * dim, b, 0, rows * dim);
          CHUNKS.give(dim, a);
          CHUNKS.give(dim, b);
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
  static void squash(float[] s, int so, float[] v, int vo, int dim, SquashScale scale) {
    double factor = scale.of(squaredNorm(s, so, dim));
    for (int d = 0; d < dim; d++) {
      v[vo + d] = (float) (factor * s[so + d]);
    }
  }

  /** The gradient of one capsule, both at {@code at}, in place of that of the result. */
  static void gradient(float[] s, float[] g, int at, int dim, SquashScale scale) {
    double n2 = squaredNorm(s, at, dim);
    double factor = scale.of(n2);
    double along = 2 * scale.slope(n2) * dot(s, at, g, at, dim);
    for (int d = at; d < at + dim; d++) {
      g[d] = (float) (factor * g[d] + along * s[d]);
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
