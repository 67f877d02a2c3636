package org.capsnet.kernel;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Votes and dynamic routing of a dense capsule layer in one kernel: {@code û_ij = W_ij u_i}, then
 * routing by agreement (Sabour et al. 2017, procedure 1).
 *
 * <p>The votes of a batch are never held: each worker makes those of a few samples, routes them
 * while they are in the cache, and goes on. The backward pass makes them again rather than keep
 * them; so a kernel holds nothing between its passes but its operands.
 */
public final class DenseRoutingKernel {

  /** In capsules that are transposed at once: a cache line of floats. */
  private static final int TILE = 16;

  private static final Pool<RoutingSizes, SampleBlock> BLOCKS = new Pool<>();

  /** Arrays {@code [rows][in]} of weights and of their gradients. */
  private static final Pool<RoutingSizes, float[][]> WEIGHTS = new Pool<>();

  private final RoutingSizes sizes;
  private final INDArray u;
  private final INDArray weight;
  private final float[] bias;

  /**
   * The gradients of the operands.
   *
   * @param u dL/du, {@code [batch, in, inDim]}
   * @param weight dL/dW, {@code [in, out, dim, inDim]}
   * @param bias dL/d(bias), {@code [out, dim]}
   */
  public record Gradients(INDArray u, INDArray weight, INDArray bias) {}

  /**
   * Takes the operands, which must fit each other.
   *
   * @param u float {@code [batch, in, inDim]}
   * @param weight float {@code [in, out, dim, inDim]}
   * @param bias float {@code [out, dim]}, or null for none
   * @param settings how to iterate
   */
  public DenseRoutingKernel(INDArray u, INDArray weight, INDArray bias, RoutingSettings settings) {
    this.u = Floats.dense(u);
    this.weight = Floats.dense(weight);
    sizes =
        new RoutingSizes(
            settings,
            Math.toIntExact(u.size(1)),
            Math.toIntExact(u.size(2)),
            Math.toIntExact(weight.size(1)),
            Math.toIntExact(weight.size(2)));
    this.bias = bias == null ? new float[sizes.width()] : Floats.read(Floats.dense(bias));
  }

  /**
   * The out capsules.
   *
   * @return v, float {@code [batch, out, dim]}
   */
  public INDArray forward() {
    INDArray v = Floats.create(u.size(0), sizes.out(), sizes.dim());
    float[][] weights = weightRows();
    forBlocks((worker, block) -> block.forward(bias, v), weights);
    WEIGHTS.give(sizes, weights);
    return v;
  }

  /**
   * The gradients.
   *
   * @param upstream dL/dv, float {@code [batch, out, dim]}
   * @return those of u, the weights and the bias
   */
  public Gradients backward(INDArray upstream) {
    INDArray g = Floats.dense(upstream);
    INDArray du = Floats.create(u.shape());
    int workers = Parallel.workers(blocks());
    float[][] weights = weightRows();
    float[][][] dw = new float[workers][][];
    for (int w = 0; w < workers; w++) {
      dw[w] = zeros();
    }
    float[][] dbias = Loops.rows(workers, sizes.width());
    forBlocks(
        (worker, block) -> block.backward(weights, bias, g, du, dw[worker], dbias[worker]),
        weights);
    INDArray weightGradient = weightGradient(dw);
    WEIGHTS.give(sizes, weights);
    for (float[][] ofWorker : dw) {
      WEIGHTS.give(sizes, ofWorker);
    }
    INDArray biasGradient = Floats.create(sizes.out(), sizes.dim());
    for (int w = 1; w < workers; w++) {
      Loops.add(dbias[w], dbias[0]);
    }
    Floats.write(biasGradient, 0, dbias[0], 0, sizes.width());
    return new Gradients(du, weightGradient, biasGradient);
  }

  // ---------------------------------------------------------------- samples

  private interface BlockWork {
    void run(int worker, SampleBlock block);
  }

  private int blocks() {
    return Math.toIntExact((u.size(0) + SampleBlock.SAMPLES - 1) / SampleBlock.SAMPLES);
  }

  private void forBlocks(BlockWork work, float[][] weights) {
    Parallel.forRange(
        blocks(),
        (worker, from, to) -> {
          SampleBlock block = BLOCKS.take(sizes, () -> new SampleBlock(sizes));
          for (int b = from; b < to; b++) {
            block.load(b, u, weights);
            work.run(worker, block);
          }
          BLOCKS.give(sizes, block);
        });
  }

  // ---------------------------------------------------------------- weights

  private float[][] takeRows() {
    return WEIGHTS.take(sizes, () -> Loops.rows(sizes.rows(), sizes.in()));
  }

  private float[][] zeros() {
    float[][] rows = takeRows();
    for (float[] row : rows) {
      Arrays.fill(row, 0);
    }
    return rows;
  }

  /** The weights as {@code [out · dim · inDim][in]}: rows along the in capsules. */
  private float[][] weightRows() {
    float[][] rows = takeRows();
    forTiles(
        (tile, first, count) -> {
          Floats.read(weight, (long) first * rows.length, tile, 0, count * rows.length);
          for (int row = 0; row < rows.length; row++) {
            for (int i = 0; i < count; i++) {
              rows[row][first + i] = tile[i * rows.length + row];
            }
          }
        });
    return rows;
  }

  /** Sums what the workers found and turns it back to {@code [in, out, dim, inDim]}. */
  private INDArray weightGradient(float[][][] dw) {
    int rows = sizes.rows();
    Parallel.forRange(
        rows,
        (worker, from, to) -> {
          for (int w = 1; w < dw.length; w++) {
            for (int row = from; row < to; row++) {
              Loops.add(dw[w][row], dw[0][row]);
            }
          }
        });
    INDArray gradient = Floats.create(weight.shape());
    forTiles(
        (tile, first, count) -> {
          for (int row = 0; row < rows; row++) {
            for (int i = 0; i < count; i++) {
              tile[i * rows + row] = dw[0][row][first + i];
            }
          }
          Floats.write(gradient, (long) first * rows, tile, 0, count * rows);
        });
    return gradient;
  }

  /** What is done with the weights of the in capsules from {@code first} on. */
  private interface Tile {
    void run(float[] scratch, int first, int count);
  }

  private void forTiles(Tile work) {
    Parallel.forRange(
        (sizes.in() + TILE - 1) / TILE,
        (worker, from, to) -> {
          float[] scratch = new float[Math.multiplyExact(TILE, sizes.rows())];
          for (int t = from; t < to; t++) {
            work.run(scratch, t * TILE, Math.min(TILE, sizes.in() - t * TILE));
          }
        });
  }
}
