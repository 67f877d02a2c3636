package org.capsnet.kernel;

/**
 * The loops over the votes of one in capsule for a block of samples. All arrays are rows of {@code
 * n} samples, a multiple of {@link Gemm#LANES}: those of votes and of out capsules {@code [out ·
 * dim][n]}, those of logits and couplings {@code [out][n]}.
 */
interface RoutingLoops {

  /** {@code to_j = Σ_d a_jd · b_jd}: how far votes go along the out capsules. */
  void agreement(int out, int dim, int n, float[] a, float[] b, float[] to);

  /** {@code sums_jd += coupling_j · votes_jd}. */
  void accumulate(int out, int dim, int n, float[] coupling, float[] votes, float[] sums);

  /** {@code to_jd = Σ_q coefficients^q_j · directions^q_jd}, for q below count. */
  void combine(
      int out, int dim, int n, int count, float[][] coefficients, float[][] directions, float[] to);

  /**
   * {@code coupling = softmax_j(logits)}.
   *
   * @param leaky whether a further logit of 0 takes its share
   */
  void softmax(int out, int n, boolean leaky, float[] logits, float[] coupling);

  /**
   * {@code g_j = c_j · (g_j - Σ_l c_l · g_l) + more_j}, the gradient of a softmax in place.
   *
   * @param more what is added, or null for nothing
   */
  void softmaxGradient(int out, int n, float[] c, float[] g, float[] more);

  /**
   * {@code to_xk (+)= Σ_n a_x[n] · b_k[n]}: a sum over the samples of the block.
   *
   * @param rows of a, and of to
   * @param columns rows of b, columns of to
   * @param n the samples
   * @param a {@code [rows][n]}
   * @param b {@code [columns][n]}, from {@code bo} on
   * @param bo see b
   * @param to {@code [rows][columns]}, from {@code co} on
   * @param co see to
   * @param add whether the sum is added to what is there
   */
  void sumOverSamples(
      int rows, int columns, int n, float[] a, float[] b, int bo, float[] to, int co, boolean add);
}
