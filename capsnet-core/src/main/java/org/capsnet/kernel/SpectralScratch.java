package org.capsnet.kernel;

/** What {@link SpectralConvolution} works in, for parts of a batch up to a size. */
final class SpectralScratch {

  /** Rows of a block's planes, of which a plane of images and one of weights fit a cache. */
  static final int BLOCK = 128;

  /** Numbers of samples that are moved to or from rows at once. */
  private static final int MOVED = 1 << 17;

  final SpectralTransforms maps;

  /** Channels of a block. */
  final int channels;

  /** A plane of images, or of their gradient: {@code [channel and phase, sample]}. */
  final Panels ofImages;

  /** A plane of weights, or of their gradient: {@code [channel and phase, out]}. */
  final Panels ofKernels;

  /** A plane of the result, or of its gradient: {@code [out, sample]}. */
  final Panels ofResults;

  /** The same with rows and columns swapped. */
  final Panels ofTurned;

  /** The planes of a block of images, or of their gradient. */
  final float[][] images;

  /** The planes of a block of weights, or of their gradient. */
  final float[][] kernels;

  /** All planes of the result, or of its gradient. */
  final float[][] results;

  /** The same with rows and columns swapped; made when first asked for. */
  private float[][] turned;

  private final Worker[] workers = new Worker[Parallel.workers(Integer.MAX_VALUE)];

  /** What one thread works in. */
  static final class Worker {

    /** Samples of a few channels, as arrays hold them. */
    final float[] moved;

    /** The rows of one channel. */
    final float[] rows;

    /** What the first step of a {@link PlaneMap} makes of a row. */
    final float[] middle;

    /** A panel's row of some planes, or what a {@link PlaneStep} works in. */
    final float[] lines;

    /** A plane of a block of images, to take the place of another. */
    float[] image;

    /** A plane of a block of weights, likewise. */
    float[] kernel;

    Worker(int moved, int rows, int middle, int lines, int image, int kernel) {
      this.moved = new float[moved];
      this.rows = new float[rows];
      this.middle = new float[middle];
      this.lines = new float[lines];
      this.image = new float[image];
      this.kernel = new float[kernel];
    }
  }

  SpectralScratch(ConvolutionSizes sizes) {
    maps = new SpectralTransforms(sizes);
    channels = channels(sizes);
    int rows = channels * maps.phases;
    int acrossSamples = Simd.products().width(sizes.batch());
    int acrossOut = Simd.products().width(sizes.out());
    ofImages = new Panels(rows, sizes.batch(), acrossSamples);
    ofKernels = new Panels(rows, sizes.out(), acrossOut);
    ofResults = new Panels(sizes.out(), sizes.batch(), acrossSamples);
    ofTurned = new Panels(sizes.batch(), sizes.out(), acrossOut);
    images = new float[maps.planes][apart(ofImages)];
    kernels = new float[maps.planes][apart(ofKernels)];
    results = new float[maps.planes][apart(ofResults)];
    int moved = Math.toIntExact(moved(sizes));
    int channel =
        Math.max(
            Math.max(maps.phases * maps.images.cells(), sizes.outputs()) * ofImages.length(),
            sizes.taps() * ofKernels.length());
    int middle = maps.images.middle() * ofImages.length();
    int lines = Math.max(maps.planes * acrossSamples, maps.images.scratch(acrossSamples));
    for (PlaneMap map : maps.kernels) {
      middle = Math.max(middle, map.middle() * ofKernels.length());
      lines = Math.max(lines, map.scratch(acrossOut));
    }
    for (int w = 0; w < workers.length; w++) {
      workers[w] = new Worker(moved, channel, middle, lines, apart(ofImages), apart(ofKernels));
    }
  }

  /** Channels of a block. */
  static int channels(ConvolutionSizes sizes) {
    return Math.max(1, Math.min(sizes.in(), BLOCK / (sizes.strideH() * sizes.strideW())));
  }

  /** Numbers that are moved at once, at least a channel's of all samples. */
  static long moved(ConvolutionSizes sizes) {
    long images = (long) sizes.batch() * Math.max(sizes.pixels(), sizes.outputs());
    return Math.max(MOVED, Math.max(images, (long) sizes.out() * sizes.taps()));
  }

  /**
   * The length of a plane's array: a little more than a power of 2, so that the same place of
   * planes that lie one after another is not in the same set of a cache.
   */
  private static int apart(Panels shape) {
    return shape.size() + 4 * Gemm.LANES;
  }

  /** The blocks that the channels of the images make. */
  int blocks(ConvolutionSizes sizes) {
    return (sizes.in() + channels - 1) / channels;
  }

  float[][] turned() {
    if (turned == null) {
      turned = new float[maps.planes][apart(ofTurned)];
    }
    return turned;
  }

  Worker worker(int index) {
    return workers[index];
  }

  /** How many channels a worker moves at once, where one has so many numbers in each sample. */
  int together(int samples, int numbers) {
    return Math.max(1, workers[0].moved.length / (samples * numbers));
  }
}
