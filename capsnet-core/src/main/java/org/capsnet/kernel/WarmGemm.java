package org.capsnet.kernel;

import java.util.ArrayList;
import java.util.List;

/**
 * Products by vectors as soon as these are compiled ({@link WarmUp}), by plain loops until then.
 */
final class WarmGemm implements Gemm {

  /** Terms of the products that are compiled: enough turns of a loop. */
  private static final int TERMS = 48;

  private static final int COLUMNS = 4 * LANES;

  private final Gemm vectors;
  private final Gemm plain = new PlainGemm();
  private final WarmUp warmUp;

  WarmGemm(Gemm vectors) {
    this.vectors = vectors;
    warmUp = new WarmUp("products", calls(vectors));
  }

  /** Tiles of all sizes. */
  private static List<WarmUp.Call> calls(Gemm gemm) {
    float[] a = new float[6 * TERMS];
    float[] b = new float[TERMS * COLUMNS];
    float[] c = new float[6 * COLUMNS];
    List<WarmUp.Call> calls = new ArrayList<>();
    for (int m : new int[] {6, 4, 2, 1}) {
      for (int n = COLUMNS; n >= LANES / 2; n /= 2) {
        int columns = n;
        Runnable both =
            () -> {
              gemm.multiply(m, columns, TERMS, a, 0, TERMS, 1, b, 0, COLUMNS, c, 0, COLUMNS, false);
              gemm.multiply(m, columns, TERMS, a, 0, 1, m, b, 0, COLUMNS, c, 0, COLUMNS, true);
            };
        calls.add(new WarmUp.Call(2 * m * n * TERMS, both));
      }
    }
    return calls;
  }

  @Override
  public int width(int columns) {
    return vectors.width(columns);
  }

  @Override
  public void multiply(
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
      boolean add) {
    Gemm gemm = warmUp.isOver((long) m * n * k) ? vectors : plain;
    gemm.multiply(
        m,
        n,
        k,
        a,
        aOffset,
        aRowStride,
        aColumnStride,
        b,
        bOffset,
        bRowStride,
        c,
        cOffset,
        cRowStride,
        add);
  }
}
