package org.capsnet.kernel;

import java.util.Arrays;

/**
 * Dynamic routing of the votes of one sample, forward and backward, in the scratch memory of one
 * worker.
 *
 * <p>With {@code c = softmax(b)}, {@code s = Σ_i c·û + bias}, {@code v = squash(s)} and {@code b +=
 * û·v}, the gradient of a vote is a combination of 2r-1 rows that do not depend on the in capsule:
 * {@code dû_ij = Σ_r c^r_ij ds^r_j + Σ_{r>0} db^r_ij v^{r-1}_j}. So the backward pass keeps only
 * coefficients, {@code [r, in, out]}, and each vote's gradient is made once, at the end.
 */
final class SampleRouting {

  private final RoutingSettings settings;
  private final int in;
  private final int out;
  private final int dim;
  private final int width;

  /**
   * c^r and db^r, {@code [iteration][in · out]}; s^r, v^r and ds^r, {@code [iteration · width]}.
   */
  private final float[][] coupling;

  private final float[][] logitGradient;
  private final float[] s;
  private final float[] v;
  private final float[] sGradient;
  private final float[] logits;
  private final float[] vGradient;
  private final float[] row;

  SampleRouting(RoutingSettings settings, int in, int out, int dim) {
    this.settings = settings;
    this.in = in;
    this.out = out;
    this.dim = dim;
    this.width = out * dim;
    int r = settings.iterations();
    coupling = new float[r][in * out];
    logitGradient = new float[settings.lastOnly() ? 0 : r][in * out];
    logits = new float[in * out];
    s = new float[r * width];
    v = new float[r * width];
    sGradient = new float[r * width];
    vGradient = new float[width];
    row = new float[width];
  }

  /**
   * Routes {@code votes[vo + i·width + j·dim + d]}; the out capsules are left in {@link #v()} from
   * {@link #last()} on.
   */
  void forward(float[] votes, int vo, float[] bias) {
    Arrays.fill(logits, 0);
    for (int r = 0; r < settings.iterations(); r++) {
      softmax(coupling[r]);
      weightedSum(votes, vo, coupling[r], bias, r * width);
      for (int j = 0; j < out; j++) {
        SquashKernel.squash(s, r * width + j * dim, v, r * width + j * dim, dim);
      }
      if (r < settings.iterations() - 1) {
        agree(votes, vo, r * width);
      }
    }
  }

  float[] v() {
    return v;
  }

  /** Where the last iteration begins in {@link #v()}. */
  int last() {
    return (settings.iterations() - 1) * width;
  }

  private void softmax(float[] c) {
    for (int i = 0, o = 0; i < in; i++, o += out) {
      float max = settings.leaky() ? 0 : logits[o];
      for (int j = 0; j < out; j++) {
        max = Math.max(max, logits[o + j]);
      }
      float sum = settings.leaky() ? (float) Math.exp(-max) : 0;
      for (int j = 0; j < out; j++) {
        float e = (float) Math.exp(logits[o + j] - max);
        c[o + j] = e;
        sum += e;
      }
      float scale = 1 / sum;
      for (int j = 0; j < out; j++) {
        c[o + j] *= scale;
      }
    }
  }

  private void weightedSum(float[] votes, int vo, float[] c, float[] bias, int so) {
    System.arraycopy(bias, 0, s, so, width);
    for (int i = 0; i < in; i++) {
      Loops.repeat(c, i * out, out, dim, row);
      Loops.multiplyAdd(row, 0, votes, vo + i * width, s, so, width);
    }
  }

  private void agree(float[] votes, int vo, int at) {
    for (int i = 0; i < in; i++) {
      for (int j = 0; j < out; j++) {
        logits[i * out + j] += Loops.dot(votes, vo + i * width + j * dim, v, at + j * dim, dim);
      }
    }
  }

  /**
   * Turns the votes of the last {@link #forward} into their gradients, in place, and adds the
   * gradient of the bias.
   *
   * @param upstream dL/dv, from {@code go} on
   */
  void backward(float[] votes, int vo, float[] upstream, int go, float[] biasGradient) {
    System.arraycopy(upstream, go, vGradient, 0, width);
    int r = settings.iterations() - 1;
    for (; r >= (settings.lastOnly() ? settings.iterations() - 1 : 0); r--) {
      for (int j = 0; j < out; j++) {
        int at = r * width + j * dim;
        SquashKernel.gradient(s, at, vGradient, j * dim, sGradient, at, dim);
      }
      for (int x = 0; x < width; x++) {
        biasGradient[x] += sGradient[r * width + x];
      }
      if (r > 0 && !settings.lastOnly()) {
        logitGradients(votes, vo, r);
        vGradientOfLogits(votes, vo, logitGradient[r]);
      }
    }
    voteGradients(votes, vo);
  }

  /** db^r = db^(r+1) + the softmax's gradient of dc_ij = û_ij · ds_j. */
  private void logitGradients(float[] votes, int vo, int r) {
    float[] c = coupling[r];
    float[] db = logitGradient[r];
    float[] later = r + 1 < settings.iterations() ? logitGradient[r + 1] : null;
    for (int i = 0, o = 0; i < in; i++, o += out) {
      float mean = 0;
      for (int j = 0; j < out; j++) {
        float dc = Loops.dot(votes, vo + i * width + j * dim, sGradient, r * width + j * dim, dim);
        db[o + j] = dc;
        mean += c[o + j] * dc;
      }
      for (int j = 0; j < out; j++) {
        db[o + j] = c[o + j] * (db[o + j] - mean) + (later == null ? 0 : later[o + j]);
      }
    }
  }

  /** dv^(r-1)_j = Σ_i db^r_ij û_ij. */
  private void vGradientOfLogits(float[] votes, int vo, float[] db) {
    Arrays.fill(vGradient, 0);
    for (int i = 0; i < in; i++) {
      Loops.repeat(db, i * out, out, dim, row);
      Loops.multiplyAdd(row, 0, votes, vo + i * width, vGradient, 0, width);
    }
  }

  private void voteGradients(float[] votes, int vo) {
    int first = settings.lastOnly() ? settings.iterations() - 1 : 0;
    for (int i = 0; i < in; i++) {
      int at = vo + i * width;
      Arrays.fill(votes, at, at + width, 0);
      for (int r = first; r < settings.iterations(); r++) {
        Loops.repeat(coupling[r], i * out, out, dim, row);
        Loops.multiplyAdd(row, 0, sGradient, r * width, votes, at, width);
        if (r > first) {
          Loops.repeat(logitGradient[r], i * out, out, dim, row);
          Loops.multiplyAdd(row, 0, v, (r - 1) * width, votes, at, width);
        }
      }
    }
  }
}
