package org.capsnet.kernel;

/** Those of {@link PlainGemm}. */
final class PlainRowProducts implements RowProducts {

  private static final int WIDTH = 4 * Gemm.LANES;

  private final Gemm gemm = new PlainGemm();

  @Override
  public int width() {
    return WIDTH;
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
    gemm.multiply(rows, WIDTH, depth, a, ao, ai, 1, b, bo, WIDTH, c, co, ci, add);
  }
}
