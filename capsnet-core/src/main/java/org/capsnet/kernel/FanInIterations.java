package org.capsnet.kernel;

import java.util.Arrays;

/**
 * The iterations of fan-in routing with the votes for one output capsule, which go by {@code c =
 * softmax_i(û_i · Σ v)}, where v are the capsules of the iterations before.
 *
 * <p>With {@code g_t = c_t (û · ds_t − Σ c_t û · ds_t)}, the gradient of the logits of iteration t,
 * and {@code G_t} the sum of those from t on, the gradient of {@code v_t} is {@code Σ_i G_t+1,i
 * û_i}, and that of a vote {@code Σ_t c_t ds_t + G_t+1 v_t}.
 */
final class FanInIterations {

  private final VoteLoops loops;
  private final int in;
  private final int iterations;
  private final float[][] votes;

  /** Of each iteration a row, and what it leads to: the weights of votes, s and v. */
  private final float[][] coupling;

  private final float[][] sum;
  private final float[][] capsule;

  /** The sum of v, along which votes are compared. */
  private final float[] direction;

  private final float[] largest;
  private final float[] total;

  /** Gradients: of votes, of the logits from an iteration on, and of the couplings of one. */
  private final float[][] voteGradient;

  private final float[] logitGradient;
  private final float[] slope;

  /** A row to sum, what it adds up to, and weights of 1. */
  private final float[][] summed = new float[1][];

  private final float[] sumOfRow = new float[1];
  private final float[] ones;

  /** The gradient of v, and then of s. */
  private final float[] ofCapsule;

  FanInIterations(VoteSizes sizes, VoteLoops loops, boolean differentiates) {
    this.loops = loops;
    in = sizes.in();
    iterations = sizes.iterations();
    votes = sizes.rows(sizes.dim());
    coupling = sizes.rows(iterations);
    Arrays.fill(coupling[0], 0, in, 1f / in);
    ones = new float[sizes.row()];
    Arrays.fill(ones, 0, in, 1);
    sum = new float[iterations][sizes.dim()];
    capsule = new float[iterations][sizes.dim()];
    direction = new float[sizes.dim()];
    largest = new float[sizes.row()];
    total = new float[sizes.row()];
    voteGradient = sizes.rows(differentiates ? sizes.dim() : 0);
    logitGradient = new float[sizes.row()];
    slope = new float[sizes.row()];
    ofCapsule = new float[sizes.dim()];
  }

  /** The numbers of such an object's arrays. */
  static long numbers(VoteSizes sizes, boolean differentiates) {
    long rows = sizes.dim() * (differentiates ? 2L : 1) + sizes.iterations() + 5L;
    return rows * sizes.row() + (2L * sizes.iterations() + 2) * sizes.dim();
  }

  /** Where the votes go: a row for each dimension. */
  float[][] votes() {
    return votes;
  }

  /** Does the iterations. */
  void route() {
    Arrays.fill(direction, 0);
    for (int t = 0; t < iterations; t++) {
      if (t > 0) {
        loops.agree(votes, direction, 0, coupling[t]);
        softmax(coupling[t]);
      }
      loops.sums(votes, coupling[t], sum[t], 0);
      SquashKernel.squash(sum[t], 0, capsule[t], 0, direction.length, SquashScale.SABOUR);
      Loops.add(capsule[t], direction);
    }
  }

  /** Writes the output capsule. */
  void write(float[] to, int at) {
    System.arraycopy(capsule[iterations - 1], 0, to, at, direction.length);
  }

  private void softmax(float[] row) {
    float most = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < in; i++) {
      most = Math.max(most, row[i]);
    }
    Arrays.fill(largest, most);
    Arrays.fill(total, 0);
    loops.exp(row, largest, total);
    Arrays.fill(row, in, row.length, 0);
    float share = 1 / sum(row, ones);
    for (int i = 0; i < in; i++) {
      row[i] *= share;
    }
  }

  private float sum(float[] row, float[] weights) {
    summed[0] = row;
    loops.sums(summed, weights, sumOfRow, 0);
    return sumOfRow[0];
  }

  /**
   * The gradients of the votes, after {@link #route}.
   *
   * @param g of the output capsule, from {@code at} on
   * @return a row for each dimension
   */
  float[][] gradient(float[] g, int at) {
    int dim = direction.length;
    System.arraycopy(g, at, ofCapsule, 0, dim);
    Arrays.fill(logitGradient, 0);
    for (float[] row : voteGradient) {
      Arrays.fill(row, 0);
    }
    for (int t = iterations - 1; t >= 0; t--) {
      if (t + 1 < iterations) {
        loops.sums(votes, logitGradient, ofCapsule, 0);
      }
      SquashKernel.gradient(sum[t], ofCapsule, 0, dim, SquashScale.SABOUR);
      loops.spread(coupling[t], ofCapsule, logitGradient, capsule[t], 0, voteGradient);
      if (t > 0) {
        loops.agree(votes, ofCapsule, 0, slope);
        addLogitGradient(coupling[t]);
      }
    }
    return voteGradient;
  }

  /**
   * The mean is that of the rounded slopes, and not {@code s · ds}: so rounding cancels in the
   * difference where votes are nearly the same.
   */
  private void addLogitGradient(float[] c) {
    float mean = sum(slope, c);
    for (int i = 0; i < logitGradient.length; i++) {
      logitGradient[i] += c[i] * (slope[i] - mean);
    }
  }
}
