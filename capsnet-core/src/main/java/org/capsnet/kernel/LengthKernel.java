package org.capsnet.kernel;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The lengths of poses, {@code √(Σ_d x_d² + ε)}, along the third axis of {@code [batch, types, dim,
 * grid..]}, fused: a pass forward and one backward, where ordinary operations take a handful each.
 */
public final class LengthKernel {

  private static final int DIM = 2;

  /** About how many numbers a worker takes at once. */
  private static final int CHUNK = 1 << 13;

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
        (first, count, numbers) -> {
          float[] x = new float[count * numbers];
          Floats.read(pose, first * numbers, x, 0, x.length);
          float[] lengths = new float[count * positions];
          for (int i = 0; i < lengths.length; i++) {
            lengths[i] = (float) length(x, at(i));
          }
          Floats.write(result, first * positions, lengths, 0, lengths.length);
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
        (first, count, numbers) -> {
          float[] x = new float[count * numbers];
          Floats.read(pose, first * numbers, x, 0, x.length);
          float[] ofLengths = new float[count * positions];
          Floats.read(g, first * positions, ofLengths, 0, ofLengths.length);
          for (int i = 0; i < ofLengths.length; i++) {
            int at = at(i);
            double along = ofLengths[i] / length(x, at);
            for (int d = 0; d < dim; d++) {
              x[at + d * positions] = (float) (along * x[at + d * positions]);
            }
          }
          Floats.write(result, first * numbers, x, 0, x.length);
        });
    return result;
  }

  /** Where the pose of a capsule at a position begins. */
  private int at(int i) {
    return i / positions * dim * positions + i % positions;
  }

  private double length(float[] x, int at) {
    double sum = 0;
    for (int d = 0; d < dim; d++) {
      double number = x[at + d * positions];
      sum += number * number;
    }
    return Math.sqrt(sum + epsilon);
  }

  private interface Chunk {
    /** Of so many capsules and their positions, each of so many numbers. */
    void run(long first, int count, int numbers);
  }

  private void forChunks(Chunk chunk) {
    int numbers = Math.multiplyExact(dim, positions);
    int grain = Math.max(1, CHUNK / numbers);
    Parallel.forItems(capsules, grain, (worker, from, to) -> chunk.run(from, to - from, numbers));
  }
}
