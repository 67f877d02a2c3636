package org.capsnet.kernel;

/**
 * The step for a u whose rows are complex, {@code A + iB}, to {@code a + ib} at each v: {@code a =
 * Σ A cos φ + B sin φ, b = Σ B cos φ - A sin φ}. The cosine is the same at x and -x, and at v and
 * -v, and the sine has the other sign. So the sums run over half of the x, once the even and the
 * odd parts have been made of A and B, and give the v and their mirror images together: a fifth of
 * the multiplications.
 */
final class ComplexStep extends PlaneStep {

  private final PlaneMap.Kind kind;
  private final int firstInput;

  /** Columns of A, and of B, which follow. */
  private final int columns;

  private final int period;

  /** The x that are left. */
  private final int inputs;

  /** The v that are left. */
  private final int halves;

  /** {@code [halves, inputs]}. */
  private final float[] cosines;

  /** The same of sines. */
  private final float[] sines;

  ComplexStep(PlaneMap.Kind kind, int firstPlane, int firstInput, int columns, int period) {
    super(firstPlane, 3 * period);
    this.kind = kind;
    this.firstInput = firstInput;
    this.columns = columns;
    this.period = period;
    halves = period / 2 + 1;
    inputs = Math.min(columns, halves);
    cosines = new float[halves * inputs];
    sines = new float[halves * inputs];
    for (int v = 0; v < halves; v++) {
      for (int x = 0; x < inputs; x++) {
        double angle = 2 * Math.PI * (v * x % period) / period;
        boolean isReal = 2 * v * x % period == 0;
        cosines[v * inputs + x] = (float) Math.cos(angle);
        sines[v * inputs + x] = isReal ? 0 : (float) Math.sin(angle);
      }
    }
  }

  /** The even and the odd parts of A and B, and the sums over each. */
  @Override
  int scratch(int width) {
    return 4 * section(width);
  }

  private int section(int width) {
    return halves * 2 * width;
  }

  @Override
  void apply(
      float[] transformed, Panels shape, int panel, int row, float[][] all, float[] scratch) {
    int width = shape.width();
    int section = section(width);
    for (int x = 0; x < inputs; x++) {
      int even = x * 2 * width;
      fold(transformed, shape, panel, x, 0, scratch, even, section + even);
      fold(transformed, shape, panel, x, columns, scratch, even + width, section + even + width);
    }
    sum(halves, cosines, inputs, 1, inputs, width, scratch, 0, 2 * section);
    sum(halves, sines, inputs, 1, inputs, width, scratch, section, 3 * section);
    for (int v = 0; v < halves; v++) {
      int even = 2 * section + v * 2 * width;
      Simd.SPECTRAL.planes(
          kind,
          scratch,
          even,
          even + section,
          width,
          all,
          firstPlane + 3 * v,
          firstPlane + 3 * mirror(v),
          shape.at(panel, row));
    }
  }

  @Override
  void applyBack(
      float[][] all, Panels shape, int panel, int row, float[] transformed, float[] scratch) {
    int width = shape.width();
    int section = section(width);
    for (int v = 0; v < halves; v++) {
      int even = 2 * section + v * 2 * width;
      Simd.SPECTRAL.parts(
          kind,
          all,
          firstPlane + 3 * v,
          firstPlane + 3 * mirror(v),
          shape.at(panel, row),
          width,
          scratch,
          even,
          even + section);
    }
    sum(inputs, cosines, 1, inputs, halves, width, scratch, 2 * section, 0);
    sum(inputs, sines, 1, inputs, halves, width, scratch, 3 * section, section);
    for (int x = 0; x < inputs; x++) {
      int even = x * 2 * width;
      unfold(transformed, shape, panel, x, 0, scratch, even, section + even);
      unfold(transformed, shape, panel, x, columns, scratch, even + width, section + even + width);
    }
  }

  /** The frequency of which this one is the mirror image. */
  private int mirror(int v) {
    return v == 0 ? 0 : period - v;
  }

  /** Whether x has a mirror image other than itself within the columns. */
  private boolean isPaired(int x) {
    return x > 0 && 2 * x != period && period - x < columns;
  }

  /** The even and the odd part at x, of the columns that begin with {@code first}. */
  private void fold(
      float[] transformed,
      Panels shape,
      int panel,
      int x,
      int first,
      float[] scratch,
      int even,
      int odd) {
    int at = at(shape, panel, first + x);
    if (isPaired(x)) {
      int mirror = at(shape, panel, first + period - x);
      Simd.SPECTRAL.sumAndDifference(transformed, at, mirror, shape.width(), scratch, even, odd);
    } else {
      System.arraycopy(transformed, at, scratch, even, shape.width());
      System.arraycopy(transformed, at, scratch, odd, shape.width());
    }
  }

  /** The opposite. */
  private void unfold(
      float[] transformed,
      Panels shape,
      int panel,
      int x,
      int first,
      float[] scratch,
      int even,
      int odd) {
    int at = at(shape, panel, first + x);
    // What is not paired overwrites its difference with its sum.
    int mirror = isPaired(x) ? at(shape, panel, first + period - x) : at;
    Simd.SPECTRAL.sumAndDifference(scratch, even, odd, shape.width(), transformed, at, mirror);
  }

  private int at(Panels shape, int panel, int column) {
    return (firstInput + column) * shape.length() + panel * shape.width();
  }

  private static void sum(
      int m,
      float[] matrix,
      int rowStride,
      int columnStride,
      int k,
      int width,
      float[] scratch,
      int from,
      int to) {
    int length = 2 * width;
    Simd.GEMM.multiply(
        m,
        length,
        k,
        matrix,
        0,
        rowStride,
        columnStride,
        scratch,
        from,
        length,
        scratch,
        to,
        length,
        false);
  }
}
