package org.capsnet.kernel;

/**
 * The loops over the votes of one input capsule for a block of samples. All arrays are rows of
 * {@code n} samples, a multiple of {@link Gemm#LANES}: those of votes and of output capsules {@code
 * [out · dim][n]}, those of logits and couplings {@code [out][n]}. An array begins at its offset,
 * where it has one.
 */
interface RoutingLoops {

  /**
   * Makes votes, {@code û = W u}, and on the way how far they go along the output capsules, {@code
   * agreement_j = Σ_d û_jd · direction_jd}.
   *
   * @param weights {@code [out · dim][inDim]}, from {@code wo} on
   * @param poses {@code [inDim][n]}, from {@code po} on
   * @param direction as the output capsules
   * @param votes what is made
   * @param agreement what is made
   */
  void vote(
      int out,
      int dim,
      int inDim,
      int n,
      float[] weights,
      int wo,
      float[] poses,
      int po,
      float[] direction,
      float[] votes,
      float[] agreement);

  /** {@code to_j = Σ_d a_jd · b_jd}: how far votes go along the output capsules. */
  void agreement(int out, int dim, int n, float[] a, float[] b, float[] to);

  /** {@code sums_jd += coupling_j · votes_jd}. */
  void accumulate(int out, int dim, int n, float[] coupling, int co, float[] votes, float[] sums);

  /**
   * {@code to_jd = Σ_q coefficients^q_j · directions^q_jd}, for q below count.
   *
   * @param offsets where each of the coefficients begins
   */
  void combine(
      int out,
      int dim,
      int n,
      int count,
      float[][] coefficients,
      int[] offsets,
      float[][] directions,
      float[] to);

  /**
   * {@code coupling = softmax_j(logits)}, of logits that are used up.
   *
   * @param leaky whether a further logit of 0 takes its share
   */
  void softmax(int out, int n, boolean leaky, float[] logits, float[] coupling, int co);

  /**
   * {@code to_j = c_j · (g_j - Σ_l c_l · g_l) + more_j}, the gradient of a softmax.
   *
   * @param c the softmax, from {@code co} on
   * @param g its gradient, which is used up
   * @param more what is added, from {@code mo} on, or null for nothing
   * @param to from {@code at} on
   */
  void softmaxGradient(
      int out, int n, float[] c, int co, float[] g, float[] more, int mo, float[] to, int at);

  /**
   * {@code to_xk (+)= Σ_n a_x[n] · b_k[n]}: a sum over the samples of the block.
   *
   * @param rows of a, and of to
   * @param columns rows of b, columns of to
   * @param n the samples
   * @param a {@code [rows][n]}
   * @param b {@code [columns][n]}
   * @param bo where b begins
   * @param to {@code [rows][columns]}
   * @param co where {@code to} begins
   * @param add whether the sum is added to what is there
   */
  void sumOverSamples(
      int rows, int columns, int n, float[] a, float[] b, int bo, float[] to, int co, boolean add);
}
