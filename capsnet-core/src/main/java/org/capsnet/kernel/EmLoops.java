package org.capsnet.kernel;

/**
 * The loops of EM routing over rows along the input capsules, all of one length that is a multiple
 * of {@link Gemm#LANES}. Votes for an output capsule are such rows, one for each dimension; numbers
 * of an output capsule, one for each dimension, begin at an offset.
 */
interface EmLoops {

  /**
   * Products of matrices whose elements are rows, {@code to_mo = Σ_n a_mn · b_no}.
   *
   * @param a {@code [m · n]}
   * @param b {@code [n · o]}
   * @param to {@code [m · o]}
   * @param add whether they are added to what is there
   */
  void products(int m, int n, int o, float[][] a, float[][] b, float[][] to, boolean add);

  /** {@code to = r · a}, and {@return the sum of it} */
  float weigh(float[] r, float[] a, float[] to);

  /** {@code to_d = Σ_i w_i · v_id}. */
  void sums(float[][] votes, float[] w, float[] to, int at);

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

  /** {@code x = e^(x − largest)}, 0 where that is below e^-87; {@code total += x}. */
  void exp(float[] x, float[] largest, float[] total);

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
