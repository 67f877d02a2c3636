package org.capsnet.kernel;

/**
 * The loops over the votes of input capsules for a block of samples. All arrays are rows of {@code
 * n} samples, a multiple of {@link Gemm#LANES} that is at most {@link #lanes}: those of votes and
 * of output capsules {@code [out · dim][n]}, those of logits and couplings {@code [out][n]}. An
 * array begins at its offset, where it has one.
 */
interface RoutingLoops {

  /** The most samples of a block, a multiple of {@link Gemm#LANES}. */
  int lanes();

  /**
   * Adds the votes of input capsules that stand one after another, {@code sums += Σ_i W_i u_i}.
   *
   * @param count of them
   * @param rows the numbers in a vote
   * @param weights {@code [count][rows][inDim]}, from {@code wo} on
   * @param poses {@code [count][inDim][n]}, from {@code po} on
   */
  void addVotes(
      int count,
      int rows,
      int inDim,
      int n,
      float[] weights,
      int wo,
      float[] poses,
      int po,
      float[] sums);

  /**
   * Makes the votes of an input capsule, {@code û = W u}, and on the way how far they go along the
   * output capsules, {@code agreement_j = Σ_d û_jd · direction_jd}.
   *
   * @param weights {@code [out · dim][inDim]}, from {@code wo} on
   * @param poses {@code [inDim][n]}, from {@code po} on
   * @param direction as the output capsules
   * @param votes what is made, from {@code vo} on
   * @param agreement what is made, from {@code ao} on
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
      int vo,
      float[] agreement,
      int ao);

  /** {@code to_j = Σ_d a_jd · b_jd}: how far votes go along the output capsules. */
  void agreement(int out, int dim, int n, float[] a, int ao, float[] b, float[] to, int at);

  /**
   * {@code sums_jd += Σ_i factors^i_j · votes^i_jd}.
   *
   * @param count of input capsules
   * @param factors a coupling or the like; that of the first input capsule is at {@code fo}
   * @param stride from the factors of an input capsule to those of the next
   * @param votes {@code [count][out · dim][n]}
   */
  void accumulate(
      int out,
      int dim,
      int n,
      int count,
      float[] factors,
      int fo,
      int stride,
      float[] votes,
      float[] sums);

  /**
   * Makes the gradients of votes, {@code to^i_jd = directions^0_jd + Σ_q terms^qi_j ·
   * directions^q_jd} for q from 1 on.
   *
   * @param count of input capsules
   * @param terms that of q = 1, of all input capsules one after another, is at {@code from}
   * @param stride from a term to the next
   * @param directions as the output capsules
   * @param to {@code [count][out · dim][n]}
   */
  void combine(
      int out,
      int dim,
      int n,
      int count,
      float[] terms,
      int from,
      int stride,
      float[][] directions,
      float[] to);

  /**
   * {@code coupling = softmax_j(logits)}, of logits that are used up.
   *
   * @param leaky whether a further logit of 0 takes its share
   */
  void softmax(int out, int n, boolean leaky, float[] logits, int lo, float[] coupling, int co);

  /**
   * {@code to_j = c_j · (g_j - Σ_l c_l · g_l) + more_j}, the gradient of a softmax.
   *
   * @param c the softmax, from {@code co} on
   * @param g its gradient, from {@code go} on, which is used up
   * @param more what is added, from {@code mo} on, or null for nothing
   * @param to from {@code at} on
   */
  void softmaxGradient(
      int out,
      int n,
      float[] c,
      int co,
      float[] g,
      int go,
      float[] more,
      int mo,
      float[] to,
      int at);

  /**
   * Adds the gradients of the weights of an input capsule, {@code Σ_n û'_x u_k}, where û' are those
   * of its votes, and turns its poses into their gradients, {@code Σ_x w_xk û'_x}.
   *
   * @param rows the numbers in its votes for a sample
   * @param voteGradient {@code [rows][n]}, from {@code go} on
   * @param weights {@code [rows][inDim]}, from {@code wo} on
   * @param poses {@code [inDim][n]}, from {@code po} on
   * @param dw rows of {@link Gemm#padded} inDim, from {@code at} on, in an order of the loops' own
   */
  void gradients(
      int rows,
      int inDim,
      int n,
      float[] voteGradient,
      int go,
      float[] weights,
      int wo,
      float[] poses,
      int po,
      float[] dw,
      int at);

  /** Moves gradients of weights from an order of the loops' own to {@code [rows][inDim]}. */
  void pack(int rows, int inDim, float[] dw);
}
