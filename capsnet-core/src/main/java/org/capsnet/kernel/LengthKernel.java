package org.capsnet.kernel;

import java.util.Arrays;
import java.util.function.Consumer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The lengths of poses, {@code √(Σ_d x_d² + ε)}, along the third axis of {@code [batch, types, dim,
 * grid..]}, fused: a pass forward and one backward, where ordinary operations take a handful each.
 */
public final class LengthKernel {

  private static final int DIM = 2;

  /** About how many numbers a worker takes at once. */
  private static final int CHUNK = 1 << 13;

  /** Of a thread, the numbers of a chunk and the lengths of its poses. */
  private static final ThreadLocal<float[][]> SCRATCH =
      ThreadLocal.withInitial(() -> new float[2][0]);

  private final INDArray pose;
  private final double epsilon;
  private final int dim;
  private final int positions;
  private final int capsules;

  /**
   * Of poses.
   *
   * @param pose dense floats {@code [batch, types, dim, grid..]}
   * @param epsilon added to the square, positive
   */
  public LengthKernel(INDArray pose, double epsilon) {
    this.pose = pose;
    this.epsilon = epsilon;
    dim = Math.toIntExact(pose.size(DIM));
    capsules = Math.toIntExact(pose.size(0) * pose.size(1));
    positions = Math.toIntExact(pose.length() / capsules / dim);
  }

  /** {@return the lengths, dense {@code [batch, types, grid..]}} */
  public INDArray forward() {
    long[] shape = pose.shape();
    long[] without = Arrays.copyOf(shape, shape.length - 1);
    System.arraycopy(shape, DIM + 1, without, DIM, without.length - DIM);
    INDArray result = Floats.create(without);
    forChunks(
        chunk -> {
          float[] x = chunk.read(pose);
          int count = chunk.lengths();
          float[] lengths = scratch(1, count);
          for (int i = 0; i < count; i++) {
            lengths[i] = (float) length(x, chunk.at(i), chunk.width);
          }
          Floats.write(result, chunk.firstLength(), lengths, 0, count);
        });
    return result;
  }

  /**
   * The gradient of the poses.
   *
   * @param upstream that of the lengths, dense
   * @return of the shape of the poses, dense
   */
  public INDArray backward(INDArray upstream) {
    INDArray g = Floats.dense(upstream);
    INDArray result = Floats.create(pose.shape());
    forChunks(
        chunk -> {
          float[] x = chunk.read(pose);
          int count = chunk.lengths();
          float[] ofLengths = scratch(1, count);
          Floats.read(g, chunk.firstLength(), ofLengths, 0, count);
          for (int i = 0; i < count; i++) {
            int at = chunk.at(i);
            double along = ofLengths[i] / length(x, at, chunk.width);
            for (int d = 0; d < dim; d++) {
              x[at + d * chunk.width] = (float) (along * x[at + d * chunk.width]);
            }
          }
          chunk.write(x, result);
        });
    return result;
  }

  /** Of a pose whose numbers are so far from each other. */
  private double length(float[] x, int at, int stride) {
    double sum = 0;
    for (int d = 0; d < dim; d++) {
      double number = x[at + d * stride];
      sum += number * number;
    }
    return Math.sqrt(sum + epsilon);
  }

  /** An array of this thread with room for so many numbers, of which there are two. */
  private static float[] scratch(int which, int numbers) {
    float[][] own = SCRATCH.get();
    if (own[which].length < numbers) {
      own[which] = new float[numbers];
    }
    return own[which];
  }

  /** Whole capsules, or some positions of one. */
  private final class Chunk {
    private final int capsule;
    private final int count;
    private final int position;

    /** The positions of each. */
    private final int width;

    Chunk(int capsule, int count, int position, int width) {
      this.capsule = capsule;
      this.count = count;
      this.position = position;
      this.width = width;
    }

    int lengths() {
      return count * width;
    }

    int numbers() {
      return lengths() * dim;
    }

    long firstLength() {
      return (long) capsule * positions + position;
    }

    /** Where the pose of a capsule at a position begins. */
    int at(int i) {
      return i / width * dim * width + i % width;
    }

    float[] read(INDArray all) {
      float[] x = scratch(0, numbers());
      if (width == positions) {
        Floats.read(all, first(), x, 0, numbers());
      } else {
        Floats.readRows(all, first(), positions, dim, width, x, 0, width);
      }
      return x;
    }

    void write(float[] x, INDArray all) {
      if (width == positions) {
        Floats.write(all, first(), x, 0, numbers());
      } else {
        Floats.writeRows(all, first(), positions, dim, width, x, 0, width);
      }
    }

    private long first() {
      return (long) capsule * dim * positions + position;
    }
  }

  private void forChunks(Consumer<Chunk> work) {
    int most = Math.max(1, CHUNK / dim);
    if (positions <= most) {
      Parallel.forItems(
          capsules,
          most / positions,
          (worker, from, to) -> work.accept(new Chunk(from, to - from, 0, positions)));
      return;
    }
    int parts = (positions + most - 1) / most;
    Parallel.forItems(
        Math.multiplyExact(capsules, parts),
        1,
        (worker, from, to) -> {
          for (int item = from; item < to; item++) {
            int position = item % parts * most;
            int width = Math.min(most, positions - position);
            work.accept(new Chunk(item / parts, 1, position, width));
          }
        });
  }
}
