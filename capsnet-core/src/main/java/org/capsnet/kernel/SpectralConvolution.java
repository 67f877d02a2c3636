package org.capsnet.kernel;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Convolution in the frequency domain, for large kernels: where a kernel of 9 × 9 with stride 2
 * makes 6 × 6 outputs, a seventh of the multiplications of the direct sum. Beside the frequencies,
 * which are the roots of unity, there are some real points, at which a product is cheaper ({@link
 * SpectralPoints}).
 *
 * <p>The channels of the images are processed a block at a time. Of a block, the planes of images
 * and weights are made ({@link SpectralTransforms}), multiplied, and added to those of the result;
 * only these are held for a whole batch. Planes take the room of the images and five times that of
 * the weights, and to make them again for the backward pass, in a cache, costs no more time than to
 * keep them in memory. For a few samples those of the weights are not stored at all ({@link
 * SpectralPieces}).
 *
 * <p>Planes have a row for each phase of a channel, at infinity for the long ones alone. Rows run
 * along the samples (images, results) or along the output channels (weights).
 *
 * <p>Each plane sees all of an image, and so does each number that comes back from the planes: a
 * pixel that an output sees and that is NaN or infinite makes NaN of all results of its sample,
 * where a direct sum would of those that see it. One of the results' gradient makes NaN of its
 * sample's gradient, and of all weights of its output channel; a pixel, of all weights of its input
 * channel; a weight, of its input channel's gradient in all samples. It does not vanish, nor reach
 * other samples' results.
 */
public final class SpectralConvolution {

  /** Samples that are transformed at once. */
  private static final int MOST_SAMPLES = 128;

  /**
   * The share of the direct sum's multiplications below which this way is the faster one, with the
   * Vector API's products and with plain ones.
   */
  private static final double WORTHWHILE = Simd.available() ? 0.55 : 0.45;

  /**
   * How many times the multiplications of tiles this way may take and still be the faster one: of
   * the shapes that docs/PERFORMANCE.md has at both widths of vectors, those at 0.6 and 1.2 times
   * took half of the tiles' time, those at 1.5 and 2.2 a fifth and a tenth more.
   */
  private static final double TILES = 1.35;

  /** What a map of an image to its planes costs, for each plane and row of the image. */
  private static final double MAP = 4;

  /** The same where the planes of weights are not stored. */
  private static final double MAP_OF_PIECES = 2;

  /** What was found for sizes: to find it makes garbage, and each call asks. */
  private static final Map<ConvolutionSizes, Boolean> PAYS = new ConcurrentHashMap<>();

  /** Of a program whose images are of ever other sizes no more is kept. */
  private static final int MOST_KEPT = 4096;

  private static final Pool<Order, SpectralScratch> SCRATCH = new Pool<>();

  /** What scratch memory is for. */
  private record Order(ConvolutionSizes sizes, boolean pieces) {}

  private final ConvolutionSizes sizes;

  /** Whether the planes of weights are made in pieces, unless they are kept. */
  private final boolean pieces;

  /**
   * For given sizes.
   *
   * @param sizes of the operands
   */
  public SpectralConvolution(ConvolutionSizes sizes) {
    this(sizes, SpectralPieces.pay(sizes));
  }

  /** For given sizes, in pieces or not. */
  SpectralConvolution(ConvolutionSizes sizes, boolean pieces) {
    this.sizes = sizes;
    this.pieces = pieces;
  }

  /**
   * Whether the frequency domain is the fast way: by the multiplications that it takes, which
   * follow from the shape. It is for large kernels, many channels and more than a few samples, and
   * not for results so large that their planes would fill the heap.
   *
   * @param sizes of the operands
   * @return whether to prefer it to a direct sum
   */
  public static boolean pays(ConvolutionSizes sizes) {
    if (PAYS.size() > MOST_KEPT) {
      PAYS.clear();
    }
    return PAYS.computeIfAbsent(sizes, SpectralConvolution::isFaster);
  }

  private static boolean isFaster(ConvolutionSizes sizes) {
    if (!SpectralAxis.isExact(sizes.kernelH(), sizes.strideH(), sizes.outputHeight())
        || !SpectralAxis.isExact(sizes.kernelW(), sizes.strideW(), sizes.outputWidth())) {
      return false;
    }
    Spectrum spectrum = Spectrum.of(sizes);
    double planes = spectrum.planes().size();
    double cells = (double) spectrum.rows().points().count() * spectrum.columns().points().count();
    double phases = spectrum.count(Spectrum.Part.ALL);
    double samples = Gemm.padded(Math.min(sizes.batch(), MOST_SAMPLES));
    double images = samples * sizes.in();
    double kernels = (double) sizes.in() * sizes.out() * sizes.taps();
    double results = samples * sizes.out();
    boolean tiles = TileConvolution.pays(sizes);
    double map = SpectralPieces.pay(sizes) && !tiles ? MAP_OF_PIECES : MAP;
    double spectral =
        spectrum.rowsOfPlanes() * images * sizes.out()
            + planes
                * (phases * (images + (double) sizes.in() * sizes.out()) * map * Math.sqrt(cells)
                    + results * sizes.outputs());
    double direct = Math.min(sizes.batch(), MOST_SAMPLES) * kernels * sizes.outputs();
    return spectral <= worthwhile(sizes, tiles) * direct && ConvolutionScratch.holdsSpectral(sizes);
  }

