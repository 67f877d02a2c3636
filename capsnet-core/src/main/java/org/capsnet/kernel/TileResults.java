package org.capsnet.kernel;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The way of results from the points of their tiles, and the transpose, of their gradients to the
 * points.
 */
final class TileResults {

  private static final int LANES = Gemm.LANES;
  private static final int COUNT = SixPoints.COUNT;

  private final TileShape shape;
  private final ConvolutionSizes sizes;

  /** From a tile to the next, and from a point to the next. */
  private final int length;

  private final int plane;

  /** A row of what the tiles make. */
  private final int line;

  TileResults(TileShape shape) {
    this.shape = shape;
    sizes = shape.sizes;
    length = TileShape.length(sizes.out());
    plane = shape.tiles() * length;
    line = shape.madeWidth() * LANES;
  }

  private int top(int unit) {
    return shape.firstRow(unit) * shape.tileHeight;
  }

  private int rows(int unit) {
    int made = shape.rowsOf(unit) * shape.tileHeight;
    return Math.min(sizes.outputHeight() - top(unit), made);
  }

  private long at(int sample, int block, int row) {
    long channel = (long) sample * sizes.out() + (long) block * LANES;
    return channel * sizes.outputs() + (long) row * sizes.outputWidth();
  }

  // ---------------------------------------------------------------- results

  /** Results from what they are at the points. */
  void fromPoints(TileScratch own, int unit, ChannelFinish finish, INDArray result) {
    for (int s = 0; s < shape.samplesOf(unit); s++) {
      for (int block = 0; block < ChannelLanes.blocks(sizes.out()); block++) {
        fromPoints(own.results, unit, s, block, own, finish, result);
      }
    }
  }

  /** A block of channels of a sample of a unit. */
  void fromPoints(
      float[] points,
      int unit,
      int s,
      int block,
      TileScratch own,
      ChannelFinish finish,
      INDArray result) {
    int width = sizes.outputWidth();
    int numbers = rows(unit) * width;
    for (int row = 0; row < shape.rowsOf(unit); row++) {
      fromPoints(points, own, block, row, (s * shape.rows + row) * shape.across);
    }
    int count = ChannelLanes.channels(block, sizes.out());
    for (int y = 0; y < rows(unit); y++) {
      ChannelLanes.turnBack(own.lanes, y * line, count, width, own.planar, y * width, numbers);
    }
    for (int c = 0; c < count; c++) {
      finish.apply(block * LANES + c, own.planar, c * numbers, (c + 1) * numbers);
    }
    long at = at(shape.firstSample(unit) + s, block, top(unit));
    Floats.writeRows(result, at, sizes.outputs(), count, numbers, own.planar, 0, numbers);
  }

  private void fromPoints(float[] points, TileScratch own, int block, int row, int tile) {
    for (int u = 0; u < COUNT; u++) {
      Simd.POINTS.result(
          shape.tileWidth,
          shape.across,
          points,
          u * COUNT * plane + tile * length + block * LANES,
          length,
          plane,
          own.half,
          u * line,
          shape.tileWidth * LANES,
          LANES);
    }
    int to = row * shape.tileHeight * line;
    Simd.POINTS.result(
        shape.tileHeight, shape.madeWidth(), own.half, 0, LANES, line, own.lanes, to, LANES, line);
  }

  // ---------------------------------------------------------------- their gradients

  /**
   * Gradients at the points, and their sums over the places.
   *
   * @param rectified the results, of which only what is more than 0 let a gradient pass; null where
   *     all did
   * @param sum to which those of each channel are added, from {@code from} on; null for no sums
   */
  void toPoints(
      INDArray upstream, INDArray rectified, int unit, TileScratch own, float[] sum, int from) {
    int numbers = rows(unit) * sizes.outputWidth();
    for (int s = 0; s < shape.samplesOf(unit); s++) {
      for (int block = 0; block < ChannelLanes.blocks(sizes.out()); block++) {
        int count = ChannelLanes.channels(block, sizes.out());
        long at = at(shape.firstSample(unit) + s, block, top(unit));
        Floats.readRows(upstream, at, sizes.outputs(), count, numbers, own.planar, 0, numbers);
        if (rectified != null) {
          Floats.readRows(
              rectified, at, sizes.outputs(), count, numbers, own.rectified, 0, numbers);
          Loops.gate(own.rectified, own.planar, count * numbers);
        }
        for (int c = 0; c < count && sum != null; c++) {
          sum[from + block * LANES + c] += (float) Simd.SUMS.sum(own.planar, c * numbers, numbers);
        }
        turn(own, count, rows(unit), shape.rowsOf(unit) * shape.tileHeight);
        for (int row = 0; row < shape.rowsOf(unit); row++) {
          toPoints(own, block, row, (s * shape.rows + row) * shape.across);
        }
      }
    }
  }

  /** Puts rows of the gradient above zeros. */
  private void turn(TileScratch own, int count, int rows, int made) {
    int width = sizes.outputWidth();
    Arrays.fill(own.lanes, 0, made * line, 0);
    for (int y = 0; y < rows; y++) {
      ChannelLanes.turn(own.planar, y * width, rows * width, count, width, own.lanes, y * line);
    }
  }

  private void toPoints(TileScratch own, int block, int row, int tile) {
    int from = row * shape.tileHeight * line;
    Simd.POINTS.resultBack(
        shape.tileHeight,
        shape.madeWidth(),
        own.lanes,
        from,
        LANES,
        line,
        own.half,
        0,
        LANES,
        line);
    for (int u = 0; u < COUNT; u++) {
      Simd.POINTS.resultBack(
          shape.tileWidth,
          shape.across,
          own.half,
          u * line,
          shape.tileWidth * LANES,
          LANES,
          own.results,
          u * COUNT * plane + tile * length + block * LANES,
          length,
          plane);
    }
  }
}
