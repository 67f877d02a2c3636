package org.capsnet.kernel;

/**
 * What is kept of the routing of a sample from the forward to the backward pass: of each iteration
 * the output capsules, and what input capsules were divided by. Votes and assignments are not: they
 * follow from these. Votes for an output capsule are less a shift, one of them, which keeps sums
 * exact where votes are large and near each other.
 */
final class EmState {

  /** Of each iteration, {@code [outputs · dim]}. */
  final float[][] mean;

  final float[][] variance;

  /** Of each iteration, {@code [outputs]}: the activation, whose distance from 1 counts. */
  final double[][] active;

  /** The same: Σ r a, Σ log σ, and log a N(mean). */
  final float[][] sum;

  final float[][] entropy;
  final float[][] prior;

  /** Of each iteration and position a row: the largest logit of a voter, and 1 / Σ e^logit. */
  final float[][][] largest;

  final float[][][] share;

  EmState(VoteSizes sizes) {
    int t = sizes.iterations();
    mean = new float[t][sizes.outputs() * sizes.dim()];
    variance = new float[t][sizes.outputs() * sizes.dim()];
    sum = new float[t][sizes.outputs()];
    active = new double[t][sizes.outputs()];
    entropy = new float[t][sizes.outputs()];
    prior = new float[t][sizes.outputs()];
    largest = new float[t - 1][sizes.positions()][sizes.row()];
    share = new float[t - 1][sizes.positions()][sizes.row()];
  }

  /** The numbers of such an object's arrays. */
  static long numbers(VoteSizes sizes) {
    long of = sizes.outputs() * (2L * sizes.dim() + 5);
    return sizes.iterations() * of
        + (sizes.iterations() - 1L) * 2 * sizes.positions() * sizes.row();
  }
}
