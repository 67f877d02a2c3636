package org.capsnet.kernel;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * An array {@code [batch, length]} with the samples innermost: blocks of samples, each of them rows
 * {@code [length][lanes]}. Loops over the samples of a block are then loops along rows, whatever
 * the sizes of capsules are, and weights are numbers that whole rows share.
 *
 * <p>The last block is filled up with samples of zeros, which have no gradient.
 */
final class SampleLanes {

  /** Samples that are turned at once: a cache line of floats. */
  private static final int GROUP = 16;

  private final long batch;
  private final int length;
  private final int most;

  /** The samples of a block, a multiple of {@link Gemm#LANES}. */
  final int lanes;

  /** Of each block its rows, one after another. */
  final float[][] blocks;

  /**
   * An array of zeros.
   *
   * @param most the most samples of a block, {@link RoutingLoops#lanes}
   */
  SampleLanes(long batch, int length, int most) {
    this.batch = batch;
    this.length = length;
    this.most = most;
    lanes = lanes(batch, most);
    blocks = new float[blocks(batch, most)][Math.multiplyExact(length, lanes)];
  }

  /** The samples of each block of a batch. */
  static int lanes(long batch, int most) {
    return Gemm.padded((int) Math.min(most, batch));
  }

  /** The blocks of a batch. */
  static int blocks(long batch, int most) {
    return Math.toIntExact((batch + most - 1) / most);
  }

  /** The bytes of such an array. */
  static long bytes(long batch, long length, int most) {
    return (long) Float.BYTES * blocks(batch, most) * lanes(batch, most) * length;
  }

  /** The bytes that a worker turns at once. */
  static long groupBytes(long length) {
    return (long) Float.BYTES * GROUP * (length + GROUP);
  }

  /** Makes all elements 0. */
  void clear() {
    for (float[] block : blocks) {
      Arrays.fill(block, 0);
    }
  }

  /** An array of the same elements. */
  SampleLanes copy() {
    SampleLanes copy = new SampleLanes(batch, length, most);
    copy.add(this);
    return copy;
  }

  /** Adds another array of the same size. */
  void add(SampleLanes other) {
    for (int b = 0; b < blocks.length; b++) {
      Loops.add(other.blocks[b], blocks[b]);
    }
  }

  /** Takes the elements of samples that stand one after another. */
  void put(float[] samples) {
    for (int s = 0; s < batch; s++) {
      float[] block = blocks[s / lanes];
      for (int x = 0; x < length; x++) {
        block[x * lanes + s % lanes] = samples[s * length + x];
      }
    }
  }

  /** Multiplies all elements. */
  void scale(float factor) {
    for (float[] block : blocks) {
      for (int x = 0; x < block.length; x++) {
        block[x] *= factor;
      }
    }
  }

  /** Adds element p of {@code terms} to row p. */
  void addToRows(float[] terms) {
    for (float[] block : blocks) {
      for (int x = 0; x < block.length; x++) {
        block[x] += terms[x / lanes];
      }
    }
  }

  /** Adds the sum of row p to element p of {@code sums}. */
  void addSumsOfRows(float[] sums) {
    for (float[] block : blocks) {
      for (int x = 0; x < block.length; x++) {
        sums[x / lanes] += block[x];
      }
    }
  }

  /** Squashes capsules of {@code dim} rows each. */
  void squash(int dim) {
    double[] scale = new double[lanes];
    for (float[] block : blocks) {
      for (int p = 0; p < length; p += dim) {
        squash(block, p * lanes, dim, scale);
      }
    }
  }

  private void squash(float[] s, int at, int dim, double[] scale) {
    squaredNorms(s, at, dim, scale);
    for (int n = 0; n < lanes; n++) {
      scale[n] = SquashScale.SABOUR.of(scale[n]);
    }
    for (int d = 0; d < dim; d++) {
      int row = at + d * lanes;
      for (int n = 0; n < lanes; n++) {
        s[row + n] = (float) (scale[n] * s[row + n]);
      }
    }
  }

