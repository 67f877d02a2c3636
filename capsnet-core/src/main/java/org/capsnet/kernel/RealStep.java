package org.capsnet.kernel;

import java.util.ArrayList;
import java.util.List;

/** The step for a real point of the rows: one product. */
final class RealStep implements PlaneStep {

  private final int firstPlane;
  private final int firstInput;
  private final boolean isAtInfinity;

  /** Whether the last plane is at infinity of the columns. */
  private final boolean isLong;

  private final int count;
  private final int inputs;

  /** {@code [count, inputs]}. */
  private final float[] matrix;

  /**
   * For a point.
   *
   * @param kind of the map
   * @param point of the rows
   * @param firstPlane of those of the point
   * @param columns {@code [points, inputs]}, maybe without infinity
   * @param points of the columns
   */
  RealStep(
      PlaneMap.Kind kind,
      SpectralPoints.Point point,
      int firstPlane,
      double[][] columns,
      SpectralPoints points) {
    this.firstPlane = firstPlane;
    isAtInfinity = point.isInfinite();
    isLong = columns.length == points.count();
    inputs = columns[0].length;
    firstInput = point.row() * inputs;
    List<double[]> rows = new ArrayList<>();
    for (SpectralPoints.Point v : points.all()) {
      if (v.row() < columns.length) {
        double[] a = columns[v.row()];
        rows.addAll(v.isReal() ? List.of(a) : kind.planes(a, columns[v.row() + 1]));
      }
    }
    count = rows.size();
    matrix = PlaneMap.flat(rows.toArray(double[][]::new));
  }

  @Override
  public boolean isAtInfinity() {
    return isAtInfinity;
  }

  @Override
  public int scratch(int width) {
    return count * width;
  }

  @Override
  public void apply(
      float[] transformed, int from, int length, float[][] planes, PlaneRow to, float[] scratch) {
    Simd.SPECTRAL.evaluate(
        matrix,
        count,
        inputs,
        transformed,
        firstInput * length + from,
        length,
        planes,
        firstPlane,
        to.at(),
        last(to),
        to.width(),
        scratch);
  }

  @Override
  public void applyBack(
      float[][] planes, PlaneRow from, float[] transformed, int to, int length, float[] scratch) {
    Simd.SPECTRAL.evaluateBack(
        matrix,
        count,
        inputs,
        transformed,
        firstInput * length + to,
        length,
        planes,
        firstPlane,
        from.at(),
        last(from),
        from.width(),
        scratch);
  }

  /** Where a row is in the last plane. */
  private int last(PlaneRow row) {
    return isLong ? row.atInfinity() : row.at();
  }
}
