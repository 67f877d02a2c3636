package org.capsnet.kernel;

/**
 * The loops of EM routing, over rows as those of {@link VoteLoops}; numbers of an output capsule,
 * one for each dimension, begin at an offset.
 */
interface EmLoops extends VoteLoops {

  /** {@code to = r · a}, and {@return the sum of it} */
  float weigh(float[] r, float[] a, float[] to);

  /** {@code to_d = Σ_i w_i · (v_id − mean_d)²}. */
  void squares(float[][] votes, float[] w, float[] mean, float[] to, int at);

  /**
   * {@code to_i = start + Σ_d (linear_d + quadratic_d · x_id) · x_id}, where x is the vote less the
   * mean.
   *
   * @param at where those of the output capsule begin in means and both factors
   */
  void parabolas(
      float[][] votes,
      float[] mean,
      float[] linear,
      float[] quadratic,
      int at,
      float start,
      float[] to);

  /**
   * Of {@code x_id = v_id − mean_d}, {@code first_d = Σ_i f_i x_id} and {@code second_d = Σ_i f_i
   * x_id²}.
   *
   * @param at where the means of the output capsule begin
   * @param first from 0 on, as second
   */
  void moments(float[][] votes, float[] mean, int at, float[] f, float[] first, float[] second);

  /**
   * The gradients of votes, {@code to_id += w_i · (linear_d + 2 · quadratic_d · x_id) − f_i · x_id
   * / variance_d}.
   *
   * @param at where those of the output capsule begin in means, factors and variances
   */
  void voteGradients(
      float[][] votes,
      float[] mean,
      float[] linear,
      float[] quadratic,
      float[] variance,
      int at,
      float[] w,
      float[] f,
      float[][] to);
}
