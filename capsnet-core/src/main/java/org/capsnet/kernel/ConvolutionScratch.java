package org.capsnet.kernel;

import java.util.Arrays;

/**
 * How much memory the convolution kernels work in, known before any is allocated. It is Java arrays
 * that are kept from one step to the next ({@link Pool}).
 */
public final class ConvolutionScratch {

  /**
   * The most bytes that a kernel takes of the heap for a convolution: what needs more is left to
   * ND4J, which works off-heap. The paper's primary convolution takes less than a quarter of it.
   */
  private static final long MOST = 1L << 30;

  /** The most bytes of each worker: a choice by their sum would depend on the number of threads. */
  private static final long MOST_PER_WORKER = 1L << 28;

  private ConvolutionScratch() {}

  /**
   * Whether the frequency domain takes no more than there may be, with all planes of the weights,
   * which are kept between predictions, and the maps.
   */
  static boolean holdsSpectral(ConvolutionSizes s) {
    Spectrum spectrum = Spectrum.of(s);
    long kept = (long) spectrum.rowsOfPlanes() * s.in() * Gemm.padded(s.out());
    long map = (long) spectrum.planes().size() * s.outputs();
    return spectral(s) + Float.BYTES * (kept + map) <= MOST;
  }

  /** Whether columns take no more than there may be. */
  static boolean holdsColumns(ConvolutionSizes s) {
    return columns(s) <= MOST_PER_WORKER && sums(s) <= MOST;
  }

  /** Whether tiles take no more than there may be, with the weights at the points. */
  static boolean holdsTiles(ConvolutionSizes s) {
    long planes = (long) TileShape.POINTS * s.in() * Gemm.padded(s.out());
    long block = (long) Gemm.LANES * Math.max(s.pixels(), s.outputs());
    return Math.max(planes, block) < MOST / Float.BYTES && tiles(s) <= MOST_PER_WORKER;
  }

  /**
   * Whether a block of channels, each with a kernel of its own, takes no more than there may be.
   */
  static boolean holdsDepthwise(ConvolutionSizes s) {
    return depthwise(s) <= MOST_PER_WORKER;
  }

  /**
   * Whether one of several groups takes no more than there may be, and the gradients of all of
   * them.
   */
  static boolean holdsGroups(ConvolutionSizes ofGroup, int groups) {
    return group(ofGroup) <= MOST_PER_WORKER && weightsOfGroups(ofGroup, groups) <= MOST;
  }

  /** Whether a sum over taps takes no more than there may be, with its own copy of the weights. */
  static boolean holdsDirect(ConvolutionSizes s) {
    long weights = (Gemm.padded(s.out()) + 3L * Gemm.LANES) * s.in() * s.taps();
    return direct(s) <= MOST_PER_WORKER && Float.BYTES * (weights + turned(s)) <= MOST;
  }

  /**
   * A sample turned, what a tap sees of it, and its results; of each some channels once more. Of
   * few samples the turned one is shared, and the results are those of a tile.
   */
  static long direct(ConvolutionSizes s) {
    boolean few = DirectConvolution.isOfFew(s);
    long out = few ? 4L * Gemm.LANES : Gemm.padded(s.out()) + 3L * Gemm.LANES;
    long planar = Gemm.LANES * Math.max((long) s.pixels(), 4L * s.outputs());
    long numbers = channels(s) * s.outputs() + out * s.outputs() + planar;
    return Float.BYTES * (few ? numbers : numbers + turned(s));
  }

  private static long turned(ConvolutionSizes s) {
    return channels(s) * (s.height() + 2L * s.paddingH()) * (s.width() + 2L * s.paddingW());
  }

  private static long channels(ConvolutionSizes s) {
    return Gemm.padded(s.in()) + (long) Gemm.LANES;
  }

  /** Whether minimal filters take no more than there may be, with the weights at the points. */
  static boolean holdsWinograd(ConvolutionSizes s, WinogradPlanes planes, int width) {
    long weights = WinogradWeights.bytes(s, planes, width);
    return winograd(s, planes, width) + weights <= MOST
        && winogradOfWorker(s, planes, width) <= MOST_PER_WORKER;
  }

