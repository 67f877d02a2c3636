package org.capsnet.kernel;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The planes of a block of the images' channels. A row of a plane is a channel's phase. */
final class SpectralBlock {

  /** Planes that a worker takes at once. */
  static final int PLANES = 4;

  private final ConvolutionSizes sizes;
  private final SpectralScratch scratch;
  private final SpectralTransforms maps;
  private final INDArray images;
  private final INDArray weights;
  private final int firstSample;
  private final int firstChannel;
  private final int channels;

  SpectralBlock(
      ConvolutionSizes sizes,
      SpectralScratch scratch,
      INDArray images,
      INDArray weights,
      int firstSample,
      int firstChannel,
      int channels) {
    this.sizes = sizes;
    this.scratch = scratch;
    this.maps = scratch.maps;
    this.images = images;
    this.weights = weights;
    this.firstSample = firstSample;
    this.firstChannel = firstChannel;
    this.channels = channels;
  }

  /** {@code T_x x}. */
  void makeImages() {
    int length = scratch.alongSamples;
    forChannels(
        sizes.batch(),
        sizes.pixels(),
        (own, from, count) -> {
          int stride = count * sizes.pixels();
          for (int s = 0; s < sizes.batch(); s++) {
            Floats.read(images, imageAt(s, from), own.moved, s * stride, stride);
          }
          for (int c = 0; c < count; c++) {
            Rows.gather(
                own.moved,
                c * sizes.pixels(),
                stride,
                sizes.batch(),
                maps.pixels,
                own.rows,
                length);
            for (int phase = 0; phase < maps.phases; phase++) {
              maps.images.apply(
                  own.rows,
                  phase * maps.images.cells() * length,
                  length,
                  sizes.batch(),
                  own.middle,
                  scratch.images,
                  row(from + c, phase) * length,
                  scratch.imagePlane);
            }
          }
        });
  }

  /** {@code T_w w}. */
  void makeKernels() {
    int length = scratch.alongOut;
    forChannels(
        sizes.out(),
        sizes.taps(),
        (own, from, count) -> {
          int stride = count * sizes.taps();
          for (int o = 0; o < sizes.out(); o++) {
            Floats.read(weights, kernelAt(o, from), own.moved, o * stride, stride);
          }
          for (int c = 0; c < count; c++) {
            Rows.gather(
                own.moved, c * sizes.taps(), stride, sizes.out(), maps.taps, own.rows, length);
            int tap = 0;
            for (int phase = 0; phase < maps.phases; phase++) {
              PlaneMap map = maps.kernels.get(phase);
              map.apply(
                  own.rows,
                  tap * length,
                  length,
                  sizes.out(),
                  own.middle,
                  scratch.kernels,
                  row(from + c, phase) * length,
                  scratch.kernelPlane);
              tap += map.cells();
            }
          }
        });
  }

  /** The number of this block, from 0. */
  int index() {
    return firstChannel / scratch.channels;
  }

  /**
   * Adds this block's share to the planes of the result; the first block's is the first.
   *
   * @param kernels the planes of the weights, from {@code at} on
   * @param at see kernels
   */
  void multiply(float[] kernels, int at) {
    Parallel.forItems(
        maps.planes,
        PLANES,
        (worker, from, to) -> {
          for (int p = from; p < to; p++) {
            Simd.GEMM.multiply(
                sizes.out(),
                scratch.alongSamples,
                channels * maps.phases,
                kernels,
                at + p * scratch.kernelPlane,
                1,
                scratch.alongOut,
                scratch.images,
                p * scratch.imagePlane,
                scratch.alongSamples,
                scratch.results,
                p * scratch.resultPlane,
                scratch.alongSamples,
                firstChannel > 0);
          }
        });
  }

  /** Turns the planes of images and weights into those of their gradients. */
  void multiplyBack(boolean ofImages, boolean ofKernels) {
    Parallel.forItems(
        maps.planes,
        PLANES,
        (worker, from, to) -> {
          float[] imageGradient = scratch.worker(worker).rows;
          for (int p = from; p < to; p++) {
            if (ofImages) {
              imageGradient(p, imageGradient);
            }
            if (ofKernels) {
              kernelGradient(p);
            }
            if (ofImages) {
              System.arraycopy(
                  imageGradient,
                  0,
                  scratch.images,
                  p * scratch.imagePlane,
                  channels * maps.phases * scratch.alongSamples);
            }
          }
        });
  }

