package org.capsnet.kernel;

import org.nd4j.linalg.api.ndarray.INDArray;

/** A few samples that share a pass over the weights, in the scratch memory of one worker. */
final class SampleBlock {

  /** The most samples of a block. */
  static final int SAMPLES = 4;

  private final RoutingSizes sizes;
  private final SampleRouting routing;

  /** The poses of a sample as they lie in u, {@code [in · inDim]}. */
  private final float[] loaded;

  /** Of each sample {@code [inDim][in]}, one after another. */
  private final float[][] poses;

  /** Of each sample {@code [out · dim][in]}; in the backward pass they become their gradients. */
  private final float[][][] votes;

  /** Row x of every sample, to sum over samples. */
  private final float[][] sameRow = new float[SAMPLES][];

  private final float[] upstream;
  private int first;
  private int samples;

  SampleBlock(RoutingSizes sizes) {
    this.sizes = sizes;
    routing = new SampleRouting(sizes.settings(), sizes.in(), sizes.out(), sizes.dim());
    loaded = new float[sizes.poses()];
    poses = Loops.rows(SAMPLES * sizes.inDim(), sizes.in());
    votes = new float[SAMPLES][sizes.width()][sizes.in()];
    upstream = new float[sizes.width()];
  }

  /** Reads a block's samples from u and makes their votes. */
  void load(int block, INDArray u, float[][] weights) {
    int inDim = sizes.inDim();
    first = block * SAMPLES;
    samples = (int) Math.min(SAMPLES, u.size(0) - first);
    for (int n = 0; n < samples; n++) {
      Floats.read(u, (long) (first + n) * loaded.length, loaded, 0, loaded.length);
      for (int k = 0; k < inDim; k++) {
        float[] row = poses[n * inDim + k];
        for (int i = 0; i < row.length; i++) {
          row[i] = loaded[i * inDim + k];
        }
      }
    }
    for (int x = 0; x < sizes.width(); x++) {
      for (int n = 0; n < samples; n++) {
        Loops.products(weights, x * inDim, 1, poses, n * inDim, 1, inDim, votes[n][x], false);
      }
    }
  }

  /** Routes the samples into v. */
  void forward(float[] bias, INDArray v) {
    for (int n = 0; n < samples; n++) {
      float[] capsules = routing.forward(votes[n], bias);
      Floats.write(v, (long) (first + n) * capsules.length, capsules, 0, capsules.length);
    }
  }

  /** Writes the gradients of the poses into du, and adds those of the weights and the bias. */
  void backward(
      float[][] weights, float[] bias, INDArray g, INDArray du, float[][] dw, float[] dbias) {
    for (int n = 0; n < samples; n++) {
      Floats.read(g, (long) (first + n) * upstream.length, upstream, 0, upstream.length);
      routing.forward(votes[n], bias);
      routing.backward(votes[n], upstream, dbias);
    }
    addWeightGradients(dw);
    for (int n = 0; n < samples; n++) {
      poseGradients(n, weights);
      Floats.write(du, (long) (first + n) * loaded.length, loaded, 0, loaded.length);
    }
  }

  private void addWeightGradients(float[][] dw) {
    int inDim = sizes.inDim();
    for (int x = 0; x < sizes.width(); x++) {
      for (int n = 0; n < samples; n++) {
        sameRow[n] = votes[n][x];
      }
      for (int k = 0; k < inDim; k++) {
        Loops.products(sameRow, 0, 1, poses, k, inDim, samples, dw[x * inDim + k], true);
      }
    }
  }

  private void poseGradients(int n, float[][] weights) {
    int inDim = sizes.inDim();
    for (int k = 0; k < inDim; k++) {
      float[] row = poses[n * inDim + k];
      Loops.products(weights, k, inDim, votes[n], 0, 1, sizes.width(), row, false);
      for (int i = 0; i < row.length; i++) {
        loaded[i * inDim + k] = row[i];
      }
    }
  }
}
