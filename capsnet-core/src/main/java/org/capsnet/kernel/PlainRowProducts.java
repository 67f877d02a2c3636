package org.capsnet.kernel;

/** Those of {@link PlainGemm}. */
final class PlainRowProducts implements RowProducts {

  private final int width;
  private final Gemm gemm = new PlainGemm();

  PlainRowProducts() {
    this(4 * Gemm.LANES);
  }

  /** With panels as others have them. */
  PlainRowProducts(int width) {
    this.width = width;
  }

  @Override
  public int width() {
    return width;
  }

  @Override
  public void multiply(
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
      boolean add) {
    gemm.multiply(rows, width, depth, a, ao, ai, 1, b, bo, width, c, co, ci, add);
  }
}
