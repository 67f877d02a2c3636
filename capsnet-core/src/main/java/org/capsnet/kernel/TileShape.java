package org.capsnet.kernel;

/**
 * How a convolution is cut into tiles of {@link SixPoints}, and these into units that are a
 * worker's at a time: some rows of tiles of a sample, or all of a few samples, so that a unit is
 * enough for the products at a point and its points fit a second level cache.
 */
final class TileShape {

  /** About how many tiles a unit has. */
  private static final int UNIT = 40;

  /** The least number of units of a batch that samples are put together for. */
  private static final int UNITS = 8;

  /** The points of a tile. */
  static final int POINTS = SixPoints.COUNT * SixPoints.COUNT;

  final ConvolutionSizes sizes;

  /** Outputs of a tile, along both axes. */
  final int tileHeight;

  final int tileWidth;

  /** The tiles of a row. */
  final int across;

  /** The rows of tiles of a sample. */
  private final int down;

  /** The rows of tiles of a unit; in the last of a sample there may be fewer. */
  final int rows;

  /** The samples of a unit; in the last of a batch there may be fewer. */
  final int samples;

  TileShape(ConvolutionSizes sizes) {
    this.sizes = sizes;
    tileHeight = SixPoints.outputs(sizes.kernelH());
    tileWidth = SixPoints.outputs(sizes.kernelW());
    across = ceil(sizes.outputWidth(), tileWidth);
    down = ceil(sizes.outputHeight(), tileHeight);
    int strips = Math.max(1, Math.min(down, down * across / UNIT));
    rows = ceil(down, strips);
    samples = strips > 1 ? 1 : Math.max(1, Math.min(UNIT / (down * across), sizes.batch() / UNITS));
  }

  private static int ceil(int a, int b) {
    return (a + b - 1) / b;
  }

  /** From a tile of a plane to the next: not a power of two, which would share a cache's sets. */
  static int length(int channels) {
    return Gemm.padded(channels) + Gemm.LANES;
  }

  /** Whether a convolution can be cut into such tiles. */
  static boolean goes(ConvolutionSizes s) {
    return s.strideH() == 1
        && s.strideW() == 1
        && goes(s.kernelH(), s.paddingH())
        && goes(s.kernelW(), s.paddingW());
  }

  private static boolean goes(int taps, int padding) {
    return taps >= SixPoints.FEWEST && taps <= SixPoints.MOST && padding < taps;
  }

  /** Units of a sample. */
  int strips() {
    return ceil(down, rows);
  }

  /** The number of units. */
  int units() {
    return ceil(sizes.batch(), samples) * strips();
  }

  int firstSample(int unit) {
    return unit / strips() * samples;
  }

  int samplesOf(int unit) {
    return Math.min(samples, sizes.batch() - firstSample(unit));
  }

  /** The first row of tiles. */
  int firstRow(int unit) {
    return unit % strips() * rows;
  }

  int rowsOf(int unit) {
    return Math.min(rows, down - firstRow(unit));
  }

  /** The tiles of a unit. */
  int tilesOf(int unit) {
    return ((samplesOf(unit) - 1) * rows + rowsOf(unit)) * across;
  }

  /** The tiles of a unit, at most. */
  int tiles() {
    return samples * rows * across;
  }

  /** The rows of the image that the tiles of a unit see, with the padding. */
  int seenHeight() {
    return rows * tileHeight + sizes.kernelH() - 1;
  }

  /** The columns that they see. */
  int seenWidth() {
    return across * tileWidth + sizes.kernelW() - 1;
  }

  /** The columns of their outputs, of which the last may be beyond those of the result. */
  int madeWidth() {
    return across * tileWidth;
  }

  /** The multiplications of a batch, of those of the direct sum. */
  double share() {
    double direct = (double) sizes.outputs() * sizes.taps();
    return POINTS * down * across / direct;
  }
}