  /** The images, turned and at the points, and the results, in panels of a width. */
  static long winograd(ConvolutionSizes s, WinogradPlanes planes, int width) {
    long channels = (long) Gemm.padded(s.in()) + Gemm.LANES;
    long rows = (long) s.batch() * planes.tiles();
    long turned = (long) s.batch() * planes.height(s) * planes.width(s) * channels;
    long out = (s.out() + width - 1L) / width * width;
    return Float.BYTES * (turned + planes.count() * rows * channels + planes.points() * rows * out);
  }

  /** Pixels that are turned or a panel's result, the rows of a tile, and two steps of results. */
  static long winogradOfWorker(ConvolutionSizes s, WinogradPlanes planes, int width) {
    long channels = (long) Gemm.padded(s.in()) + Gemm.LANES;
    long panel = (long) s.batch() * planes.tiles() * width;
    long planar = Math.max((long) Gemm.LANES * s.pixels(), (long) width * s.outputs());
    long half = channels * planes.width(s) * planes.rows.longest().points();
    long pairs = (long) WinogradAxis.OUTPUTS * planes.columns.longest().points() * panel;
    long tiles = WinogradAxis.OUTPUTS * WinogradAxis.OUTPUTS * panel;
    return Float.BYTES * (planar + half + pairs + tiles);
  }

  /**
   * What a forward and a backward pass need, but for what is small beside it.
   *
   * @param sizes of a float convolution
   * @return bytes; 0 for a convolution that is ND4J's own
   */
  public static long bytes(ConvolutionSizes sizes) {
    if (SpectralConvolution.pays(sizes)) {
      return spectral(sizes) + Parallel.workers() * spectralOfWorker(sizes);
    }
    if (TileConvolution.pays(sizes)) {
      return tilesOfAll(sizes);
    }
    return ColumnConvolution.pays(sizes)
        ? Parallel.workers(sizes.batch()) * columns(sizes) + sums(sizes)
        : 0;
  }

  /**
   * The planes of a block of images and, where they are stored, of weights, of the results, and of
   * these turned.
   */
  static long spectral(ConvolutionSizes sizes) {
    int batch = SpectralConvolution.samples(sizes.batch());
    long samples = new Panels(1, batch, Simd.products().width(batch)).length();
    long out = new Panels(1, sizes.out(), Simd.products().width(sizes.out())).length();
    Spectrum spectrum = Spectrum.of(sizes);
    boolean pieces = SpectralPieces.pay(sizes);
    long rows = (long) SpectralScratch.channels(sizes, pieces) * spectrum.rowsOfPlanes();
    long results = spectrum.planes().size() * (sizes.out() * samples + batch * out);
    return Float.BYTES * (rows * (pieces ? samples : samples + out) + results);
  }

  /**
   * What all workers take, the weights at the points and their transposes, and of each part of a
   * batch the sum of their gradients and an edge of the images'.
   */
  private static long tilesOfAll(ConvolutionSizes s) {
    TileShape shape = new TileShape(s);
    long planes = (long) TileConvolution.planes(s) + TileConvolution.planesBack(s);
    long sum = (long) TileShape.POINTS * s.in() * Gemm.padded(s.out());
    long ofParts = TileConvolution.parts(s) * (sum + TileImages.edge(shape));
    return Parallel.workers(shape.units()) * tiles(s) + Float.BYTES * (planes + ofParts);
  }

  /** The points of a unit's images and results, and of each a block of channels. */
  static long tiles(ConvolutionSizes s) {
    TileShape shape = new TileShape(s);
    long lengths = Gemm.padded(s.in()) + Gemm.padded(s.out()) + 2L * Gemm.LANES;
    long points = lengths * TileShape.POINTS * shape.tiles();
    long places = (long) shape.seenHeight() * shape.seenWidth();
    long planar = Math.max(places, (long) shape.seenHeight() * s.width());
    long half = (long) SixPoints.COUNT * shape.seenWidth();
    return Float.BYTES * (points + Gemm.LANES * (places + 2 * planar + half));
  }

  /** A block of channels of an image, with padding and without, of its gradient and results. */
  static long depthwise(ConvolutionSizes s) {
    long width = s.width() + 2L * s.paddingW();
    long padded = (s.height() + 2L * s.paddingH()) * width;
    long spaced = ((s.outputHeight() - 1L) * s.strideH() + 1) * (width + s.kernelW() - 1);
    long places = Math.max(s.pixels(), s.outputs()) + padded + spaced + 3L * s.outputs();
    return Float.BYTES * Gemm.LANES * places;
  }

