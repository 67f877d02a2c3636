package org.capsnet.kernel;

import java.util.ArrayList;
import java.util.List;

/**
 * The planes of a convolution by minimal filters: one for each point of each pair of filters, one
 * along the rows and one along the columns. Planes at the same point of the result are added up.
 */
final class WinogradPlanes {

  final WinogradAxis rows;
  final WinogradAxis columns;

  /** For each point of the result, the planes that add up to it. */
  private final List<List<Integer>> byPoint = new ArrayList<>();

  /** How many planes come before those of a point. */
  private final int[] before;

  WinogradPlanes(ConvolutionSizes sizes) {
    rows = WinogradAxis.of(sizes.kernelH(), sizes.strideH(), sizes.outputHeight());
    columns = WinogradAxis.of(sizes.kernelW(), sizes.strideW(), sizes.outputWidth());
    for (int point = 0; point < points(); point++) {
      byPoint.add(new ArrayList<>());
    }
    for (WinogradAxis.Piece y : rows.pieces()) {
      for (WinogradAxis.Piece x : columns.pieces()) {
        for (int u = 0; u < y.filter().points(); u++) {
          for (int v = 0; v < x.filter().points(); v++) {
            int point = at(rows, y, u) * columns.longest().points() + at(columns, x, v);
            byPoint.get(point).add(plane(y, u, x, v));
          }
        }
      }
    }
    before = new int[points()];
    for (int point = 1; point < before.length; point++) {
      before[point] = before[point - 1] + ofPoint(point - 1).size();
    }
  }

  /** A filter's point among those of the longest, whose last is infinity as well. */
  private static int at(WinogradAxis axis, WinogradAxis.Piece piece, int point) {
    return point < piece.filter().taps() ? point : axis.longest().taps();
  }

  /** The number of planes. */
  int count() {
    return rows.planes() * columns.planes();
  }

  /** The number of points of the result. */
  int points() {
    return rows.longest().points() * columns.longest().points();
  }

  /** The plane of a pair of filters at the points u and v. */
  int plane(WinogradAxis.Piece y, int u, WinogradAxis.Piece x, int v) {
    return (y.first() + u) * columns.planes() + x.first() + v;
  }

  List<Integer> ofPoint(int point) {
    return byPoint.get(point);
  }

  int before(int point) {
    return before[point];
  }

  /** The rows of an image with its padding, and what the last tiles see beyond. */
  int height(ConvolutionSizes sizes) {
    return Math.max(sizes.height() + 2 * sizes.paddingH(), rows.seen());
  }

  /** The columns, likewise. */
  int width(ConvolutionSizes sizes) {
    return Math.max(sizes.width() + 2 * sizes.paddingW(), columns.seen());
  }

  /** The tiles of a sample: pairs of rows by pairs of columns. */
  int tiles() {
    return rows.tiles() * columns.tiles();
  }
}
