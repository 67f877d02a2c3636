package org.capsnet.kernel;

/**
 * Products of a few rows with panels: matrices as wide as a tile, packed in the order in which they
 * are read. All implementations give the same to the last bit: the terms are added up as a block of
 * {@link Gemm} is.
 */
interface RowProducts {

  /** The columns of a panel. */
  int width();

  /**
   * {@code C (+)= A · B}.
   *
   * @param rows of A and C, at least 1
   * @param depth columns of A, rows of B, at most {@link Gemm#DEPTH}
   * @param a where element (i, l) is at {@code a[ao + i · ai + l]}
   * @param ao see a
   * @param ai see a
   * @param b where element (l, j) is at {@code b[bo + l · width + j]}
   * @param bo see b
   * @param c where element (i, j) is at {@code c[co + i · ci + j]}
   * @param co see c
   * @param ci see c
   * @param add whether the product is added to what C holds
   */
  void multiply(
      int rows,
      int depth,
      float[] a,
      int ao,
      int ai,
      float[] b,
      int bo,
      float[] c,
      int co,
      int ci,
      boolean add);
}
