package org.capsnet.kernel;

import java.util.Arrays;

/**
 * Dynamic routing of the votes of one sample, forward and backward, in the scratch memory of one
 * worker.
 *
 * <p>Whatever there is one of for each in capsule is a row along the in capsules: the votes are
 * {@code [out · dim][in]}, couplings and logits {@code [out][in]}. So every loop but the squash is
 * a long one.
 *
 * <p>With {@code c = softmax(b)}, {@code s = Σ_i c·û + bias}, {@code v = squash(s)} and {@code b +=
 * û·v}, the gradient of a vote is a combination of 2r-1 rows: {@code dû_ij = Σ_r c^r_ij ds^r_j +
 * Σ_{r>0} db^r_ij v^{r-1}_j}. So the backward pass keeps coefficients only, and makes each vote's
 * gradient once, at the end.
 */
final class SampleRouting {

  private final RoutingSettings settings;
  private final int iterations;
  private final int out;
  private final int dim;
  private final int width;

  /** c^r and db^r of each iteration, {@code [iteration][out][in]}. */
  private final float[][][] coupling;

  private final float[][][] logitGradient;

  /** s^r, ds^r and v^r of each iteration, {@code [iteration][out · dim]}. */
  private final float[][] s;

  private final float[][] sGradient;
  private final float[][] v;

  private final float[][] logits;
  private final float[] vGradient;
  private final float[] largest;
  private final float[] total;

  SampleRouting(RoutingSettings settings, int in, int out, int dim) {
    this.settings = settings;
    this.iterations = settings.iterations();
    this.out = out;
    this.dim = dim;
    this.width = out * dim;
    coupling = new float[iterations][out][in];
    logitGradient = new float[settings.lastOnly() ? 0 : iterations][out][in];
    s = Loops.rows(iterations, width);
    sGradient = Loops.rows(iterations, width);
    v = Loops.rows(iterations, width);
    logits = Loops.rows(out, in);
    vGradient = new float[width];
    largest = new float[in];
    total = new float[in];
  }

  /**
   * Routes votes.
   *
   * @return the out capsules, {@code [out · dim]}; scratch memory of this object
   */
  float[] forward(float[][] votes, float[] bias) {
    for (float[] row : logits) {
      Arrays.fill(row, 0);
    }
    for (int r = 0; r < iterations; r++) {
      softmax(coupling[r]);
      for (int x = 0; x < width; x++) {
        s[r][x] = bias[x] + Loops.dot(coupling[r][x / dim], votes[x]);
      }
      for (int j = 0; j < out; j++) {
        SquashKernel.squash(s[r], j * dim, v[r], j * dim, dim);
      }
      if (r < iterations - 1) {
        alongVotes(v[r], votes, logits, true);
      }
    }
    return v[iterations - 1];
  }

  /** The softmax of the logits over the out capsules. */
  private void softmax(float[][] c) {
    Arrays.fill(largest, settings.leaky() ? 0 : Float.NEGATIVE_INFINITY);
    for (float[] row : logits) {
      Loops.max(row, largest);
    }
    Arrays.fill(total, 0);
    if (settings.leaky()) {
      Loops.exp(total, largest, total); // the share of the further logit, which is 0
    }
    for (int j = 0; j < out; j++) {
      Loops.exp(logits[j], largest, c[j]);
      Loops.add(c[j], total);
    }
    Loops.invert(total);
    for (float[] row : c) {
      Loops.scale(total, row);
    }
  }

  /** {@code to_j[i] (+)= Σ_d û_jd[i] · direction_jd}. */
  private void alongVotes(float[] direction, float[][] votes, float[][] to, boolean add) {
    for (int j = 0; j < out; j++) {
      Loops.combine(direction, j * dim, votes, j * dim, dim, to[j], add);
    }
  }

  /**
   * Turns the votes of the last {@link #forward} into their gradients, in place, and adds the
   * gradient of the bias.
   *
   * @param upstream dL/dv, {@code [out · dim]}
   */
  void backward(float[][] votes, float[] upstream, float[] biasGradient) {
    System.arraycopy(upstream, 0, vGradient, 0, width);
    int first = settings.lastOnly() ? iterations - 1 : 0;
    for (int r = iterations - 1; r >= first; r--) {
      for (int j = 0; j < out; j++) {
        SquashKernel.gradient(s[r], j * dim, vGradient, j * dim, sGradient[r], j * dim, dim);
      }
      Loops.add(sGradient[r], biasGradient);
      if (r > first) {
        logitGradients(votes, r);
        for (int x = 0; x < width; x++) {
          vGradient[x] = Loops.dot(logitGradient[r][x / dim], votes[x]);
        }
      }
    }
    voteGradients(votes, first);
  }

  /** db^r = db^(r+1) + the softmax's gradient of dc_ij = û_ij · ds_j. */
  private void logitGradients(float[][] votes, int r) {
    float[][] db = logitGradient[r];
    alongVotes(sGradient[r], votes, db, false);
    Loops.products(coupling[r], 0, 1, db, 0, 1, out, total, false);
    for (int j = 0; j < out; j++) {
      Loops.softmaxGradient(coupling[r][j], total, db[j]);
      if (r + 1 < iterations) {
        Loops.add(logitGradient[r + 1][j], db[j]);
      }
    }
  }

  private void voteGradients(float[][] votes, int first) {
    for (int x = 0; x < width; x++) {
      int j = x / dim;
      Arrays.fill(votes[x], 0);
      for (int r = first; r < iterations; r++) {
        Loops.combine1(sGradient[r][x], coupling[r][j], votes[x]);
        if (r > first) {
          Loops.combine1(v[r - 1][x], logitGradient[r][j], votes[x]);
        }
      }
    }
  }
}
