package org.capsnet.kernel;

import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The planes of a block of the images' channels. A row of a plane is a phase of a channel. */
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
  private final PlaneShapes ofImages;
  private final PlaneShapes ofKernels;

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
    ofImages = scratch.ofImages.withChannels(channels);
    ofKernels = scratch.ofKernels.withChannels(channels);
  }

  /** The number of this block, from 0. */
  int index() {
    return firstChannel / scratch.channels;
  }

  /** The products of this block where the weights' planes are not stored. */
  SpectralPieces pieces() {
    return new SpectralPieces(sizes, scratch, weights, firstChannel, channels);
  }

  /** {@code T_x x}. */
  void makeImages() {
    int length = ofImages.whole().length();
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
            apply(own, maps.images, scratch.images, ofImages, from + c);
          }
        });
  }

  /** {@code T_w w}. */
  void makeKernels() {
    int length = ofKernels.whole().length();
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
            apply(own, maps.kernels, scratch.kernels, ofKernels, from + c);
          }
        });
  }

  /** The rows of a channel's phases in all planes, from its own. */
  private static void apply(
      SpectralScratch.Worker own,
      List<PlaneMap> maps,
      float[][] planes,
      PlaneShapes shapes,
      int channel) {
    int at = 0;
    for (int phase = 0; phase < maps.size(); phase++) {
      PlaneMap map = maps.get(phase);
      map.apply(own.rows, at, planes, shapes, phase, channel, own.middle, own.lines);
      at += map.cells() * shapes.whole().length();
    }
  }

  /** The transpose. */
  private static void applyBack(
      SpectralScratch.Worker own,
      List<PlaneMap> maps,
      float[][] planes,
      PlaneShapes shapes,
      int channel) {
    int at = 0;
    for (int phase = 0; phase < maps.size(); phase++) {
      PlaneMap map = maps.get(phase);
      map.applyBack(planes, shapes, phase, channel, own.rows, at, own.middle, own.lines);
      at += map.cells() * shapes.whole().length();
    }
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
                    ofKernels.of(maps.parts.get(p)),
                    scratch.images[p],
                    ofImages.of(maps.parts.get(p)),
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
            int part = maps.parts.get(p).place;
            if (withImages) {
              imageGradient(p, own.images[part]);
            }
            if (withKernels) {
              kernelGradient(p, own.kernels[part]);
              swap(scratch.kernels, p, own.kernels, part);
            }
            if (withImages) {
              swap(scratch.images, p, own.images, part);
            }
          }
        });
  }

  private static void swap(float[][] planes, int plane, float[][] spare, int part) {
    float[] before = planes[plane];
    planes[plane] = spare[part];
    spare[part] = before;
  }

  private void imageGradient(int plane, float[] gradient) {
    Simd.products()
        .multiply(
            false,
            scratch.kernels[plane],
            ofKernels.of(maps.parts.get(plane)),
            scratch.results[plane],
            scratch.ofResults,
            gradient,
            ofImages.of(maps.parts.get(plane)),
            false);
  }

  private void kernelGradient(int plane, float[] gradient) {
    Simd.products()
        .multiply(
            false,
            scratch.images[plane],
            ofImages.of(maps.parts.get(plane)),
            scratch.turned()[plane],
            scratch.ofTurned,
            gradient,
            ofKernels.of(maps.parts.get(plane)),
            false);
  }

  /** The gradient of the images, of these channels. */
  void writeImages(INDArray gradient) {
    int length = ofImages.whole().length();
    forChannels(
        sizes.batch(),
        sizes.pixels(),
        (own, from, count) -> {
          int stride = count * sizes.pixels();
          Arrays.fill(own.moved, 0, sizes.batch() * stride, 0);
          for (int c = 0; c < count; c++) {
            applyBack(own, maps.images, scratch.images, ofImages, from + c);
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
    int length = ofKernels.whole().length();
    forChannels(
        sizes.out(),
        sizes.taps(),
        (own, from, count) -> {
          int stride = count * sizes.taps();
          for (int c = 0; c < count; c++) {
            applyBack(own, maps.kernels, scratch.kernels, ofKernels, from + c);
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

  private long imageAt(int sample, int channel) {
    return ((long) (firstSample + sample) * sizes.in() + firstChannel + channel) * sizes.pixels();
  }

  private long kernelAt(int out, int channel) {
    return ((long) out * sizes.in() + firstChannel + channel) * sizes.taps();
  }
}
