package org.capsnet.kernel;

/**
 * The step for a pair of points of the rows, whose rows are complex, {@code A + iB}: to {@code a =
 * Σ A c - B s, b = Σ A s + B c} at a point c + is of the columns, and for that and its conjugate
 * where it is one of a pair.
 */
final class ComplexStep implements PlaneStep {

  private final PlaneMap.Kind kind;
  private final int firstPlane;
  private final int firstInput;

  private final SpectralPoints points;

  /** The points' rows. */
  private final int rows;

  private final int inputs;

  /** {@code [rows, inputs]}. */
  private final float[] matrix;

  /** As of {@link RealStep}. */
  ComplexStep(
      PlaneMap.Kind kind,
      SpectralPoints.Point point,
      int firstPlane,
      double[][] columns,
      SpectralPoints points) {
    this.kind = kind;
    this.firstPlane = firstPlane;
    this.points = points;
    rows = columns.length;
    inputs = columns[0].length;
    firstInput = point.row() * inputs;
    matrix = PlaneMap.flat(columns);
  }

  @Override
  public boolean isAtInfinity() {
    return false;
  }

  /** The sums over A, and those over B. */
  @Override
  public int scratch(int width) {
    return 2 * rows * width;
  }

  @Override
  public void apply(
      float[] transformed, int from, int length, float[][] planes, PlaneRow to, float[] scratch) {
    int width = to.width();
    int ofB = rows * width;
    sum(transformed, firstInput * length + from, length, scratch, 0, width);
    sum(transformed, (firstInput + inputs) * length + from, length, scratch, ofB, width);
    int plane = firstPlane;
    for (int v = 0; v < rows; v++) {
      int a = v * width;
      if (isPair(v)) {
        int next = a + width;
        Simd.SPECTRAL.sumAndDifference(scratch, a, ofB + next, width, scratch, a, ofB + next);
        Simd.SPECTRAL.sumAndDifference(scratch, ofB + a, next, width, scratch, ofB + a, next);
        planes(planes, scratch, ofB + next, ofB + a, to, to.at(), plane);
        planes(planes, scratch, a, next, to, to.at(), plane + 3);
        plane += 6;
        v++;
      } else {
        planes(planes, scratch, a, ofB + a, to, at(to, v), plane);
        plane += 3;
      }
    }
  }

  private void planes(
      float[][] planes, float[] scratch, int a, int b, PlaneRow to, int at, int plane) {
    Simd.SPECTRAL.planes(kind, scratch, a, b, to.width(), planes, plane, at);
  }

  @Override
  public void applyBack(
      float[][] planes, PlaneRow from, float[] transformed, int to, int length, float[] scratch) {
    int width = from.width();
    int ofB = rows * width;
    int plane = firstPlane;
    for (int v = 0; v < rows; v++) {
      int a = v * width;
      if (isPair(v)) {
        int next = a + width;
        parts(planes, from, from.at(), plane, scratch, ofB + next, ofB + a);
        parts(planes, from, from.at(), plane + 3, scratch, a, next);
        Simd.SPECTRAL.sumAndDifference(scratch, a, ofB + next, width, scratch, a, ofB + next);
        Simd.SPECTRAL.sumAndDifference(scratch, ofB + a, next, width, scratch, ofB + a, next);
        plane += 6;
        v++;
      } else {
        parts(planes, from, at(from, v), plane, scratch, a, ofB + a);
        plane += 3;
      }
    }
    sumBack(scratch, 0, width, transformed, firstInput * length + to, length);
    sumBack(scratch, ofB, width, transformed, (firstInput + inputs) * length + to, length);
  }

  private void parts(
      float[][] planes, PlaneRow from, int at, int plane, float[] scratch, int a, int b) {
    Simd.SPECTRAL.parts(kind, planes, plane, at, from.width(), scratch, a, b);
  }

  private boolean isPair(int row) {
    return row >= points.reals && row < points.count() - 1;
  }

  private int at(PlaneRow row, int v) {
    return v == points.count() - 1 ? row.atInfinity() : row.at();
  }

  private void sum(float[] from, int at, int length, float[] to, int toAt, int width) {
    Simd.GEMM.multiply(
        rows, width, inputs, matrix, 0, inputs, 1, from, at, length, to, toAt, width, false);
  }

  private void sumBack(float[] from, int at, int width, float[] to, int toAt, int length) {
    Simd.GEMM.multiply(
        inputs, width, rows, matrix, 0, 1, inputs, from, at, width, to, toAt, length, false);
  }
}
