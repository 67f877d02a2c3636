package org.capsnet.kernel;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Votes and dynamic routing of a dense capsule layer in one kernel: {@code û_ij = W_ij u_i}, then
 * routing by agreement (Sabour et al. 2017, procedure 1).
 *
 * <p>The votes of a batch are never held: each worker makes those of a few samples, routes them
 * while they are in the cache, and goes on. The backward pass makes them again rather than keep
 * them.
 */
public final class DenseRoutingKernel {

  /** Samples that share a pass over the weights. */
  private static final int SAMPLES_A_BLOCK = 4;

  /** In capsules that are transposed at once: a cache line of floats. */
  private static final int TILE = 16;

  private final RoutingSettings settings;
  private final int batch;
  private final int in;
  private final int inDim;
  private final int out;
  private final int dim;
  private final int width;

  private final INDArray u;

  /** {@code [out · dim · inDim][in]}: rows along the in capsules, as {@link SampleRouting} has. */
  private final float[][] weights;

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
   * Reads the operands.
   *
   * @param u float {@code [batch, in, inDim]}
   * @param weight float {@code [in, out, dim, inDim]}
   * @param bias float {@code [out, dim]}, or null for none
   * @param settings how to iterate
   */
  public DenseRoutingKernel(INDArray u, INDArray weight, INDArray bias, RoutingSettings settings) {
    this.settings = settings;
    this.u = Floats.dense(u);
    batch = Math.toIntExact(u.size(0));
    in = Math.toIntExact(u.size(1));
    inDim = Math.toIntExact(u.size(2));
    out = Math.toIntExact(weight.size(1));
    dim = Math.toIntExact(weight.size(2));
    width = out * dim;
    this.weights = rowsOf(Floats.dense(weight));
    this.bias = bias == null ? new float[width] : Floats.read(Floats.dense(bias));
  }

  /**
   * The out capsules.
   *
   * @return v, float {@code [batch, out, dim]}
   */
  public INDArray forward() {
    INDArray v = Floats.create(batch, out, dim);
    Parallel.forRange(
        blocks(),
        (worker, from, to) -> {
          Block block = new Block();
          for (int b = from; b < to; b++) {
            block.load(b);
            for (int n = 0; n < block.samples; n++) {
              float[] capsules = block.routing.forward(block.votes[n], bias);
              Floats.write(v, (long) (block.first + n) * width, capsules, 0, width);
            }
          }
        });
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
    INDArray du = Floats.create(batch, in, inDim);
    int workers = Parallel.workers(blocks());
    float[][][] dw = new float[workers][][];
    float[][] dbias = Loops.rows(workers, width);
    Parallel.forRange(
        blocks(),
        (worker, from, to) -> {
          dw[worker] = Loops.rows(weights.length, in);
          Block block = new Block();
          for (int b = from; b < to; b++) {
            block.load(b);
            block.backward(g, du, dw[worker], dbias[worker]);
          }
        });
    INDArray biasGradient = Floats.create(out, dim);
    for (int w = 1; w < workers; w++) {
      Loops.add(dbias[w], dbias[0]);
    }
    Floats.write(biasGradient, 0, dbias[0], 0, width);
    return new Gradients(du, weightGradient(dw), biasGradient);
  }

  private int blocks() {
    return (batch + SAMPLES_A_BLOCK - 1) / SAMPLES_A_BLOCK;
  }

  /** Sums what the workers found and turns it back to {@code [in, out, dim, inDim]}. */
  private INDArray weightGradient(float[][][] dw) {
    Parallel.forRange(
        weights.length,
        (worker, from, to) -> {
          for (int w = 1; w < dw.length; w++) {
            for (int row = from; row < to; row++) {
              Loops.add(dw[w][row], dw[0][row]);
            }
          }
        });
    INDArray gradient = Floats.create(in, out, dim, inDim);
    forTiles(
        (tile, first, count) -> {
          for (int row = 0; row < weights.length; row++) {
            for (int i = 0; i < count; i++) {
              tile[i * weights.length + row] = dw[0][row][first + i];
            }
          }
          Floats.write(gradient, (long) first * weights.length, tile, 0, count * weights.length);
        });
    return gradient;
  }

  private float[][] rowsOf(INDArray weight) {
    float[][] rows = Loops.rows(width * inDim, in);
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

  /** What is done with the weights of the in capsules from {@code first} on. */
  private interface Tile {
    void run(float[] scratch, int first, int count);
  }

  private void forTiles(Tile work) {
    Parallel.forRange(
        (in + TILE - 1) / TILE,
        (worker, from, to) -> {
          float[] scratch = new float[TILE * width * inDim];
          for (int t = from; t < to; t++) {
            work.run(scratch, t * TILE, Math.min(TILE, in - t * TILE));
          }
        });
  }

  /** The scratch memory of one worker, and the work on a block of samples. */
  private final class Block {

    final SampleRouting routing = new SampleRouting(settings, in, out, dim);

    /** The poses of a sample as they lie in u, {@code [in · inDim]}. */
    final float[] loaded = new float[in * inDim];

    /** Of each sample {@code [inDim][in]}, one after another. */
    final float[][] poses = Loops.rows(SAMPLES_A_BLOCK * inDim, in);

    /** Of each sample {@code [out · dim][in]}. */
    final float[][][] votes = new float[SAMPLES_A_BLOCK][width][in];

    /** Row x of every sample, to sum over samples. */
    final float[][] sameRow = new float[SAMPLES_A_BLOCK][];

    final float[] upstream = new float[width];
    int first;
    int samples;

    /** Reads the samples of a block and makes their votes. */
    void load(int block) {
      first = block * SAMPLES_A_BLOCK;
      samples = Math.min(SAMPLES_A_BLOCK, batch - first);
      for (int n = 0; n < samples; n++) {
        Floats.read(u, (long) (first + n) * loaded.length, loaded, 0, loaded.length);
        for (int k = 0; k < inDim; k++) {
          float[] row = poses[n * inDim + k];
          for (int i = 0; i < in; i++) {
            row[i] = loaded[i * inDim + k];
          }
        }
      }
      for (int x = 0; x < width; x++) {
        for (int n = 0; n < samples; n++) {
          Loops.products(weights, x * inDim, 1, poses, n * inDim, 1, inDim, votes[n][x], false);
        }
      }
    }

    void backward(INDArray g, INDArray du, float[][] dw, float[] dbias) {
      for (int n = 0; n < samples; n++) {
        Floats.read(g, (long) (first + n) * width, upstream, 0, width);
        routing.forward(votes[n], bias);
        routing.backward(votes[n], upstream, dbias);
      }
      // From here on `votes` holds their gradients.
      for (int x = 0; x < width; x++) {
        for (int n = 0; n < samples; n++) {
          sameRow[n] = votes[n][x];
        }
        for (int k = 0; k < inDim; k++) {
          Loops.products(sameRow, 0, 1, poses, k, inDim, samples, dw[x * inDim + k], true);
        }
      }
      for (int n = 0; n < samples; n++) {
        poseGradients(n);
        Floats.write(du, (long) (first + n) * loaded.length, loaded, 0, loaded.length);
      }
    }

    private void poseGradients(int n) {
      for (int k = 0; k < inDim; k++) {
        float[] row = poses[n * inDim + k];
        Loops.products(weights, k, inDim, votes[n], 0, 1, width, row, false);
        for (int i = 0; i < in; i++) {
          loaded[i * inDim + k] = row[i];
        }
      }
    }
  }
}
