package org.capsnet.kernel;

/**
 * Loops over all pairs of some input capsules and the output capsules, of which each has a vote:
 * that of input capsule i for output capsule j begins at {@code (i · out + j) · dim}.
 */
interface PairLoops {

  /** {@code to_jd = Σ_i w_ij · v_ijd}. */
  void sums(float[] w, float[] votes, int in, int out, int dim, float[] to);

  /** {@code to_ij = Σ_d v_ijd · y_jd}. */
  void dots(float[] votes, float[] y, int in, int out, int dim, float[] to);

  /** {@code to_ijd = w_ij · y_jd}. */
  void outer(float[] w, float[] y, int in, int out, int dim, float[] to);
}
