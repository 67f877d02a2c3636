package org.capsnet.kernel;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Convolution of each channel with a kernel of its own, that is, in as many groups as there are
 * channels. There is nothing to be multiplied as a matrix: a vector holds a place of {@link
 * Gemm#LANES} channels, and an image of so many channels is a worker's at a time, which fits the
 * first level cache where it is not large.
 */
public final class DepthwiseConvolution {

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

  /** What one thread works in, for a block of channels of a sample. */
  private static final class Scratch {
    final float[] planar;

    /** {@code [paddedHeight, paddedWidth, LANES]}; the padding stays zero. */
    final float[] image;

    /** The same, of the gradient. */
    final float[] imageGradient;

    /** {@code [outputs, LANES]}. */
    final float[] result;

    /** A block of the result's gradient, and of the result, {@code [LANES, outputs]}. */
    final float[] gradient;

    final float[] rectified;

    Scratch(DepthwiseConvolution c) {
      planar = new float[LANES * Math.max(c.sizes.pixels(), c.sizes.outputs())];
      image = new float[c.paddedHeight * c.paddedWidth * LANES];
      imageGradient = new float[image.length];
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
   * @param bias float {@code [channels]}, or null for none
   * @param rectified whether what is below 0 becomes 0
   * @param result dense float {@code [batch, channels, outputHeight, outputWidth]}, overwritten
   */
  public void forward(
      INDArray images, INDArray weights, INDArray bias, boolean rectified, INDArray result) {
    float[] taps = taps(weights);
    float[] start = new float[blocks * LANES];
    if (bias != null) {
      Floats.read(Floats.dense(bias), 0, start, 0, sizes.out());
    }
    Parallel.forItems(
        sizes.batch() * blocks,
        1,
        (worker, from, to) -> {
          Scratch own = SCRATCH.take(sizes, () -> new Scratch(this));
          for (int item = from; item < to; item++) {
            int block = item % blocks;
            readImage(images, item / blocks, block, own);
            for (int place = 0; place < sizes.outputs(); place++) {
              System.arraycopy(start, block * LANES, own.result, place * LANES, LANES);
            }
            forRows(
                (row, tapRow, at) ->
                    Simd.CHANNELS.gather(
                        sizes.outputWidth(),
                        own.result,
                        row * sizes.outputWidth() * LANES,
                        sizes.kernelW(),
                        taps,
                        (block * sizes.taps() + tapRow * sizes.kernelW()) * LANES,
                        own.image,
                        at,
                        sizes.strideW() * LANES,
                        LANES));
            if (rectified) {
              Loops.rectify(own.result, 0, own.result.length);
            }
            int count = ChannelLanes.channels(block, sizes.out());
            int outputs = sizes.outputs();
            ChannelLanes.turnBack(own.result, 0, count, outputs, own.planar, 0, outputs);
            Floats.write(
                result, first(item / blocks, block, outputs), own.planar, 0, count * outputs);
          }
          SCRATCH.give(sizes, own);
        });
  }

  /**
   * Its gradients.
   *
   * @param images as of {@link #forward}
   * @param weights as of {@link #forward}
   * @param upstream the gradient of the result, dense
   * @param rectified what {@link #forward} gave with a rectifier, dense; null where there was none
   * @param imageGradient dense, overwritten; null where it is not needed
   * @param weightGradient dense, overwritten; null where it is not needed
   * @param biasGradient dense, overwritten; null where it is not needed
   */
  public void backward(
      INDArray images,
      INDArray weights,
      INDArray upstream,
      INDArray rectified,
      INDArray imageGradient,
      INDArray weightGradient,
      INDArray biasGradient) {
    float[] taps = imageGradient == null ? null : taps(weights);
    int parts = Math.min(PARTS, sizes.batch());
    float[][] sums = new float[parts][blocks * (sizes.taps() + 1) * LANES];
    Parallel.forItems(
        parts * blocks,
        1,
        (worker, from, to) -> {
          Scratch own = SCRATCH.take(sizes, () -> new Scratch(this));
          for (int item = from; item < to; item++) {
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
          }
          SCRATCH.give(sizes, own);
        });
    for (int part = 1; part < parts; part++) {
      Loops.add(sums[part], sums[0]);
    }
    write(sums[0], weightGradient, biasGradient);
  }

  /** What is to be done for a row of results and a row of taps, from a place of the image on. */
  private interface RowWork {
    void run(int row, int tapRow, int at);
  }

  private void forRows(RowWork work) {
    for (int row = 0; row < sizes.outputHeight(); row++) {
      for (int tapRow = 0; tapRow < sizes.kernelH(); tapRow++) {
        work.run(row, tapRow, (row * sizes.strideH() + tapRow) * paddedWidth * LANES);
      }
    }
  }

  private void addWeights(Scratch own, float[] sums, int block) {
    forRows(
        (row, tapRow, at) ->
            Simd.CHANNELS.gather(
                sizes.kernelW(),
                sums,
                (block * sizes.taps() + tapRow * sizes.kernelW()) * LANES,
                sizes.outputWidth(),
                own.result,
                row * sizes.outputWidth() * LANES,
                own.image,
                at,
                LANES,
                sizes.strideW() * LANES));
  }

  /** The sum of the gradients of all places, behind those of the taps. */
  private void addBias(Scratch own, float[] sums, int block) {
    int to = (blocks * sizes.taps() + block) * LANES;
    for (int i = 0; i < own.result.length; i++) {
      sums[to + i % LANES] += own.result[i];
    }
  }

  private void writeImage(Scratch own, float[] taps, int sample, int block, INDArray to) {
    Arrays.fill(own.imageGradient, 0);
    forRows(
        (row, tapRow, at) ->
            Simd.CHANNELS.spread(
                sizes.outputWidth(),
                own.result,
                row * sizes.outputWidth() * LANES,
                sizes.kernelW(),
                taps,
                (block * sizes.taps() + tapRow * sizes.kernelW()) * LANES,
                own.imageGradient,
                at,
                sizes.strideW() * LANES,
                LANES));
    int count = ChannelLanes.channels(block, sizes.in());
    for (int y = 0; y < sizes.height(); y++) {
      ChannelLanes.turnBack(
          own.imageGradient,
          inside(y),
          count,
          sizes.width(),
          own.planar,
          y * sizes.width(),
          sizes.pixels());
    }
    int length = count * sizes.pixels();
    Floats.write(to, first(sample, block, sizes.pixels()), own.planar, 0, length);
  }

  /** The taps, {@code [block, taps, LANES]}. */
  private float[] taps(INDArray weights) {
    float[] planar = Floats.read(weights);
    float[] taps = new float[blocks * sizes.taps() * LANES];
    for (int block = 0; block < blocks; block++) {
      int at = block * sizes.taps() * LANES;
      int count = ChannelLanes.channels(block, sizes.in());
      ChannelLanes.turn(planar, at, sizes.taps(), count, sizes.taps(), taps, at);
    }
    return taps;
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
      Loops.gate(own.rectified, own.gradient);
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
