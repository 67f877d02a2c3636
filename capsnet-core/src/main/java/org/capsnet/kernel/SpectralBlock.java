package org.capsnet.kernel;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The planes of a block of the images' channels, those of one u at a time, so that they are used
 * while they are in a cache. A row of a plane is a channel's phase.
 */
final class SpectralBlock {

  /** Rows of planes that a worker makes at once. */
  private static final int ROWS = 4;

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

  /** Reads the images, and takes the first step of their map. */
  void readImages() {
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
              maps.images.transformColumns(
                  own.rows,
                  phase * maps.images.cells() * length,
                  length,
                  scratch.imageMiddles[row(from + c, phase)]);
            }
          }
        });
  }

  /** Reads the weights, and takes the first step of their map. */
  void readKernels() {
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
              map.transformColumns(
                  own.rows, tap * length, length, scratch.kernelMiddles[row(from + c, phase)]);
              tap += map.cells();
            }
          }
        });
  }

  /** Makes the planes of a u. */
  void makePlanes(int u, boolean withImages, boolean withKernels) {
    forRows(
        withImages,
        withKernels,
        (own, map, row, middles, shape, planes) -> {
          PlaneStep step = map.steps().get(u);
          for (int p = 0; p < shape.count(); p++) {
            step.apply(middles[row], shape, p, row, planes, own.lines);
          }
        });
  }

  /** The opposite of {@link #makePlanes}, with each map transposed. */
  void unmakePlanes(int u, boolean withImages, boolean withKernels) {
    forRows(
        withImages,
        withKernels,
        (own, map, row, middles, shape, planes) -> {
          PlaneStep step = map.steps().get(u);
          for (int p = 0; p < shape.count(); p++) {
            step.applyBack(planes, shape, p, row, middles[row], own.lines);
          }
        });
  }

  /**
   * Adds this block's share to the planes of a u of the result; the first block's is the first.
   *
   * @param u which
   * @param kernels the planes of the weights, from {@code first} on
   * @param first see kernels
   */
  void multiply(int u, float[][] kernels, int first) {
    PlaneStep step = maps.images.steps().get(u);
    Parallel.forItems(
        step.planes,
        1,
        (worker, from, to) -> {
          for (int p = from; p < to; p++) {
            Simd.PRODUCTS.multiply(
                true,
                kernels[first + p],
                ofKernels,
                scratch.images[p],
                ofImages,
                scratch.results[step.firstPlane + p],
                scratch.ofResults,
                firstChannel > 0);
          }
        });
  }

  /** Turns the planes of a u of images and weights into those of their gradients. */
  void multiplyBack(int u, boolean withImages, boolean withKernels) {
    PlaneStep step = maps.images.steps().get(u);
    Parallel.forItems(
        step.planes,
        1,
        (worker, from, to) -> {
          SpectralScratch.Worker own = scratch.worker(worker);
          for (int p = from; p < to; p++) {
            float[] image = own.image;
            if (withImages) {
              imageGradient(p, step.firstPlane + p, image);
            }
            if (withKernels) {
              kernelGradient(p, step.firstPlane + p, own.kernel);
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

  private void imageGradient(int plane, int result, float[] gradient) {
    Simd.PRODUCTS.multiply(
        false,
        scratch.kernels[plane],
        ofKernels,
        scratch.results[result],
        scratch.ofResults,
        gradient,
        ofImages,
        false);
  }

  private void kernelGradient(int plane, int result, float[] gradient) {
    Simd.PRODUCTS.multiply(
        false,
        scratch.images[plane],
        ofImages,
        scratch.turned()[result],
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
              maps.images.transformColumnsBack(
                  scratch.imageMiddles[row(from + c, phase)],
                  own.rows,
                  phase * maps.images.cells() * length,
                  length);
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
              map.transformColumnsBack(
                  scratch.kernelMiddles[row(from + c, phase)], own.rows, tap * length, length);
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

  private interface RowWork {
    /** Does a row of the planes of images, or of weights. */
    void run(
        SpectralScratch.Worker own,
        PlaneMap map,
        int row,
        float[][] middles,
        Panels shape,
        float[][] planes);
  }

  /** All rows of planes on all cores, those of images, of weights, or both. */
  private void forRows(boolean withImages, boolean withKernels, RowWork work) {
    int rows = channels * maps.phases;
    int kernelsFrom = withImages ? rows : 0;
    Parallel.forItems(
        kernelsFrom + (withKernels ? rows : 0),
        ROWS,
        (worker, from, to) -> {
          SpectralScratch.Worker own = scratch.worker(worker);
          for (int i = from; i < to; i++) {
            if (i < kernelsFrom) {
              work.run(own, maps.images, i, scratch.imageMiddles, ofImages, scratch.images);
            } else {
              int row = i - kernelsFrom;
              work.run(
                  own,
                  maps.kernels.get(row % maps.phases),
                  row,
                  scratch.kernelMiddles,
                  ofKernels,
                  scratch.kernels);
            }
          }
        });
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
