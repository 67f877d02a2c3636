package org.capsnet.kernel;

/**
 * Loops over rows along the input capsules, all of one length that is a multiple of {@link
 * Gemm#LANES}. Votes for an output capsule are such rows, one for each dimension; numbers of an
 * output capsule, one for each dimension, begin at an offset.
 */
interface VoteLoops {

  /**
   * Products of matrices whose elements are rows, {@code to_mo = Σ_n a_mn · b_no}.
   *
   * @param a {@code [m · n]}
   * @param b {@code [n · o]}
   * @param to {@code [m · o]}
   * @param add whether they are added to what is there
   */
  void products(int m, int n, int o, float[][] a, float[][] b, float[][] to, boolean add);

  /** {@code to_d = Σ_i w_i · v_id}. */
  void sums(float[][] votes, float[] w, float[] to, int at);

  /** {@code to_i = Σ_d direction_d · v_id}: how far votes go along a direction. */
  void agree(float[][] votes, float[] direction, int at, float[] to);

  /**
   * The gradients of votes, {@code to_id += w_i · a_d + f_i · b_d}.
   *
   * @param at where those of the output capsule begin in a and b
   */
  void spread(float[] w, float[] a, float[] f, float[] b, int at, float[][] to);

  /** {@code x = e^(x − largest)}, 0 where that is below e^-87; {@code total += x}. */
  void exp(float[] x, float[] largest, float[] total);
}
