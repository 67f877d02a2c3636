package org.capsnet.kernel;

import java.util.Arrays;

/**
 * An axis of a convolution as a sum of filters without a stride, one for each phase of the image:
 * the taps that see it.
 *
 * @param kernel its taps
 * @param stride from one output to the next
 * @param outputs of the convolution
 * @param points of the longest filters, and all but infinity of those that are shorter by a tap
 */
record SpectralAxis(int kernel, int stride, int outputs, SpectralPoints points) {

  private static final int MOST_POINTS = 32;

  static SpectralAxis of(int kernel, int stride, int outputs) {
    return new SpectralAxis(
        kernel, stride, outputs, new SpectralPoints(outputs + taps(kernel, stride, 0) - 1));
  }

  /**
   * Whether the matrices of so long an axis are known to be exact: the product of all points is
   * made root by root, and what cancels in it grows with their number, to 1e-5 of the result at 50.
   */
  static boolean isExact(int kernel, int stride, int outputs) {
    return (long) outputs + taps(kernel, stride, 0) - 1 <= MOST_POINTS;
  }

  private static int taps(int kernel, int stride, int phase) {
    return (kernel - phase + stride - 1) / stride;
  }

  /** The phases that a tap sees. */
  int phases() {
    return Math.min(kernel, stride);
  }

  /** The phases, which come first, whose filters are the longest. */
  int longPhases() {
    return kernel - (taps(0) - 1) * stride;
  }

  boolean isLong(int phase) {
    return taps(phase) == taps(0);
  }

  /** The taps of a phase. */
  int taps(int phase) {
    return taps(kernel, stride, phase);
  }

  /** The inputs that a phase's filter reads. */
  int inputs(int phase) {
    return outputs + taps(phase) - 1;
  }

  /** {@code [points, taps]} of a phase. */
  double[][] kernelMatrix(int phase) {
    return some(points.powers(taps(phase), taps(0) - 1), phase);
  }

  /** {@code [points, inputs]} of a phase. */
  double[][] imageMatrix(int phase) {
    double[][] rows = some(points.images(), phase);
    Arrays.setAll(rows, r -> Arrays.copyOf(rows[r], inputs(phase)));
    return rows;
  }

  /** {@code [points, outputs]}. */
  double[][] outputMatrix() {
    return points.powers(outputs, outputs - 1);
  }

  /** Without infinity where the phase's filter is short. */
  private double[][] some(double[][] rows, int phase) {
    return isLong(phase) ? rows : Arrays.copyOf(rows, rows.length - 1);
  }
}
