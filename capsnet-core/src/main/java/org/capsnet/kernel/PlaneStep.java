package org.capsnet.kernel;

/**
 * The second step of a {@link PlaneMap} for one u: some planes from some rows of what the first
 * step made.
 */
abstract class PlaneStep {

  /** The first of these planes among all. */
  final int firstPlane;

  /** How many these are. */
  final int planes;

  PlaneStep(int firstPlane, int planes) {
    this.firstPlane = firstPlane;
    this.planes = planes;
  }

  /**
   * The numbers of the scratch memory for a width.
   *
   * @param width of the panels
   */
  abstract int scratch(int width);

  /**
   * Makes a row of a panel of the planes.
   *
   * @param transformed rows as long as those of the shape
   * @param shape of the planes
   * @param panel which
   * @param row which
   * @param planes of all u
   * @param scratch of at least {@link #scratch}
   */
  abstract void apply(
      float[] transformed, Panels shape, int panel, int row, float[][] planes, float[] scratch);

  /** The transpose of {@link #apply}; overwrites the rows that these planes follow from. */
  abstract void applyBack(
      float[][] planes, Panels shape, int panel, int row, float[] transformed, float[] scratch);
}
