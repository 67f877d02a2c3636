package org.capsnet.kernel;

/**
 * The second step of a {@link PlaneMap} for one point of the rows: some planes from some rows of
 * what the first step made.
 */
interface PlaneStep {

  /** Whether the point is infinity. */
  boolean isAtInfinity();

  /**
   * The numbers of the scratch memory for a width.
   *
   * @param width of the panels
   */
  int scratch(int width);

  /**
   * Makes a row of a panel of the planes.
   *
   * @param transformed rows, of which the panel's part begins at
   * @param from see transformed
   * @param length from a row to the next
   * @param planes are written
   * @param to see planes
   * @param scratch of at least {@link #scratch}
   */
  void apply(
      float[] transformed, int from, int length, float[][] planes, PlaneRow to, float[] scratch);

  /** The transpose of {@link #apply}; overwrites the rows that these planes follow from. */
  void applyBack(
      float[][] planes, PlaneRow from, float[] transformed, int to, int length, float[] scratch);
}