  private void imageGradient(int plane, float[] to) {
    Simd.GEMM.multiply(
        channels * maps.phases,
        scratch.alongSamples,
        sizes.out(),
        scratch.kernels,
        plane * scratch.kernelPlane,
        scratch.alongOut,
        1,
        scratch.results,
        plane * scratch.resultPlane,
        scratch.alongSamples,
        to,
        0,
        scratch.alongSamples,
        false);
  }

  private void kernelGradient(int plane) {
    Simd.GEMM.multiply(
        channels * maps.phases,
        sizes.out(),
        sizes.batch(),
        scratch.images,
        plane * scratch.imagePlane,
        scratch.alongSamples,
        1,
        scratch.turned(),
        plane * scratch.turnedPlane(),
        scratch.alongOut,
        scratch.kernels,
        plane * scratch.kernelPlane,
        scratch.alongOut,
        false);
  }

  /** The gradient of the images, of these channels. */
  void writeImages(INDArray gradient) {
    int length = scratch.alongSamples;
    forChannels(
        sizes.batch(),
        sizes.pixels(),
        (own, from, count) -> {
          int stride = count * sizes.pixels();
          Arrays.fill(own.moved, 0, sizes.batch() * stride, 0);
          for (int c = 0; c < count; c++) {
            for (int phase = 0; phase < maps.phases; phase++) {
              maps.images.applyTransposed(
                  scratch.images,
                  row(from + c, phase) * length,
                  scratch.imagePlane,
                  own.middle,
                  own.rows,
                  phase * maps.images.cells() * length,
                  length,
                  sizes.batch());
            }
            Rows.scatter(
                own.rows,
                length,
                maps.pixels,
                own.moved,
                c * sizes.pixels(),
                stride,
                sizes.batch());
          }
          for (int s = 0; s < sizes.batch(); s++) {
            Floats.write(gradient, imageAt(s, from), own.moved, s * stride, stride);
          }
        });
  }

  /** The gradient of the weights, of these channels. */
  void writeKernels(INDArray gradient, boolean add) {
    int length = scratch.alongOut;
    forChannels(
        sizes.out(),
        sizes.taps(),
        (own, from, count) -> {
          int stride = count * sizes.taps();
          for (int c = 0; c < count; c++) {
            int tap = 0;
            for (int phase = 0; phase < maps.phases; phase++) {
              PlaneMap map = maps.kernels.get(phase);
              map.applyTransposed(
                  scratch.kernels,
                  row(from + c, phase) * length,
                  scratch.kernelPlane,
                  own.middle,
                  own.rows,
                  tap * length,
                  length,
                  sizes.out());
              tap += map.cells();
            }
            Rows.scatter(
                own.rows, length, maps.taps, own.moved, c * sizes.taps(), stride, sizes.out());
          }
          for (int o = 0; o < sizes.out(); o++) {
            if (add) {
              Floats.add(gradient, kernelAt(o, from), own.moved, o * stride, stride);
            } else {
              Floats.write(gradient, kernelAt(o, from), own.moved, o * stride, stride);
            }
          }
        });
  }

  private interface ChannelWork {
    /** Does {@code count} channels of this block from {@code from} on. */
    void run(SpectralScratch.Worker own, int from, int count);
  }

  /** All channels on all cores, a few at a time. */
  private void forChannels(int samples, int numbers, ChannelWork work) {
    int together = scratch.together(samples, numbers);
    Parallel.forItems(
        channels,
        Math.min(together, (channels + 2 * Parallel.workers() - 1) / (2 * Parallel.workers())),
        (worker, from, to) -> work.run(scratch.worker(worker), from, to - from));
  }

  private int row(int channel, int phase) {
    return channel * maps.phases + phase;
  }

  private long imageAt(int sample, int channel) {
    return ((long) (firstSample + sample) * sizes.in() + firstChannel + channel) * sizes.pixels();
  }

  private long kernelAt(int out, int channel) {
    return ((long) out * sizes.in() + firstChannel + channel) * sizes.taps();
  }
}
