package org.capsnet.kernel;

/** What one thread works in, for a unit of tiles ({@link TileShape}). */
final class TileScratch {

  private static final int LANES = Gemm.LANES;

  /** Of a block of channels, {@code [LANES, rows of the image or the result]}. */
  final float[] planar;

  final float[] rectified;

  /** {@code [rows, columns, LANES]}, of the image as the tiles see it, or of the outputs. */
  final float[] lanes;

  /** A row of tiles, at the points along one axis: {@code [COUNT, columns, LANES]}. */
  final float[] half;

  /** {@code [POINTS, tiles, inLength]}. */
  final float[] images;

  /** {@code [POINTS, tiles, outLength]}. */
  final float[] results;

  TileScratch(TileShape shape) {
    int places = shape.seenHeight() * shape.seenWidth();
    planar = new float[LANES * Math.max(places, shape.seenHeight() * shape.sizes.width())];
    rectified = new float[planar.length];
    lanes = new float[LANES * places];
    half = new float[SixPoints.COUNT * LANES * shape.seenWidth()];
    images = new float[TileShape.POINTS * shape.tiles() * TileShape.length(shape.sizes.in())];
    results = new float[TileShape.POINTS * shape.tiles() * TileShape.length(shape.sizes.out())];
  }
}