  /**
   * Numbers that are moved, the rows of a channel and what a first step makes of one, a panel's row
   * of all planes, and planes of images and of weights: some, or all of a piece.
   */
  static long spectralOfWorker(ConvolutionSizes s) {
    int batch = SpectralConvolution.samples(s.batch());
    int across = Simd.products().width(batch);
    long samples = new Panels(1, batch, across).length();
    long out = new Panels(1, s.out(), Simd.products().width(s.out())).length();
    Spectrum spectrum = Spectrum.of(s);
    SpectralAxis rows = spectrum.rows();
    SpectralAxis columns = spectrum.columns();
    long moved = SpectralScratch.moved(s.withBatch(batch));
    long cells =
        spectrum.phases().stream()
            .mapToLong(phase -> (long) rows.inputs(phase.top()) * columns.inputs(phase.left()))
            .sum();
    long channel = Math.max(Math.max(cells, s.outputs()) * samples, s.taps() * out);
    long points = rows.points().count();
    long middle = points * Math.max(columns.inputs(0) * samples, columns.taps(0) * out);
    long phases =
        Arrays.stream(Spectrum.Part.values()).mapToLong(part -> spectrum.count(part)).sum();
    long own =
        SpectralPieces.pay(s)
            ? (long) SpectralPieces.channels(s)
                    * spectrum.rowsOfPlanes()
                    * (samples + Simd.products().width(s.out()))
                + 2L * spectrum.planes().size() * SpectralScratch.GAP
            : SpectralScratch.channels(s, false) * phases * (samples + out);
    long lines = (long) spectrum.planes().size() * across;
    return Float.BYTES * (moved + channel + middle + lines + own);
  }

  /**
   * What a forward and a backward pass of groups need, but for what is small beside it.
   *
   * @param ofGroup the sizes of one group
   * @param groups their number
   * @return bytes
   */
  public static long ofGroups(ConvolutionSizes ofGroup, int groups) {
    long items = (long) GroupedLayout.units(ofGroup) * groups;
    int workers = Parallel.workers((int) Math.min(items, Integer.MAX_VALUE));
    return workers * group(ofGroup) + weightsOfGroups(ofGroup, groups);
  }

  /** The weights, and of each part of a batch the sums of their gradients and the biases'. */
  private static long weightsOfGroups(ConvolutionSizes s, int groups) {
    long block = Gemm.padded(s.out()) * ((long) s.in() * s.taps() + 1) * groups;
    long parts = block > MOST ? 1 : GroupedConvolution.parts(s, groups);
    long weights = (long) groups * s.out() * s.in() * s.taps();
    return Float.BYTES * (weights + parts * block);
  }

  /**
   * An image and a result as they lie, and of the samples of a unit images laid out and results,
   * with their gradients, and these turned.
   */
  static long group(ConvolutionSizes s) {
    long samples = GroupedLayout.samples(s);
    long width = GroupedLayout.width(s);
    long height = GroupedLayout.height(s);
    long phases = (long) Math.min(s.strideH(), s.kernelH()) * Math.min(s.strideW(), s.kernelW());
    long images = (long) s.in() * (phases * samples * height * width + Gemm.LANES);
    long places = ((samples - 1) * height + s.outputHeight() - 1) * width + s.outputWidth();
    long row = places + Gemm.LANES - 1 - (places + Gemm.LANES - 1) % Gemm.LANES;
    long result = (long) s.out() * s.outputs();
    long planar = Math.max((long) s.in() * s.pixels(), result);
    long turned = Gemm.padded(s.out()) * places;
    return Float.BYTES * (planar + result + 2 * images + 2L * s.out() * row + turned);
  }

  /** Of each part of a batch, the sum of the weights' gradients. */
  static long sums(ConvolutionSizes s) {
    long parts = ColumnConvolution.parts(s);
    return Float.BYTES * parts * s.out() * Gemm.padded(s.in() * s.taps() + 1);
  }

  /** An image, its columns or patches, and two results: of each worker. */
  static long columns(ConvolutionSizes s) {
    long weights = (long) s.in() * s.taps() + 1;
    long outputs = Gemm.padded(s.outputs());
    long patch = Gemm.padded(Math.toIntExact(weights));
    return Float.BYTES
        * ((long) s.in() * s.pixels()
            + Math.max(weights * outputs, s.outputs() * patch)
            + 2L * s.out() * outputs);
  }
}
