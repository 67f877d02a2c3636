package org.capsnet.kernel;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Weights at the points of {@link SixPoints}, {@code [point, panel, in, width of a panel]}, and the
 * way back for their gradients: a vector of output channels at a time, and some input channels.
 *
 * <p>A filter at the points is the polynomial of its taps there, which is what the transpose of the
 * map to the outputs gives, over the product of the distances of the point from the others.
 */
final class TileWeights {

  private static final int LANES = Gemm.LANES;
  private static final int COUNT = SixPoints.COUNT;

  /** Rows of the weights' matrix at a time. */
  private static final int ROWS = 32;

  /** What the polynomials are multiplied with: at infinity, the last tap stays as it is. */
  private static final float[] SCALES = new float[COUNT];

  static {
    double[] oneTap = new MinimalFilter(1, COUNT).kernel();
    for (int point = 0; point < COUNT; point++) {
      SCALES[point] = (float) oneTap[point];
    }
  }

  private final ConvolutionSizes sizes;

  /** What one thread works in. */
  private static final class Scratch {
    /** {@code [taps, ROWS, LANES]}. */
    final float[] taps;

    /** {@code [COUNT, kernelW, ROWS, LANES]}. */
    final float[] half;

    /** {@code [COUNT, ROWS, LANES]}. */
    final float[] line;

    Scratch(ConvolutionSizes s) {
      taps = new float[s.taps() * ROWS * LANES];
      half = new float[COUNT * s.kernelW() * ROWS * LANES];
      line = new float[COUNT * ROWS * LANES];
    }
  }

  TileWeights(ConvolutionSizes sizes) {
    this.sizes = sizes;
  }

  /** How a plane of weights to so many channels lies in an array. */
  static Panels panels(int in, int out) {
    return new Panels(in, out, Simd.GEMM.width(out));
  }

  private interface Chunk {
    /** Rows from {@code row} on, of the channels of a block. */
    void run(Scratch own, int row, int rows, int block);
  }

  private void forChunks(int rows, int columns, Chunk work) {
    int chunks = (rows + ROWS - 1) / ROWS;
    Parallel.forItems(
        ChannelLanes.blocks(columns) * chunks,
        1,
        (worker, from, to) -> {
          Scratch own = new Scratch(sizes);
          for (int item = from; item < to; item++) {
            int row = item % chunks * ROWS;
            work.run(own, row, Math.min(ROWS, rows - row), item / chunks);
          }
        });
  }

  /**
   * The weights of a convolution at the points.
   *
   * @param weights {@code [out, in, kernelH, kernelW]}
   * @param planes overwritten
   */
  void toPoints(float[] weights, float[] planes) {
    int taps = sizes.taps();
    Panels of = panels(sizes.in(), sizes.out());
    forChunks(
        sizes.in(),
        sizes.out(),
        (own, row, rows, block) -> {
          for (int o = 0; o < ChannelLanes.channels(block, sizes.out()); o++) {
            int from = ((block * LANES + o) * sizes.in() + row) * taps;
            for (int c = 0; c < rows; c++) {
              for (int t = 0; t < taps; t++) {
                own.taps[(t * ROWS + c) * LANES + o] = weights[from + c * taps + t];
              }
            }
          }
          toPoints(own, of, row, rows, block, planes);
        });
  }

  /** The same, transposed: from the result's channels to the image's. */
  void toPointsBack(float[] weights, float[] planes) {
    int taps = sizes.taps();
    Panels of = panels(sizes.out(), sizes.in());
    forChunks(
        sizes.out(),
        sizes.in(),
        (own, row, rows, block) -> {
          for (int o = 0; o < rows; o++) {
            int from = ((row + o) * sizes.in() + block * LANES) * taps;
            for (int c = 0; c < ChannelLanes.channels(block, sizes.in()); c++) {
              for (int t = 0; t < taps; t++) {
                own.taps[(t * ROWS + o) * LANES + c] = weights[from + c * taps + t];
              }
            }
          }
          toPoints(own, of, row, rows, block, planes);
        });
  }

  private void toPoints(Scratch own, Panels of, int row, int rows, int block, float[] planes) {
    int line = ROWS * LANES;
    int halfLine = sizes.kernelW() * line;
    Simd.POINTS.resultBack(
        sizes.kernelH(),
        sizes.kernelW() * ROWS,
        own.taps,
        0,
        LANES,
        halfLine,
        own.half,
        0,
        LANES,
        halfLine);
    int column = block * LANES;
    int at = of.at(column / of.width(), row) + column % of.width();
    for (int u = 0; u < COUNT; u++) {
      Simd.POINTS.resultBack(
          sizes.kernelW(), rows, own.half, u * halfLine, LANES, line, own.line, 0, LANES, line);
      for (int v = 0; v < COUNT; v++) {
        float scale = SCALES[u] * SCALES[v];
        int to = (u * COUNT + v) * of.size() + at;
        for (int r = 0; r < rows; r++) {
          scale(own.line, v * line + r * LANES, scale, planes, to + r * of.width());
        }
      }
    }
  }

  private static void scale(float[] from, int at, float scale, float[] to, int offset) {
    for (int lane = 0; lane < LANES; lane++) {
      to[offset + lane] = scale * from[at + lane];
    }
  }

  /**
   * From the gradients at the points to those of the taps.
   *
   * @param planes {@code [point, in, width]}
   * @param width at least the channels of the result, with room for whole vectors
   * @param gradient dense {@code [out, in, kernelH, kernelW]}, overwritten
   */
  void fromPoints(float[] planes, int width, INDArray gradient) {
    int taps = sizes.taps();
    float[] all = new float[sizes.out() * sizes.in() * taps];
    forChunks(
        sizes.in(),
        sizes.out(),
        (own, row, rows, block) -> {
          fromPoints(own, planes, width, row, rows, block);
          for (int o = 0; o < ChannelLanes.channels(block, sizes.out()); o++) {
            int to = ((block * LANES + o) * sizes.in() + row) * taps;
            for (int c = 0; c < rows; c++) {
              for (int t = 0; t < taps; t++) {
                all[to + c * taps + t] = own.taps[(t * ROWS + c) * LANES + o];
              }
            }
          }
        });
    Floats.write(gradient, 0, all, 0, all.length);
  }

  private void fromPoints(Scratch own, float[] planes, int width, int row, int rows, int block) {
    int line = ROWS * LANES;
    int halfLine = sizes.kernelW() * line;
    for (int u = 0; u < COUNT; u++) {
      for (int v = 0; v < COUNT; v++) {
        float scale = SCALES[u] * SCALES[v];
        int from = ((u * COUNT + v) * sizes.in() + row) * width + block * LANES;
        for (int r = 0; r < rows; r++) {
          scale(planes, from + r * width, scale, own.line, v * line + r * LANES);
        }
      }
      Simd.POINTS.result(
          sizes.kernelW(), rows, own.line, 0, LANES, line, own.half, u * halfLine, LANES, line);
    }
    Simd.POINTS.result(
        sizes.kernelH(),
        sizes.kernelW() * ROWS,
        own.half,
        0,
        LANES,
        halfLine,
        own.taps,
        0,
        LANES,
        halfLine);
  }
}
