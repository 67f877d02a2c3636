package org.capsnet.kernel;

import java.util.Arrays;

/** What the routing by attention of all samples has in common; a few samples are one group. */
final class AttentionProblem {

  private final VoteSizes sizes;
  private final VoteLoops loops;
  private final Voters voters;
  private final PoseNorm norm;
  private final float[][] prior;
  private final float[] first;
  private final boolean directed;
  private final float scale;

  /**
   * Takes it.
   *
   * @param sizes of a group: its positions are the samples
   * @param norm what makes poses of sums
   * @param prior {@code [in, out]}, which is added to what the softmax gives; null for nothing
   * @param first the weight of all votes in the first iteration
   * @param directed whether the first iteration goes by given poses instead
   */
  AttentionProblem(
      VoteSizes sizes,
      VoteLoops loops,
      PoseNorm norm,
      float[] prior,
      float first,
      boolean directed) {
    this.sizes = sizes;
    this.loops = loops;
    this.norm = norm;
    this.directed = directed;
    voters = new Voters(sizes, null);
    this.prior = prior == null ? null : sizes.rows(sizes.out());
    for (int x = 0; prior != null && x < prior.length; x++) {
      this.prior[x % sizes.out()][x / sizes.out()] = prior[x];
    }
    this.first = new float[sizes.row()];
    Arrays.fill(this.first, 0, sizes.in(), first);
    scale = (float) (1 / Math.sqrt(sizes.dim()));
  }

  VoteSizes sizes() {
    return sizes;
  }

  VoteLoops loops() {
    return loops;
  }

  PoseNorm norm() {
    return norm;
  }

  /** The weights of votes in the first iteration, a row. */
  float[] first() {
    return first;
  }

  /** The first iteration that goes by agreement; the number of iterations if none does. */
  int firstDivided() {
    return directed ? 0 : 1;
  }

  boolean hasPrior() {
    return prior != null;
  }

  /** The directions of agreement by poses, {@code [outputs · dim]} both. */
  void directions(float[] poses, int q, float[] to) {
    for (int x = q * sizes.dim(); x < (q + 1) * sizes.dim(); x++) {
      to[x] = scale * poses[x];
    }
  }

  /** Turns the gradient of a direction into that of the pose. */
  void scale(float[] g, int q) {
    directions(g, q, g);
  }

  /** The softmax of logits over the output capsules, of each sample of a group. */
  void divide(float[][] logits, float[][] largest, float[][] share) {
    voters.divide(loops, logits, largest, share, new float[0]);
  }

  /** Adds the prior to what the softmax gave. */
  void addPrior(float[][] coupling) {
    for (int q = 0; prior != null && q < coupling.length; q++) {
      Loops.add(prior[q % sizes.out()], coupling[q]);
    }
  }
}
