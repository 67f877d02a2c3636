package org.capsnet.kernel;

import java.util.Arrays;

/**
 * How a sample's part of a {@link GroupedConvolution} lies in the arrays of a worker.
 *
 * <p>A channel of the images is a plane for each phase of the strides: the pixels, of the padded
 * image, of every so many rows and columns. In these planes a step of the kernel is a step by one,
 * so that a tap sees, from its place on, one pixel for each output along a row, and then those
 * between the rows, whose outputs are none.
 */
final class GroupedLayout {

  private final ConvolutionSizes sizes;

  /** Rows of a phase: those that the kernel sees. */
  private final int height;

  /** Columns of a phase, and from a row of outputs to the next. */
  private final int width;

  /** From a channel of the images to the next, with room for a vector behind it. */
  final int plane;

  /** The outputs of a channel, with what is between their rows. */
  final int places;

  /** From a channel of the result to the next. */
  final int row;

  GroupedLayout(ConvolutionSizes sizes) {
    this.sizes = sizes;
    height = sizes.outputHeight() + (sizes.kernelH() - 1) / sizes.strideH();
    width = sizes.outputWidth() + (sizes.kernelW() - 1) / sizes.strideW();
    int phases = Math.min(sizes.strideH(), sizes.kernelH()) * phasesAcross();
    plane = Math.addExact(Math.multiplyExact(phases, height * width), Gemm.LANES);
    places = (sizes.outputHeight() - 1) * width + sizes.outputWidth();
    row = Gemm.padded(places);
  }

  /** A kernel narrower than the stride leaves out phases. */
  private int phasesAcross() {
    return Math.min(sizes.strideW(), sizes.kernelW());
  }

  private int place(int y, int x) {
    int phase = y % sizes.strideH() * phasesAcross() + x % sizes.strideW();
    return (phase * height + y / sizes.strideH()) * width + x / sizes.strideW();
  }

  /** Where in a channel of the images a tap sees what it sees for the first output. */
  int seenBy(int tap) {
    return place(tap / sizes.kernelW(), tap % sizes.kernelW());
  }

  /** Lays out images {@code [in, height, width]}; the padding is left as it is. */
  void ofImage(float[] planar, float[] to) {
    forLines((from, count, at, step) -> copy(planar, from, step, to, at, 1, count));
  }

  /** The way back; pixels that no output sees become 0. */
  void toImage(float[] laidOut, float[] planar) {
    Arrays.fill(planar, 0, sizes.in() * sizes.pixels(), 0);
    forLines((from, count, at, step) -> copy(laidOut, at, 1, planar, from, step, count));
  }

  private interface Line {
    /** Some pixels of a row, {@code step} apart, which lie one after another at {@code at}. */
    void run(int from, int count, int at, int step);
  }

  private void forLines(Line line) {
    int stride = sizes.strideW();
    for (int c = 0; c < sizes.in(); c++) {
      for (int y = 0; y < sizes.height(); y++) {
        int padded = y + sizes.paddingH();
        boolean seen =
            padded / sizes.strideH() < height && padded % sizes.strideH() < sizes.kernelH();
        for (int phase = 0; seen && phase < phasesAcross(); phase++) {
          int x = Math.floorMod(phase - sizes.paddingW(), stride);
          int skipped = (x + sizes.paddingW()) / stride;
          int inside = (sizes.width() - x + stride - 1) / stride;
          int count = Math.min(inside, width - skipped);
          if (count > 0) {
            int from = (c * sizes.height() + y) * sizes.width() + x;
            line.run(from, count, c * plane + place(padded, x + sizes.paddingW()), stride);
          }
        }
      }
    }
  }

  private static void copy(
      float[] from, int first, int step, float[] to, int at, int toStep, int count) {
    if (step == 1 && toStep == 1) {
      System.arraycopy(from, first, to, at, count);
      return;
    }
    for (int i = 0; i < count; i++) {
      to[at + i * toStep] = from[first + i * step];
    }
  }

  /** Lays out a result {@code [out, outputs]}; what is between the rows is left as it is. */
  void ofResult(float[] planar, float[] to) {
    for (int line = 0; line < sizes.out() * sizes.outputHeight(); line++) {
      System.arraycopy(planar, line * sizes.outputWidth(), to, first(line), sizes.outputWidth());
    }
  }

  /** The way back. */
  void toResult(float[] laidOut, float[] planar) {
    for (int line = 0; line < sizes.out() * sizes.outputHeight(); line++) {
      System.arraycopy(
          laidOut, first(line), planar, line * sizes.outputWidth(), sizes.outputWidth());
    }
  }

  /** Where a row of a result begins, these counted over all channels. */
  private int first(int line) {
    return line / sizes.outputHeight() * row + line % sizes.outputHeight() * width;
  }
}
