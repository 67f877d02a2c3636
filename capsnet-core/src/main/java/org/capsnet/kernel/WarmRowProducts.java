package org.capsnet.kernel;

import java.util.ArrayList;
import java.util.List;

/**
 * Products by vectors as soon as these are compiled ({@link WarmUp}), by plain loops until then.
 */
final class WarmRowProducts implements RowProducts {

  /** Terms of the products that are compiled: enough turns of a loop. */
  private static final int TERMS = 48;

  /** The most rows of a tile, and more. */
  private static final int ROWS = 6;

  private final RowProducts vectors;
  private final RowProducts plain;
  private final WarmUp warmUp;

  WarmRowProducts(RowProducts vectors) {
    this.vectors = vectors;
    plain = new PlainRowProducts(vectors.width());
    warmUp = new WarmUp("rows", calls(vectors));
  }

  private static List<WarmUp.Call> calls(RowProducts products) {
    int width = products.width();
    float[] a = new float[ROWS * TERMS];
    float[] b = new float[TERMS * width];
    float[] c = new float[ROWS * width];
    List<WarmUp.Call> calls = new ArrayList<>();
    for (int rows = ROWS; rows > 0; rows--) {
      int m = rows;
      Runnable both =
          () -> {
            products.multiply(m, TERMS, a, 0, TERMS, b, 0, c, 0, width, false);
            products.multiply(m, TERMS, a, 0, TERMS, b, 0, c, 0, width, true);
          };
      calls.add(new WarmUp.Call(2 * rows * width * TERMS, both));
    }
    return calls;
  }

  @Override
  public int width() {
    return vectors.width();
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
    RowProducts products = warmUp.isOver((long) rows * depth * vectors.width()) ? vectors : plain;
    products.multiply(rows, depth, a, ao, ai, b, bo, c, co, ci, add);
  }
}
