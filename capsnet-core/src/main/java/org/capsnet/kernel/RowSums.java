package org.capsnet.kernel;

/**
 * Sums over a row. Partial sums of it may be rounded to floats, so that whoever needs more digits
 * cuts a long row.
 */
interface RowSums {

  /** {@code Σ a[i]}, of {@code n} numbers from {@code at} on. */
  double sum(float[] a, int at, int n);

  /** {@code Σ ((a[i] - center) · scale)²}. */
  double squares(float[] a, int at, int n, float center, float scale);

  /** {@code Σ (a[i] - center) · scale · b[i]}. */
  double along(float[] a, float[] b, int at, int n, float center, float scale);
}
