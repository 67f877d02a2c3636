package org.capsnet.kernel;

/**
 * Products of matrices that lie in Java arrays: small enough for a cache, and one thread each.
 *
 * <p>B and C are read and written in whole vectors, so that their rows must have room for {@code n}
 * rounded up to {@link #LANES}; what stands there is carried along.
 */
interface Gemm {

  /** The most floats a vector has. */
  int LANES = 16;

  /**
   * {@code C (+)= A · B}.
   *
   * @param m rows of A and C
   * @param n columns of B and C
   * @param k columns of A, rows of B
   * @param a where element (i, l) is at {@code a[ao + i·ai + l·al]}
   * @param ao see a
   * @param ai see a
   * @param al see a
   * @param b where element (l, j) is at {@code b[bo + l·bl + j]}
   * @param bo see b
   * @param bl see b
   * @param c where element (i, j) is at {@code c[co + i·ci + j]}
   * @param co see c
   * @param ci see c
   * @param add whether the product is added to what C holds
   */
  void multiply(
      int m,
      int n,
      int k,
      float[] a,
      int ao,
      int ai,
      int al,
      float[] b,
      int bo,
      int bl,
      float[] c,
      int co,
      int ci,
      boolean add);

  /** A row's length with room for whole vectors. */
  static int padded(int n) {
    return (n + LANES - 1) / LANES * LANES;
  }
}
