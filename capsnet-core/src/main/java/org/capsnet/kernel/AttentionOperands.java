package org.capsnet.kernel;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What routing by attention is computed from.
 *
 * @param votes the poses and matrices that votes are products of
 * @param before the poses of output capsules that the first iteration goes by, float {@code
 *     [samples, out, dim]}; null where it weighs all votes alike
 * @param gamma the scale of normalized poses, float {@code [dim]}; null where poses are not
 *     normalized
 * @param beta their shift, the same
 * @param prior what is added to the softmax, float {@code [in, out]}; null for nothing
 */
public record AttentionOperands(
    VoteOperands votes, INDArray before, INDArray gamma, INDArray beta, INDArray prior) {

  /**
   * Those of inverted dot-product attention (Tsai et al. 2020): poses are normalized, and the first
   * iteration weighs all votes by {@code 1 / out} or goes by given poses.
   *
   * @param votes the poses and matrices that votes are products of
   * @param before the given poses, float {@code [samples, out, dim]}, or null
   * @param gamma float {@code [dim]}
   * @param beta float {@code [dim]}
   * @return the operands
   */
  public static AttentionOperands normalized(
      VoteOperands votes, INDArray before, INDArray gamma, INDArray beta) {
    return new AttentionOperands(votes, before, gamma, beta, null);
  }

  /**
   * Those of self-attention (Mazzia et al. 2021): poses are sums of votes, at first of all of them
   * by a weight of 1.
   *
   * @param votes the poses and matrices that votes are products of
   * @param prior float {@code [in, out]}
   * @return the operands
   */
  public static AttentionOperands summed(VoteOperands votes, INDArray prior) {
    return new AttentionOperands(votes, null, null, null, prior);
  }

  boolean isNormalized() {
    return gamma != null;
  }

  PoseNorm norm() {
    return isNormalized()
        ? new PoseNorm(Floats.read(Floats.dense(gamma)), Floats.read(Floats.dense(beta)))
        : new PoseNorm(votes.dim());
  }

  /** The weight of all votes in a first iteration that goes by no poses. */
  float first() {
    return isNormalized() ? 1f / votes.out() : 1;
  }
}
