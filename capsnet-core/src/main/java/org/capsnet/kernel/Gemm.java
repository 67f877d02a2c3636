package org.capsnet.kernel;

/**
 * Products of matrices that lie in Java arrays: small enough for a cache, and one thread each.
 *
 * <p>B and C are read and written in whole vectors, so that their rows must have room for {@code n}
 * rounded up to {@link #LANES}; what stands there is carried along.
 *
 * <p>All implementations give the same bits. They add up the terms of a block, of which there are
 * {@link #blocks} along K, one after another from 0 by fused multiplication and addition, and then
 * what C holds, if they are added to it. Of a 0 the sign may differ.
 */
interface Gemm {

  /** The most floats a vector has. */
  int LANES = 16;

  /** The most terms of a block: as many rows of B as stay in the first level cache below a tile. */
  int DEPTH = 144;

  /**
   * {@code C (+)= A · B}.
   *
   * @param m rows of A and C
   * @param n columns of B and C
   * @param k columns of A, rows of B
   * @param a where element (i, l) is at {@code a[aOffset + i * aRowStride + l * aColumnStride]}
   * @param aOffset where A begins
   * @param aRowStride from a row of A to the next
   * @param aColumnStride from a column of A to the next
   * @param b where element (l, j) is at {@code b[bOffset + l * bRowStride + j]}
   * @param bOffset where B begins
   * @param bRowStride from a row of B to the next
   * @param c where element (i, j) is at {@code c[cOffset + i * cRowStride + j]}
   * @param cOffset where C begins
   * @param cRowStride from a row of C to the next
   * @param add whether the product is added to what C holds
   */
  void multiply(
      int m,
      int n,
      int k,
      float[] a,
      int aOffset,
      int aRowStride,
      int aColumnStride,
      float[] b,
      int bOffset,
      int bRowStride,
      float[] c,
      int cOffset,
      int cRowStride,
      boolean add);

  /**
   * Of matrices of so many columns, how many are best taken at once: the width of the panels that
   * they are cut into.
   */
  int width(int columns);

  /** The number of blocks of {@code k} terms; one where there is none, whose sum is 0. */
  static int blocks(int k) {
    return Math.max(1, (k + DEPTH - 1) / DEPTH);
  }

  /** The first term of a block, or behind the last one {@code k}. */
  static int bound(int k, int block) {
    return (int) ((long) k * block / blocks(k));
  }

  /** A row's length with room for whole vectors. */
  static int padded(int n) {
    return (n + LANES - 1) / LANES * LANES;
  }
}
