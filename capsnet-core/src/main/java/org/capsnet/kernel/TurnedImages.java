package org.capsnet.kernel;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * An image turned to have the channels last, within its padding, and what the taps of a kernel see
 * of it: at each output all channels of a place, a row, so that what a tap sees is a matrix {@code
 * [outputs, channels]}.
 */
final class TurnedImages {

  /** Channels that are turned at once: a line of the cache. */
  private static final int BLOCK = Gemm.LANES;

  private final ConvolutionSizes sizes;
  private final int height;
  private final int width;

  /** From a place to the next. */
  final int length;

  TurnedImages(ConvolutionSizes sizes) {
    this.sizes = sizes;
    height = sizes.height() + 2 * sizes.paddingH();
    width = sizes.width() + 2 * sizes.paddingW();
    length = TileShape.length(sizes.in());
  }

  /** The numbers of a turned image; those of the padding are to stay zero. */
  int numbers() {
    return height * width * length;
  }

  /** The numbers of what a tap sees. */
  int seen() {
    return sizes.outputs() * length;
  }

  /** Blocks of channels, of which one is turned at a time. */
  int blocks() {
    return ChannelLanes.blocks(sizes.in());
  }

  /** The numbers of a block before it is turned. */
  int planar() {
    return BLOCK * sizes.pixels();
  }

  /** A block of an image, read to {@code planar} on its way. */
  void turn(INDArray images, int sample, int block, float[] planar, float[] turned) {
    int count = ChannelLanes.channels(block, sizes.in());
    int pixels = sizes.pixels();
    long at = ((long) sample * sizes.in() + (long) block * BLOCK) * pixels;
    Floats.read(images, at, planar, 0, count * pixels);
    for (int y = 0; y < sizes.height(); y++) {
      int row = (y + sizes.paddingH()) * width + sizes.paddingW();
      int to = row * length + block * BLOCK;
      for (int i = y * sizes.width(); i < (y + 1) * sizes.width(); i++, to += length) {
        for (int c = 0; c < count; c++) {
          turned[to + c] = planar[i + c * pixels];
        }
      }
    }
  }

  /** What a tap sees. */
  void see(int tap, float[] turned, float[] seen) {
    int to = 0;
    int step = sizes.strideW() * length;
    for (int y = 0; y < sizes.outputHeight(); y++) {
      int row = (y * sizes.strideH() + tap / sizes.kernelW()) * width;
      int from = (row + tap % sizes.kernelW()) * length;
      for (int x = 0; x < sizes.outputWidth(); x++, from += step, to += length) {
        System.arraycopy(turned, from, seen, to, length);
      }
    }
  }
}
