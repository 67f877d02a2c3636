package org.capsnet.kernel;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The way of images to the points of their tiles, and the transpose, of the gradients at the points
 * to those of the images: tiles overlap, and what each makes of a pixel is added up.
 *
 * <p>A unit that is some rows of a sample sees rows that the next unit writes. What it makes of
 * them, its edge, is handed on to that unit, or added to what is written where another worker has
 * it.
 */
final class TileImages {

  private static final int LANES = Gemm.LANES;
  private static final int COUNT = SixPoints.COUNT;

  private final TileShape shape;
  private final ConvolutionSizes sizes;

  /** From a tile to the next, and from a point to the next. */
  private final int length;

  private final int plane;

  /** A row of what the tiles see. */
  private final int line;

  TileImages(TileShape shape) {
    this.shape = shape;
    sizes = shape.sizes;
    length = TileShape.length(sizes.in());
    plane = shape.tiles() * length;
    line = shape.seenWidth() * LANES;
  }

  /** The image's row that the tiles of a unit see first; negative within the padding. */
  private int top(int unit) {
    return shape.firstRow(unit) * shape.tileHeight - sizes.paddingH();
  }

  /** The row behind the last that they see, with the padding. */
  private int bottom(int unit) {
    return top(unit) + shape.rowsOf(unit) * shape.tileHeight + sizes.kernelH() - 1;
  }

  private int within(int row) {
    return Math.max(0, Math.min(sizes.height(), row));
  }

  private long at(int sample, int block) {
    return ((long) sample * sizes.in() + (long) block * LANES) * sizes.pixels();
  }

  // ---------------------------------------------------------------- images

  /** Images at the points. */
  void toPoints(INDArray images, int unit, TileScratch own) {
    for (int s = 0; s < shape.samplesOf(unit); s++) {
      for (int block = 0; block < ChannelLanes.blocks(sizes.in()); block++) {
        toPoints(images, unit, s, block, own, own.images);
      }
    }
  }

  /** A block of channels of a sample of a unit. */
  void toPoints(INDArray images, int unit, int s, int block, TileScratch own, float[] points) {
    int first = within(top(unit));
    int rows = within(bottom(unit)) - first;
    long at = at(shape.firstSample(unit) + s, block) + (long) first * sizes.width();
    int count = ChannelLanes.channels(block, sizes.in());
    int numbers = rows * sizes.width();
    if (rows > 0) {
      Floats.readRows(images, at, sizes.pixels(), count, numbers, own.planar, 0, numbers);
    }
    turn(own, count, first - top(unit), rows, bottom(unit) - top(unit));
    for (int row = 0; row < shape.rowsOf(unit); row++) {
      toPoints(own, block, row, (s * shape.rows + row) * shape.across, points);
    }
  }

  /** Puts rows of the image below {@code above} rows of zeros. */
  private void turn(TileScratch own, int count, int above, int rows, int height) {
    Arrays.fill(own.lanes, 0, height * line, 0);
    for (int y = 0; y < rows; y++) {
      ChannelLanes.turn(
          own.planar,
          y * sizes.width(),
          rows * sizes.width(),
          count,
          sizes.width(),
          own.lanes,
          (above + y) * line + sizes.paddingW() * LANES);
    }
  }

  /** A row of tiles, of which the first is at {@code tile} among those of the unit. */
  private void toPoints(TileScratch own, int block, int row, int tile, float[] points) {
    int from = row * shape.tileHeight * line;
    Simd.POINTS.image(shape.seenWidth(), own.lanes, from, LANES, line, own.half, 0, LANES, line);
    for (int u = 0; u < COUNT; u++) {
      Simd.POINTS.image(
          shape.across,
          own.half,
          u * line,
          shape.tileWidth * LANES,
          LANES,
          points,
          u * COUNT * plane + tile * length + block * LANES,
          length,
          plane);
    }
  }

  // ---------------------------------------------------------------- their gradients

