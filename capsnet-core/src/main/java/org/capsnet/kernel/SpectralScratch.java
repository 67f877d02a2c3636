package org.capsnet.kernel;

import java.util.List;

/** What {@link SpectralConvolution} works in, for parts of a batch up to a size. */
final class SpectralScratch {

  /**
   * Rows of a block's planes, at most, of which a plane of images and one of weights fit a cache.
   */
  static final int BLOCK = 128;

  /** Rows of a block's planes, at most, where only those of the images are stored. */
  static final int IN_PIECES = 1024;

  /** Numbers at the end of a plane, so that the next does not begin in the same set of a cache. */
  static final int GAP = 4 * Gemm.LANES;

  /** Numbers of samples that are moved to or from rows at once. */
  private static final int MOVED = 1 << 17;

  final SpectralTransforms maps;

  /** Channels of a block. */
  final int channels;

  /** The planes of images, or of their gradient: {@code [channel and phase, sample]}. */
  final PlaneShapes ofImages;

  /** The planes of weights, or of their gradient: {@code [channel and phase, out]}. */
  final PlaneShapes ofKernels;

  /** A plane of the result, or of its gradient: {@code [out, sample]}. */
  final Panels ofResults;

  /** The same with rows and columns swapped. */
  final Panels ofTurned;

  /** The planes of a block of images, or of their gradient. */
  final float[][] images;

  /** The channels of a piece. */
  final int ofPiece;

  /** The planes of a piece of weights, or of their gradient: {@code [channel and phase, out]}. */
  final PlaneShapes ofPieces;

  /** The planes of a block of weights, or of their gradient; none where they are made in pieces. */
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

    /**
     * A plane of a block of images for each part of the phases, to take the place of another; or
     * all planes of the channels of a piece.
     */
    final float[][] images;

    /** A plane of a block of weights, likewise; or all planes of a piece. */
    final float[][] kernels;

    Worker(int moved, int rows, int middle, int lines, float[][] images, float[][] kernels) {
      this.moved = new float[moved];
      this.rows = new float[rows];
      this.middle = new float[middle];
      this.lines = new float[lines];
      this.images = images;
      this.kernels = kernels;
    }
  }

  /**
   * For given sizes.
   *
   * @param sizes of the operands
   * @param pieces whether the planes of the weights are made in pieces ({@link SpectralPieces})
   */
  SpectralScratch(ConvolutionSizes sizes, boolean pieces) {
    maps = new SpectralTransforms(sizes);
    channels = channels(sizes, pieces);
    ofPiece = SpectralPieces.channels(sizes);
    int acrossSamples = Simd.products().width(sizes.batch());
    int acrossOut = Simd.products().width(sizes.out());
    ofImages = new PlaneShapes(maps.spectrum, channels, sizes.batch(), acrossSamples);
    ofKernels = new PlaneShapes(maps.spectrum, channels, sizes.out(), acrossOut);
    ofResults = new Panels(sizes.out(), sizes.batch(), acrossSamples);
    ofTurned = new Panels(sizes.batch(), sizes.out(), acrossOut);
    images = planes(ofImages, maps.parts);
    ofPieces = new PlaneShapes(maps.spectrum, ofPiece, acrossOut, acrossOut);
    kernels = planes(ofKernels, pieces ? List.of() : maps.parts);
    results = new float[maps.planes][apart(ofResults)];
    int moved = Math.toIntExact(moved(sizes));
    int samples = ofResults.length();
    int out = ofTurned.length();
    int channel =
        Math.max(Math.max(maps.pixels.length, sizes.outputs()) * samples, sizes.taps() * out);
    int middle = Math.max(middle(maps.images) * samples, middle(maps.kernels) * out);
    int lines =
        Math.max(
            maps.planes * acrossSamples,
            Math.max(lines(maps.images, acrossSamples), lines(maps.kernels, acrossOut)));
    PlaneShapes images = pieces ? ofImages.withChannels(ofPiece) : ofImages;
    PlaneShapes kernels = pieces ? ofPieces : ofKernels;
    List<Spectrum.Part> own = pieces ? maps.parts : List.of(Spectrum.Part.values());
    for (int w = 0; w < workers.length; w++) {
      workers[w] =
          new Worker(moved, channel, middle, lines, planes(images, own), planes(kernels, own));
    }
  }

  private static float[][] planes(PlaneShapes shapes, List<Spectrum.Part> parts) {
    return parts.stream().map(part -> new float[apart(shapes.of(part))]).toArray(float[][]::new);
  }

  private static int middle(List<PlaneMap> maps) {
    return maps.stream().mapToInt(PlaneMap::middle).max().orElseThrow();
  }

  private static int lines(List<PlaneMap> maps, int width) {
    return maps.stream().mapToInt(map -> map.scratch(width)).max().orElseThrow();
  }

  /** Channels of a block. */
  static int channels(ConvolutionSizes sizes, boolean pieces) {
    int rows = pieces ? IN_PIECES : BLOCK;
    return Math.max(1, Math.min(sizes.in(), rows / Spectrum.of(sizes).count(Spectrum.Part.ALL)));
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
    return shape.size() + GAP;
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
