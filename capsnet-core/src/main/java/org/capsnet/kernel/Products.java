package org.capsnet.kernel;

/**
 * Products of matrices that are large enough for the order in which they lie to matter, one thread
 * each, between {@link #begin} and {@link #end}.
 */
interface Products {

  /** Called before the products of an operation, by the thread that waits for all of them. */
  default void begin() {}

  /** Called after them, whatever happened. */
  default void end() {}

  /** The width of the panels in which matrices of so many columns are taken. */
  int width(int columns);

  /**
   * {@code C (+)= A · B} or {@code Aᵀ · B}.
   *
   * @param turned whether A is transposed
   * @param a of shape {@code ofA}
   * @param ofA the rows and columns before A is transposed
   * @param b of shape {@code ofB}
   * @param ofB as many rows as the product sums over
   * @param c of shape {@code ofC}
   * @param ofC the rows of A, or columns where it is transposed, and the columns of B
   * @param add whether the product is added to what C holds
   */
  void multiply(
      boolean turned,
      float[] a,
      Panels ofA,
      float[] b,
      Panels ofB,
      float[] c,
      Panels ofC,
      boolean add);
}
