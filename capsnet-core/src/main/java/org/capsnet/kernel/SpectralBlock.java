package org.capsnet.kernel;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The planes of a block of the images' channels. A row of a plane is a channel's phase. */
final class SpectralBlock {

  /** Planes that a worker takes at once. */
  private static final int PLANES = 4;

  private final ConvolutionSizes sizes;
  private final SpectralScratch scratch;
  private final SpectralTransforms maps;
  private final INDArray images;
  private final INDArray weights;
  private final int firstSample;
  private final int firstChannel;
  private final int channels;
  private final Panels ofImages;
  private final Panels ofKernels;

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
    int rows = channels * maps.phases;
    ofImages = scratch.ofImages.withRows(rows);
    ofKernels = scratch.ofKernels.withRows(rows);
  }

  /** The number of this block, from 0. */
  int index() {
    return firstChannel / scratch.channels;
  }

  /** {@code T_x x}. */
  void makeImages() {
    int length = ofImages.length();
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
                  scratch.images,
                  ofImages,
                  row(from + c, phase),
                  own.middle,
                  own.lines);
            }
          }
        });
  }

  /** {@code T_w w}. */
  void makeKernels() {
    int length = ofKernels.length();
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
                  scratch.kernels,
                  ofKernels,
                  row(from + c, phase),
                  own.middle,
                  own.lines);
              tap += map.cells();
            }
          }
        });
  }

  /**
   * Adds this block's share to the planes of the result; the first block's is the first.
   *
   * @param kernels the planes of the weights, from {@code first} on
   * @param first see kernels
   */
  void multiply(float[][] kernels, int first) {
    Parallel.forItems(
        maps.planes,
        PLANES,
        (worker, from, to) -> {
          for (int p = from; p < to; p++) {
            Simd.products()
                .multiply(
                    true,
                    kernels[first + p],
                    ofKernels,
                    scratch.images[p],
                    ofImages,
                    scratch.results[p],
                    scratch.ofResults,
                    firstChannel > 0);
          }
        });
  }

  /** Turns the planes of images and weights into those of their gradients. */
  void multiplyBack(boolean withImages, boolean withKernels) {
    Parallel.forItems(
        maps.planes,
        PLANES,
        (worker, from, to) -> {
          SpectralScratch.Worker own = scratch.worker(worker);
          for (int p = from; p < to; p++) {
            float[] image = own.image;
            if (withImages) {
              imageGradient(p, image);
            }
            if (withKernels) {
              kernelGradient(p, own.kernel);
              float[] kernel = scratch.kernels[p];
              scratch.kernels[p] = own.kernel;
              own.kernel = kernel;
            }
            if (withImages) {
              own.image = scratch.images[p];
              scratch.images[p] = image;
            }
          }
        });
  }

  private void imageGradient(int plane, float[] gradient) {
    Simd.products()
        .multiply(
            false,
            scratch.kernels[plane],
            ofKernels,
            scratch.results[plane],
            scratch.ofResults,
            gradient,
            ofImages,
            false);
  }

  private void kernelGradient(int plane, float[] gradient) {
    Simd.products()
        .multiply(
            false,
            scratch.images[plane],
            ofImages,
            scratch.turned()[plane],
            scratch.ofTurned,
            gradient,
            ofKernels,
            false);
  }

  /** The gradient of the images, of these channels. */
  void writeImages(INDArray gradient) {
    int length = ofImages.length();
    forChannels(
        sizes.batch(),
        sizes.pixels(),
        (own, from, count) -> {
          int stride = count * sizes.pixels();
          Arrays.fill(own.moved, 0, sizes.batch() * stride, 0);
          for (int c = 0; c < count; c++) {
            for (int phase = 0; phase < maps.phases; phase++) {
              maps.images.applyBack(
                  scratch.images,
                  ofImages,
                  row(from + c, phase),
                  own.rows,
                  phase * maps.images.cells() * length,
                  own.middle,
                  own.lines);
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
    int length = ofKernels.length();
    forChannels(
        sizes.out(),
        sizes.taps(),
        (own, from, count) -> {
          int stride = count * sizes.taps();
          for (int c = 0; c < count; c++) {
            int tap = 0;
            for (int phase = 0; phase < maps.phases; phase++) {
              PlaneMap map = maps.kernels.get(phase);
              map.applyBack(
                  scratch.kernels,
                  ofKernels,
                  row(from + c, phase),
                  own.rows,
                  tap * length,
                  own.middle,
                  own.lines);
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
