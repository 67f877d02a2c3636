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

  /**
   * The most samples of a block: rows long enough for plain loops, and short enough for a cache.
   */
  private static final int LANES = 4 * Gemm.LANES;

  /** Samples that are turned at once: a cache line of floats. */
  private static final int GROUP = 16;

  private final long batch;
  private final int length;

  /** The samples of a block, a multiple of {@link Gemm#LANES}. */
  final int lanes;

  /** Of each block its rows, one after another. */
  final float[][] blocks;

  /** An array of zeros. */
  SampleLanes(long batch, int length) {
    this.batch = batch;
    this.length = length;
    lanes = lanes(batch);
    blocks = new float[blocks(batch)][Math.multiplyExact(length, lanes)];
  }

  /** The samples of each block of a batch. */
  static int lanes(long batch) {
    return Gemm.padded((int) Math.min(LANES, batch));
  }

  /** The blocks of a batch. */
  static int blocks(long batch) {
    return Math.toIntExact((batch + LANES - 1) / LANES);
  }

  /** The bytes of such an array. */
  static long bytes(long batch, long length) {
    return (long) Float.BYTES * blocks(batch) * lanes(batch) * length;
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
    SampleLanes copy = new SampleLanes(batch, length);
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
    float[] capsule = new float[dim];
    forCapsules(
        dim,
        (b, at) -> {
          gather(blocks[b], at, capsule);
          SquashKernel.squash(capsule, 0, capsule, 0, dim);
          scatter(capsule, blocks[b], at);
        });
  }

  /** Turns gradients of squashed capsules into those of what was squashed. */
  void squashGradient(SampleLanes s, int dim) {
    float[] capsule = new float[dim];
    float[] gradient = new float[dim];
    forCapsules(
        dim,
        (b, at) -> {
          gather(s.blocks[b], at, capsule);
          gather(blocks[b], at, gradient);
          SquashKernel.gradient(capsule, 0, gradient, 0, gradient, 0, dim);
          scatter(gradient, blocks[b], at);
        });
  }

  /** What is done with the capsule whose first element is at {@code at} of a block. */
  private interface Capsule {
    void run(int block, int at);
  }

  private void forCapsules(int dim, Capsule work) {
    for (int b = 0; b < blocks.length; b++) {
      for (int p = 0; p < length; p += dim) {
        for (int n = 0; n < lanes; n++) {
          work.run(b, p * lanes + n);
        }
      }
    }
  }

  private void gather(float[] rows, int at, float[] capsule) {
    for (int d = 0; d < capsule.length; d++) {
      capsule[d] = rows[at + d * lanes];
    }
  }

  private void scatter(float[] capsule, float[] rows, int at) {
    for (int d = 0; d < capsule.length; d++) {
      rows[at + d * lanes] = capsule[d];
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