  /**
   * The share of the direct sum's multiplications that whatever else is there leaves worthwhile.
   */
  private static double worthwhile(ConvolutionSizes sizes, boolean tiles) {
    return tiles ? Math.min(WORTHWHILE, TILES * new TileShape(sizes).share()) : WORTHWHILE;
  }

  /**
   * The convolution.
   *
   * @param images dense float {@code [batch, in, height, width]}
   * @param weights dense float {@code [out, in, kernelH, kernelW]}
   * @param prepared where the planes of the weights are kept; null where they are made each time
   * @param result dense float {@code [batch, out, outputHeight, outputWidth]}, overwritten
   */
  public void forward(INDArray images, INDArray weights, Prepared prepared, INDArray result) {
    boolean inPieces = pieces && prepared == null;
    for (int from = 0; from < sizes.batch(); from += samples()) {
      int first = from;
      withScratch(
          from,
          inPieces,
          (part, scratch) -> {
            SpectralResult ofResult = new SpectralResult(part, scratch, result, first);
            if (inPieces) {
              for (SpectralBlock block : blocks(part, scratch, images, weights, first)) {
                block.makeImages();
                block.pieces().multiply();
              }
              ofResult.turnBack();
              ofResult.write();
              return;
            }
            KernelPlanes kept = prepared == null ? null : kept(part, scratch, weights, prepared);
            for (SpectralBlock block : blocks(part, scratch, images, weights, first)) {
              block.makeImages();
              if (kept == null) {
                block.makeKernels();
                block.multiply(scratch.kernels, 0);
              } else {
                block.multiply(kept.planes, block.index() * scratch.maps.planes);
              }
            }
            ofResult.write();
          });
    }
  }

  /**
   * The gradients.
   *
   * @param images as of {@link #forward}
   * @param weights as of {@link #forward}
   * @param upstream the gradient of the result, dense
   * @param imageGradient overwritten with the gradient of the images; null where it is not needed
   * @param weightGradient overwritten with the gradient of the weights; null where it is not needed
   */
  public void backward(
      INDArray images,
      INDArray weights,
      INDArray upstream,
      INDArray imageGradient,
      INDArray weightGradient) {
    for (int from = 0; from < sizes.batch(); from += samples()) {
      int first = from;
      withScratch(
          from,
          pieces,
          (part, scratch) -> {
            new SpectralResult(part, scratch, upstream, first).read(weightGradient != null);
            for (SpectralBlock block : blocks(part, scratch, images, weights, first)) {
              if (weightGradient != null) {
                block.makeImages();
              }
              if (pieces) {
                block.pieces().multiplyBack(imageGradient != null, weightGradient);
              } else {
                if (imageGradient != null) {
                  block.makeKernels();
                }
                block.multiplyBack(imageGradient != null, weightGradient != null);
              }
              if (imageGradient != null) {
                block.writeImages(imageGradient);
              }
              if (weightGradient != null && !pieces) {
                block.writeKernels(weightGradient, first > 0);
              }
            }
          });
    }
  }

  /** The planes of the weights, block by block. */
  private static final class KernelPlanes {
    final float[][] planes;

    KernelPlanes(float[][] planes) {
      this.planes = planes;
    }
  }

  /** Null where the heap has no room for them: they are then made for each part. */
  private static KernelPlanes kept(
      ConvolutionSizes part, SpectralScratch scratch, INDArray weights, Prepared prepared) {
    SpectralTransforms maps = scratch.maps;
    int planes = Math.multiplyExact(scratch.blocks(part), maps.planes);
    long ofBlock = Arrays.stream(scratch.kernels).mapToLong(plane -> plane.length).sum();
    return prepared.get(
        KernelPlanes.class,
        part.withBatch(1),
        weights,
        (long) Float.BYTES * scratch.blocks(part) * ofBlock,
        () -> {
          float[][] all = new float[planes][];
          for (SpectralBlock block : blocks(part, scratch, null, weights, 0)) {
            block.makeKernels();
            for (int p = 0; p < maps.planes; p++) {
              all[block.index() * maps.planes + p] = scratch.kernels[p].clone();
            }
          }
          return new KernelPlanes(all);
        });
  }

  private interface Pass {
    void run(ConvolutionSizes part, SpectralScratch scratch);
  }

  /** Samples per part, as even as possible. */
  static int samples(int batch) {
    int parts = (batch + MOST_SAMPLES - 1) / MOST_SAMPLES;
    return (batch + parts - 1) / parts;
  }

  private int samples() {
    return samples(sizes.batch());
  }

  /** The last part, which may be smaller, works in the same memory as those before it. */
  private void withScratch(int from, boolean inPieces, Pass pass) {
    ConvolutionSizes largest = sizes.withBatch(samples());
    Order order = new Order(largest, inPieces);
    SpectralScratch scratch = SCRATCH.take(order, () -> new SpectralScratch(largest, inPieces));
    Simd.products().begin();
    try {
      pass.run(sizes.withBatch(Math.min(samples(), sizes.batch() - from)), scratch);
    } finally {
      Simd.products().end();
    }
    SCRATCH.give(order, scratch);
  }

  private static Iterable<SpectralBlock> blocks(
      ConvolutionSizes part,
      SpectralScratch scratch,
      INDArray images,
      INDArray weights,
      int firstSample) {
    int channels = scratch.channels;
    return () ->
        IntStream.iterate(0, c -> c < part.in(), c -> c + channels)
            .mapToObj(
                c ->
                    new SpectralBlock(
                        part,
                        scratch,
                        images,
                        weights,
                        firstSample,
                        c,
                        Math.min(channels, part.in() - c)))
            .iterator();
  }
}
