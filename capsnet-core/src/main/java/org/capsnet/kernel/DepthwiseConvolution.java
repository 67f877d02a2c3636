package org.capsnet.kernel;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Convolution of each channel with a kernel of its own, that is, in as many groups as there are
 * channels. There is nothing to be multiplied as a matrix: a vector holds a place of {@link
 * Gemm#LANES} channels, and an image of so many channels is a worker's at a time, which fits the
 * first level cache where it is not large.
 */
public final class DepthwiseConvolution implements ConvolutionGradients {

  private static final int LANES = Gemm.LANES;

  /**
   * Parts of a batch, each with a sum of its own that are added in order: so a gradient is the same
   * by any number of threads.
   */
  private static final int PARTS = 16;

  private static final Pool<ConvolutionSizes, Scratch> SCRATCH = new Pool<>();

  private final ConvolutionSizes sizes;
  private final int blocks;
  private final int paddedHeight;
  private final int paddedWidth;

  /** A row of the result's gradient, zeros around it, and between its places by the stride. */
  private final int spacedWidth;

  /** Where the taps see the image, of that of the first. */
  private final int[] seen;

  /** Where the taps, from the last to the first, see the spaced gradient. */
  private final int[] seenBack;

  /** Where in the image the first tap of each output is. */
  private final int[] outputs;

  /** What one thread works in, for a block of channels of a sample. */
  private static final class Scratch {
    final float[] planar;

    /** {@code [paddedHeight, paddedWidth, LANES]}; the padding stays zero. */
    final float[] image;

    /** A row of the image's gradient. */
    final float[] row;

    /** The result's gradient, {@code [rows, spacedWidth, LANES]}; what is between stays zero. */
    final float[] spaced;

    /** {@code [outputs, LANES]}. */
    final float[] result;

    /** A block of the result's gradient, and of the result, {@code [LANES, outputs]}. */
    final float[] gradient;

    final float[] rectified;

    Scratch(DepthwiseConvolution c) {
      planar = new float[LANES * Math.max(c.sizes.pixels(), c.sizes.outputs())];
      image = new float[c.paddedHeight * c.paddedWidth * LANES];
      row = new float[c.sizes.width() * LANES];
      spaced = new float[c.spacedHeight() * c.spacedWidth * LANES];
      result = new float[c.sizes.outputs() * LANES];
      gradient = new float[result.length];
      rectified = new float[result.length];
    }
  }

  /**
   * For given sizes, of which {@code in} and {@code out} are the same.
   *
   * @param sizes of the operands
   */
  public DepthwiseConvolution(ConvolutionSizes sizes) {
    this.sizes = sizes;
    blocks = ChannelLanes.blocks(sizes.in());
    paddedHeight = sizes.height() + 2 * sizes.paddingH();
    paddedWidth = sizes.width() + 2 * sizes.paddingW();
    spacedWidth = paddedWidth + sizes.kernelW() - 1;
    seen = places(sizes.kernelH(), sizes.kernelW(), 1, 1, paddedWidth);
    seenBack = places(sizes.kernelH(), sizes.kernelW(), 1, 1, spacedWidth);
    outputs =
        places(
            sizes.outputHeight(),
            sizes.outputWidth(),
            sizes.strideH(),
            sizes.strideW(),
            paddedWidth);
  }

  private static int[] places(int rows, int columns, int strideH, int strideW, int width) {
    int[] places = new int[rows * columns];
    for (int i = 0; i < places.length; i++) {
      places[i] = (i / columns * strideH * width + i % columns * strideW) * LANES;
    }
    return places;
  }

  private int spacedHeight() {
    return (sizes.outputHeight() - 1) * sizes.strideH() + 1;
  }

  /**
   * Whether it goes, with no more memory than there may be.
   *
   * @param sizes of the operands
   * @return whether it does
   */
  public static boolean goes(ConvolutionSizes sizes) {
    return sizes.in() == sizes.out() && ConvolutionScratch.holdsDepthwise(sizes);
  }

  /**
   * The convolution.
   *
   * @param images dense float {@code [batch, channels, height, width]}
   * @param weights dense float {@code [channels, 1, kernelH, kernelW]}
   * @param finish what follows
   * @param result dense float {@code [batch, channels, outputHeight, outputWidth]}, overwritten
   */
  public void forward(INDArray images, INDArray weights, ChannelFinish finish, INDArray result) {
    float[] taps = taps(weights, false);
    float[] start = finish.bias(blocks * LANES);
    forOwn(
        sizes.batch() * blocks,
        (own, item) -> {
          int block = item % blocks;
          readImage(images, item / blocks, block, own);
          for (int place = 0; place < sizes.outputs(); place++) {
            System.arraycopy(start, block * LANES, own.result, place * LANES, LANES);
          }
          for (int y = 0; y < sizes.outputHeight(); y++) {
            Simd.CHANNELS.gather(
                sizes.outputWidth(),
                own.result,
                y * sizes.outputWidth() * LANES,
                own.image,
                y * sizes.strideH() * paddedWidth * LANES,
                sizes.strideW() * LANES,
                seen,
                0,
                sizes.taps(),
                taps,
                block * sizes.taps() * LANES);
          }
          int count = ChannelLanes.channels(block, sizes.out());
          int outputs = sizes.outputs();
          ChannelLanes.turnBack(own.result, 0, count, outputs, own.planar, 0, outputs);
          for (int c = 0; c < count; c++) {
            int channel = block * LANES + c;
            finish.applyToBiased(channel, own.planar, c * outputs, (c + 1) * outputs);
          }
          Floats.write(
              result, first(item / blocks, block, outputs), own.planar, 0, count * outputs);
        });
  }

  private void forOwn(int items, Pool.Work<Scratch> work) {
    SCRATCH.forItems(items, 1, sizes, () -> new Scratch(this), work);
  }

  @Override
  public void backward(
      INDArray images,
      INDArray weights,
      INDArray upstream,
      INDArray rectified,
      INDArray imageGradient,
      INDArray weightGradient,
      INDArray biasGradient) {
    float[] taps = imageGradient == null ? null : taps(weights, true);
    int parts = Math.min(PARTS, sizes.batch());
    float[][] sums = new float[parts][blocks * (sizes.taps() + 1) * LANES];
    forOwn(
        parts * blocks,
        (own, item) -> {
          int part = item / blocks;
          int block = item % blocks;
          int last = sizes.batch() * (part + 1) / parts;
          for (int sample = sizes.batch() * part / parts; sample < last; sample++) {
            readGradient(upstream, rectified, sample, block, own);
            if (weightGradient != null) {
              readImage(images, sample, block, own);
              addWeights(own, sums[part], block);
            }
            addBias(own, sums[part], block);
            if (imageGradient != null) {
              writeImage(own, taps, sample, block, imageGradient);
            }
          }
        });
    for (int part = 1; part < parts; part++) {
      Loops.add(sums[part], sums[0]);
    }
    write(sums[0], weightGradient, biasGradient);
  }

  private void addWeights(Scratch own, float[] sums, int block) {
    for (int y = 0; y < sizes.kernelH(); y++) {
      Simd.CHANNELS.gather(
          sizes.kernelW(),
          sums,
          (block * sizes.taps() + y * sizes.kernelW()) * LANES,
          own.image,
          y * paddedWidth * LANES,
          LANES,
          outputs,
          0,
          sizes.outputs(),
          own.result,
          0);
    }
  }

  /** The sum of the gradients of all places, behind those of the taps. */
  private void addBias(Scratch own, float[] sums, int block) {
    int to = (blocks * sizes.taps() + block) * LANES;
    for (int i = 0; i < own.result.length; i++) {
      sums[to + i % LANES] += own.result[i];
    }
  }

  private void writeImage(Scratch own, float[] taps, int sample, int block, INDArray to) {
    space(own);
    int count = ChannelLanes.channels(block, sizes.in());
    int last = sizes.kernelH() - 1;
    for (int y = 0; y < sizes.height(); y++) {
      int padded = y + sizes.paddingH();
      int from = Math.max(0, last - padded);
      int end = Math.max(from, Math.min(last + 1, last + spacedHeight() - padded));
      Arrays.fill(own.row, 0);
      Simd.CHANNELS.gather(
          sizes.width(),
          own.row,
          0,
          own.spaced,
          ((padded - last) * spacedWidth + sizes.paddingW()) * LANES,
          LANES,
          seenBack,
          from * sizes.kernelW(),
          end * sizes.kernelW(),
          taps,
          block * sizes.taps() * LANES);
      int row = y * sizes.width();
      ChannelLanes.turnBack(own.row, 0, count, sizes.width(), own.planar, row, sizes.pixels());
    }
    int length = count * sizes.pixels();
    Floats.write(to, first(sample, block, sizes.pixels()), own.planar, 0, length);
  }

  /** Puts the result's gradient where the taps see it. */
  private void space(Scratch own) {
    for (int i = 0; i < sizes.outputs(); i++) {
      int y = i / sizes.outputWidth() * sizes.strideH();
      int x = i % sizes.outputWidth() * sizes.strideW() + sizes.kernelW() - 1;
      System.arraycopy(own.result, i * LANES, own.spaced, (y * spacedWidth + x) * LANES, LANES);
    }
  }

  /** The taps, {@code [block, taps, LANES]}, or from the last to the first. */
  private float[] taps(INDArray weights, boolean back) {
    float[] planar = Floats.read(weights);
    float[] taps = new float[blocks * sizes.taps() * LANES];
    for (int block = 0; block < blocks; block++) {
      int at = block * sizes.taps() * LANES;
      int count = ChannelLanes.channels(block, sizes.in());
      ChannelLanes.turn(planar, at, sizes.taps(), count, sizes.taps(), taps, at);
      for (int i = 0, j = sizes.taps() - 1; back && i < j; i++, j--) {
        exchange(taps, at + i * LANES, at + j * LANES);
      }
    }
    return taps;
  }

  private static void exchange(float[] taps, int one, int other) {
    for (int lane = 0; lane < LANES; lane++) {
      float tap = taps[one + lane];
      taps[one + lane] = taps[other + lane];
      taps[other + lane] = tap;
    }
  }

  /** Sums of the gradients of taps and bias to where they belong. */
  private void write(float[] sums, INDArray weightGradient, INDArray biasGradient) {
    if (weightGradient != null) {
      float[] planar = new float[blocks * sizes.taps() * LANES];
      for (int block = 0; block < blocks; block++) {
        int at = block * sizes.taps() * LANES;
        ChannelLanes.turnBack(sums, at, LANES, sizes.taps(), planar, at, sizes.taps());
      }
      Floats.write(weightGradient, 0, planar, 0, sizes.out() * sizes.taps());
    }
    if (biasGradient != null) {
      Floats.write(biasGradient, 0, sums, blocks * sizes.taps() * LANES, sizes.out());
    }
  }

  private void readImage(INDArray images, int sample, int block, Scratch own) {
    int count = ChannelLanes.channels(block, sizes.in());
    int length = count * sizes.pixels();
    Floats.read(images, first(sample, block, sizes.pixels()), own.planar, 0, length);
    for (int y = 0; y < sizes.height(); y++) {
      ChannelLanes.turn(
          own.planar,
          y * sizes.width(),
          sizes.pixels(),
          count,
          sizes.width(),
          own.image,
          inside(y));
    }
  }

  /** A sample's gradient before the rectifier. */
  private void readGradient(
      INDArray upstream, INDArray rectified, int sample, int block, Scratch own) {
    int count = ChannelLanes.channels(block, sizes.out());
    int length = count * sizes.outputs();
    long first = first(sample, block, sizes.outputs());
    Floats.read(upstream, first, own.gradient, 0, length);
    if (rectified != null) {
      Floats.read(rectified, first, own.rectified, 0, length);
      Loops.gate(own.rectified, own.gradient, length);
    }
    int outputs = sizes.outputs();
    ChannelLanes.turn(own.gradient, 0, outputs, count, outputs, own.result, 0);
  }

  /** Where the first place of a row of the image is within the padding. */
  private int inside(int y) {
    return ((y + sizes.paddingH()) * paddedWidth + sizes.paddingW()) * LANES;
  }

  private long first(int sample, int block, int places) {
    return ((long) sample * sizes.in() + (long) block * LANES) * places;
  }
}