  /** The numbers of an edge, {@code [in, kernelH - 1, width]}; none where units are samples. */
  static int edge(TileShape shape) {
    ConvolutionSizes s = shape.sizes;
    int rows = shape.strips() == 1 ? 0 : s.kernelH() - 1;
    return Math.multiplyExact(s.in(), rows * s.width());
  }

  /** Whether a unit has the last rows of its samples. */
  private boolean last(int unit) {
    return unit % shape.strips() == shape.strips() - 1;
  }

  /** The row behind the last that is this unit's to write. */
  private int end(int unit) {
    return last(unit) ? sizes.height() : within(bottom(unit) - sizes.kernelH() + 1);
  }

  /**
   * From the gradients at the points.
   *
   * @param edge of the unit before, to which that of this unit is written
   * @param follows whether the unit before was done with this edge
   */
  void fromPoints(TileScratch own, int unit, INDArray gradient, float[] edge, boolean follows) {
    int first = within(top(unit));
    int rows = within(bottom(unit)) - first;
    int numbers = rows * sizes.width();
    int written = (end(unit) - first) * sizes.width();
    boolean adds = follows && unit % shape.strips() > 0;
    int added = adds ? (within(bottom(unit - 1)) - first) * sizes.width() : 0;
    int room = edge.length / sizes.in();
    for (int s = 0; s < shape.samplesOf(unit); s++) {
      for (int block = 0; block < ChannelLanes.blocks(sizes.in()); block++) {
        Arrays.fill(own.lanes, 0, (bottom(unit) - top(unit)) * line, 0);
        for (int row = 0; row < shape.rowsOf(unit); row++) {
          fromPoints(own, block, row, (s * shape.rows + row) * shape.across);
        }
        int count = ChannelLanes.channels(block, sizes.in());
        turnBack(own, count, first - top(unit), rows);
        for (int c = 0; c < count; c++) {
          int at = (block * LANES + c) * room;
          for (int i = 0; i < added; i++) {
            own.planar[c * numbers + i] += edge[at + i];
          }
          System.arraycopy(own.planar, c * numbers + written, edge, at, numbers - written);
        }
        long at = at(shape.firstSample(unit) + s, block) + (long) first * sizes.width();
        if (written > 0) {
          Floats.writeRows(gradient, at, sizes.pixels(), count, written, own.planar, 0, numbers);
        }
      }
    }
  }

  private void turnBack(TileScratch own, int count, int above, int rows) {
    for (int y = 0; y < rows; y++) {
      ChannelLanes.turnBack(
          own.lanes,
          (above + y) * line + sizes.paddingW() * LANES,
          count,
          sizes.width(),
          own.planar,
          y * sizes.width(),
          rows * sizes.width());
    }
  }

  private void fromPoints(TileScratch own, int block, int row, int tile) {
    Arrays.fill(own.half, 0, COUNT * line, 0);
    for (int u = 0; u < COUNT; u++) {
      Simd.POINTS.addImageBack(
          shape.across,
          own.images,
          u * COUNT * plane + tile * length + block * LANES,
          length,
          plane,
          own.half,
          u * line,
          shape.tileWidth * LANES,
          LANES);
    }
    int to = row * shape.tileHeight * line;
    Simd.POINTS.addImageBack(
        shape.seenWidth(), own.half, 0, LANES, line, own.lanes, to, LANES, line);
  }

  /** Adds the edge of a unit to rows that others have written. */
  void addEdge(float[] edge, int unit, INDArray gradient) {
    int numbers = (within(bottom(unit)) - end(unit)) * sizes.width();
    int room = edge.length / sizes.in();
    for (int c = 0; c < sizes.in() && numbers > 0; c++) {
      long channel = (long) shape.firstSample(unit) * sizes.in() + c;
      long at = channel * sizes.pixels() + (long) end(unit) * sizes.width();
      Floats.add(gradient, at, edge, c * room, numbers);
    }
  }
}
