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

  /** A row's length along the samples. */
  final int alongSamples;

  /** A row's length along the output channels. */
  final int alongOut;

  /**
   * From a plane of images to the next; as of the others, not a power of 2, for the caches' sake.
   */
  final int imagePlane;

  /** From a plane of weights to the next. */
  final int kernelPlane;

  /** From a plane of results to the next. */
  final int resultPlane;

  /**
   * Planes of a block of images, or of their gradient, {@code [planes, channel and phase, sample]}.
   */
  final float[] images;

  /** Planes of a block of weights, {@code [planes, channel and phase, out]}. */
  final float[] kernels;

  /** Planes of the result, or of its gradient, {@code [planes, out, sample]}. */
  final float[] results;

  /** The same with the last two axes swapped; made when first asked for. */
  private float[] turned;

  private final Worker[] workers = new Worker[Parallel.workers(Integer.MAX_VALUE)];

  /** What one thread works in. */
  static final class Worker {

    /** Samples of a few channels, as arrays hold them. */
    final float[] moved;

    /** The rows of one channel, or of a plane of a block. */
    final float[] rows;

    /** What a {@link PlaneMap} works in. */
    final float[] middle;

    Worker(int moved, int rows, int middle) {
      this.moved = new float[moved];
      this.rows = new float[rows];
      this.middle = new float[middle];
    }
  }

  SpectralScratch(ConvolutionSizes sizes) {
    maps = new SpectralTransforms(sizes);
    channels = Math.max(1, Math.min(sizes.in(), BLOCK / maps.phases));
    alongSamples = Gemm.padded(sizes.batch());
    alongOut = Gemm.padded(sizes.out()) + Gemm.LANES;
    imagePlane = plane(channels * maps.phases, alongSamples);
    kernelPlane = plane(channels * maps.phases, alongOut);
    resultPlane = plane(sizes.out(), alongSamples);
    images = new float[Math.multiplyExact(maps.planes, imagePlane)];
    kernels = new float[Math.multiplyExact(maps.planes, kernelPlane)];
    results = new float[Math.multiplyExact(maps.planes, resultPlane)];
    int moved =
        Math.max(
            MOVED,
            Math.max(
                sizes.batch() * Math.max(sizes.pixels(), sizes.outputs()),
                sizes.out() * sizes.taps()));
    int rows =
        Math.max(
            Math.max(maps.phases * maps.images.cells(), channels * maps.phases) * alongSamples,
            Math.max(sizes.taps() * alongOut, sizes.outputs() * alongSamples));
    int middle = maps.images.scratch(alongSamples);
    for (PlaneMap kernel : maps.kernels) {
      middle = Math.max(middle, kernel.scratch(alongOut));
    }
    for (int w = 0; w < workers.length; w++) {
      workers[w] = new Worker(moved, rows, middle);
    }
  }

  private static int plane(int rows, int length) {
    return Math.multiplyExact(rows, length) + Gemm.LANES;
  }

  /** The blocks that the channels of the images make. */
  int blocks(ConvolutionSizes sizes) {
    return (sizes.in() + channels - 1) / channels;
  }

  /** The length of a block's planes of weights. */
  int kernelBlock() {
    return kernels.length;
  }

  /** From a turned plane to the next. */
  int turnedPlane() {
    return plane(alongSamples, alongOut);
  }

  float[] turned() {
    if (turned == null) {
      turned = new float[Math.multiplyExact(maps.planes, turnedPlane())];
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
