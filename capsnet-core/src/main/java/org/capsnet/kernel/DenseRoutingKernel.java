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

  private final RoutingSettings settings;
  private final int batch;
  private final int in;
  private final int inDim;
  private final int out;
  private final int dim;
  private final int width;

  private final INDArray u;

  /** {@code [in, inDim, out · dim]}, so that a vote is a combination of rows. */
  private final float[] weights;

  private final float[] bias;

  /** What the gradients of a pass are. */
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
    this.weights = transposed(Floats.dense(weight));
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
              block.routing.forward(block.votes, n * in * width, bias);
              Floats.write(
                  v,
                  (long) (block.first + n) * width,
                  block.routing.v(),
                  block.routing.last(),
                  width);
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
    float[][] dw = new float[workers][weights.length];
    float[][] dbias = new float[workers][width];
    Parallel.forRange(
        blocks(),
        (worker, from, to) -> {
          Block block = new Block();
          for (int b = from; b < to; b++) {
            block.load(b);
            block.backward(g, du, dw[worker], dbias[worker]);
          }
        });
    INDArray biasGradient = Floats.create(out, dim);
    for (int w = 1; w < workers; w++) {
      Loops.add(dbias[w], dbias[0], 0, width);
    }
    Floats.write(biasGradient, 0, dbias[0], 0, width);
    return new Gradients(du, weightGradient(dw), biasGradient);
  }

  private int blocks() {
    return (batch + SAMPLES_A_BLOCK - 1) / SAMPLES_A_BLOCK;
  }

  /** Sums what the workers found and turns it back to {@code [in, out, dim, inDim]}. */
  private INDArray weightGradient(float[][] dw) {
    INDArray gradient = Floats.create(in, out, dim, inDim);
    int size = inDim * width;
    Parallel.forRange(
        in,
        (worker, from, to) -> {
          float[] turned = new float[size];
          for (int i = from; i < to; i++) {
            for (int w = 1; w < dw.length; w++) {
              Loops.add(dw[w], dw[0], i * size, size);
            }
            transpose(dw[0], i * size, inDim, width, turned, 0);
            Floats.write(gradient, (long) i * size, turned, 0, size);
          }
        });
    return gradient;
  }

  private float[] transposed(INDArray weight) {
    float[] to = new float[Math.toIntExact(weight.length())];
    int size = inDim * width;
    Parallel.forRange(
        in,
        (worker, from, until) -> {
          float[] w = new float[size];
          for (int i = from; i < until; i++) {
            Floats.read(weight, (long) i * size, w, 0, size);
            transpose(w, 0, width, inDim, to, i * size);
          }
        });
    return to;
  }

  /** {@code [rows, columns]} to {@code [columns, rows]}. */
  private static void transpose(float[] from, int fo, int rows, int columns, float[] to, int too) {
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < columns; c++) {
        to[too + c * rows + r] = from[fo + r * columns + c];
      }
    }
  }

  /** The scratch memory of one worker, and the work on a block of samples. */
  private final class Block {

    final SampleRouting routing = new SampleRouting(settings, in, out, dim);
    final float[] poses = new float[SAMPLES_A_BLOCK * in * inDim];
    final float[] votes = new float[SAMPLES_A_BLOCK * in * width];
    final float[] upstream = new float[SAMPLES_A_BLOCK * width];
    int first;
    int samples;

    /** Reads the samples of a block and makes their votes. */
    void load(int block) {
      first = block * SAMPLES_A_BLOCK;
      samples = Math.min(SAMPLES_A_BLOCK, batch - first);
      Floats.read(u, (long) first * in * inDim, poses, 0, samples * in * inDim);
      for (int i = 0; i < in; i++) {
        for (int n = 0; n < samples; n++) {
          int pose = (n * in + i) * inDim;
          int vote = (n * in + i) * width;
          Loops.combine(
              poses, pose, 1, weights, i * inDim * width, width, inDim, votes, vote, width, false);
        }
      }
    }

    void backward(INDArray g, INDArray du, float[] dw, float[] dbias) {
      Floats.read(g, (long) first * width, upstream, 0, samples * width);
      for (int n = 0; n < samples; n++) {
        int vo = n * in * width;
        routing.forward(votes, vo, bias);
        routing.backward(votes, vo, upstream, n * width, dbias);
      }
      // From here on `votes` holds their gradients.
      for (int i = 0; i < in; i++) {
        for (int k = 0; k < inDim; k++) {
          int row = (i * inDim + k) * width;
          Loops.combine(
              poses,
              i * inDim + k,
              in * inDim,
              votes,
              i * width,
              in * width,
              samples,
              dw,
              row,
              width,
              true);
        }
      }
      for (int n = 0; n < samples; n++) {
        poseGradients(n);
      }
      Floats.write(du, (long) first * in * inDim, poses, 0, samples * in * inDim);
    }

    private void poseGradients(int n) {
      for (int i = 0; i < in; i++) {
        int pose = (n * in + i) * inDim;
        int vote = (n * in + i) * width;
        for (int k = 0; k < inDim; k++) {
          poses[pose + k] = Loops.dot(weights, (i * inDim + k) * width, votes, vote, width);
        }
      }
    }
  }
}