  private void squaredNorms(float[] block, int at, int dim, double[] to) {
    Arrays.fill(to, 0);
    addProducts(block, block, at, dim, to);
  }

  /** Adds the inner products of capsules. */
  private void addProducts(float[] a, float[] b, int at, int dim, double[] to) {
    for (int d = 0; d < dim; d++) {
      int row = at + d * lanes;
      for (int n = 0; n < lanes; n++) {
        to[n] += (double) a[row + n] * b[row + n];
      }
    }
  }

  /** Turns gradients of squashed capsules into those of what was squashed. */
  void squashGradient(SampleLanes s, int dim) {
    double[] scale = new double[lanes];
    double[] along = new double[lanes];
    for (int b = 0; b < blocks.length; b++) {
      for (int p = 0; p < length; p += dim) {
        squashGradient(blocks[b], s.blocks[b], p * lanes, dim, scale, along);
      }
    }
  }

  private void squashGradient(
      float[] g, float[] s, int at, int dim, double[] scale, double[] along) {
    squaredNorms(s, at, dim, scale);
    Arrays.fill(along, 0);
    addProducts(s, g, at, dim, along);
    for (int n = 0; n < lanes; n++) {
      along[n] *= 2 * SquashScale.SABOUR.slope(scale[n]);
      scale[n] = SquashScale.SABOUR.of(scale[n]);
    }
    for (int d = 0; d < dim; d++) {
      int row = at + d * lanes;
      for (int n = 0; n < lanes; n++) {
        g[row + n] = (float) (scale[n] * g[row + n] + along[n] * s[row + n]);
      }
    }
  }

  /** Takes all samples of a dense array. */
  void read(INDArray dense, int workers) {
    int stride = stride(length);
    forGroups(
        workers,
        (loaded, block, first, count) -> {
          Arrays.fill(loaded, count * stride, loaded.length, 0);
          for (int n = 0; n < count; n++) {
            Floats.read(dense, sample(block, first + n) * length, loaded, n * stride, length);
          }
          float[] rows = blocks[block];
          for (int p = 0; p < length; p += GROUP) {
            int end = Math.min(length, p + GROUP);
            for (int n = 0; n < GROUP; n++) {
              for (int q = p; q < end; q++) {
                rows[q * lanes + first + n] = loaded[n * stride + q];
              }
            }
          }
        });
  }

  /** Gives all samples to a dense array. */
  void write(INDArray dense, int workers) {
    int stride = stride(length);
    forGroups(
        workers,
        (loaded, block, first, count) -> {
          float[] rows = blocks[block];
          for (int p = 0; p < length; p += GROUP) {
            int end = Math.min(length, p + GROUP);
            for (int n = 0; n < GROUP; n++) {
              for (int q = p; q < end; q++) {
                loaded[n * stride + q] = rows[q * lanes + first + n];
              }
            }
          }
          for (int n = 0; n < count; n++) {
            Floats.write(dense, sample(block, first + n) * length, loaded, n * stride, length);
          }
        });
  }

  /**
   * The distance of samples that are turned: not a power of two, which fits few ways of a cache.
   */
  private static int stride(int length) {
    return length / GROUP % 2 == 0 ? length + GROUP : length;
  }

  private long sample(int block, int lane) {
    return (long) block * lanes + lane;
  }

  /** What is done with the samples of a group, of which {@code count} are the batch's. */
  private interface Group {
    void run(float[] loaded, int block, int first, int count);
  }

  private void forGroups(int workers, Group work) {
    int groups = lanes / GROUP;
    Parallel.forRange(
        blocks.length * groups,
        workers,
        (worker, from, to) -> {
          float[] loaded = new float[Math.multiplyExact(GROUP, stride(length))];
          for (int g = from; g < to; g++) {
            int first = g % groups * GROUP;
            long left = batch - sample(g / groups, first);
            work.run(loaded, g / groups, first, (int) Math.max(0, Math.min(GROUP, left)));
          }
        });
  }
}
