package org.capsnet.kernel;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Convolution as a sum over the taps of the kernel, each a product of a row of outputs with that
 * tap's weights, a sample at a time: the way for one image, where reading the weights once is most
 * of the work. The weights are wanted in an order of their own, which pays where they are {@link
 * Prepared}.
 *
 * <p>Images are turned to have the channels last, so that what a tap sees of a row of outputs is a
 * matrix {@code [outputWidth, in]} within them, and no columns are copied.
 */
public final class DirectConvolution {

  /** Output channels that are summed at once: as wide as the products' tiles. */
  private static final int TILE = 4 * Gemm.LANES;

  /** Input channels at a time, whose weights for a tile stay in the first-level cache. */
  private static final int DEPTH = 128;

  /** The fewest input and output channels that fill the tiles. */
  private static final int FEWEST = 32;

  private static final Pool<ConvolutionSizes, Scratch> SCRATCH = new Pool<>();

  private final ConvolutionSizes sizes;
  private final int paddedHeight;
  private final int paddedWidth;
  private final int tiles;

  /** The weights, {@code [tile, tap, in, TILE]}, zeros where there is no output channel. */
  private static final class Weights {
    final float[] numbers;

    Weights(float[] numbers) {
      this.numbers = numbers;
    }
  }

  /** What the weights' order depends on. */
  private record Order(int out, int in, int taps) {}

  /** What a call works in. */
  private static final class Scratch {
    final float[] image;
    final float[] turned;
    final float[][] results;

    Scratch(DirectConvolution c) {
      image = new float[c.sizes.in() * c.sizes.pixels()];
      turned = new float[c.paddedHeight * c.paddedWidth * c.sizes.in()];
      results = new float[c.tiles][c.sizes.outputs() * TILE];
    }
  }

  /**
   * For given sizes.
   *
   * @param sizes of the operands
   */
  public DirectConvolution(ConvolutionSizes sizes) {
    this.sizes = sizes;
    paddedHeight = sizes.height() + 2 * sizes.paddingH();
    paddedWidth = sizes.width() + 2 * sizes.paddingW();
    tiles = (sizes.out() + TILE - 1) / TILE;
  }

  /**
   * Whether this is the fast way for prepared weights: with the Vector API, for channels enough to
   * fill its tiles. For many samples the frequency domain, where it pays, is faster.
   *
   * @param sizes of the operands
   * @return whether to prefer it to ND4J's operation
   */
  public static boolean pays(ConvolutionSizes sizes) {
    return Simd.available()
        && Math.min(sizes.in(), sizes.out()) >= FEWEST
        && ConvolutionScratch.holdsDirect(sizes);
  }

  /**
   * The convolution.
   *
   * @param images dense float {@code [batch, in, height, width]}
   * @param weights dense float {@code [out, in, kernelH, kernelW]}
   * @param prepared where the weights in the order wanted here are kept
   * @param result dense float {@code [batch, out, outputHeight, outputWidth]}, overwritten
   * @return false, with nothing done, where the heap has no room for the weights in another order
   */
  public boolean forward(INDArray images, INDArray weights, Prepared prepared, INDArray result) {
    Order order = new Order(sizes.out(), sizes.in(), sizes.taps());
    long bytes = (long) Float.BYTES * tiles * TILE * sizes.taps() * sizes.in();
    Weights kept = prepared.get(Weights.class, order, weights, bytes, () -> inTiles(weights));
    if (kept == null) {
      return false;
    }
    float[] w = kept.numbers;
    Scratch scratch = SCRATCH.take(sizes, () -> new Scratch(this));
    for (int s = 0; s < sizes.batch(); s++) {
      int sample = s;
      Floats.read(images, (long) s * scratch.image.length, scratch.image, 0, scratch.image.length);
      turn(scratch);
      Parallel.forItems(
          tiles,
          1,
          (worker, from, to) -> {
            for (int tile = from; tile < to; tile++) {
              sum(w, tile, scratch);
              write(result, sample, tile, scratch.results[tile]);
            }
          });
    }
    SCRATCH.give(sizes, scratch);
    return true;
  }

  private Weights inTiles(INDArray weights) {
    float[] w = new float[Math.multiplyExact(tiles * TILE, sizes.taps() * sizes.in())];
    Parallel.forItems(
        sizes.out(),
        1,
        (worker, from, to) -> {
          float[] own = new float[sizes.in() * sizes.taps()];
          for (int o = from; o < to; o++) {
            Floats.read(weights, (long) o * own.length, own, 0, own.length);
            int first = o / TILE * own.length * TILE + o % TILE;
            for (int t = 0; t < sizes.taps(); t++) {
              for (int c = 0; c < sizes.in(); c++) {
                w[first + (t * sizes.in() + c) * TILE] = own[c * sizes.taps() + t];
              }
            }
          }
        });
    return new Weights(w);
  }

  /** From {@code [in, height, width]} to {@code [height, width, in]} within the padding. */
  private void turn(Scratch scratch) {
    for (int y = 0; y < sizes.height(); y++) {
      int to = ((y + sizes.paddingH()) * paddedWidth + sizes.paddingW()) * sizes.in();
      for (int x = 0; x < sizes.width(); x++, to += sizes.in()) {
        for (int c = 0; c < sizes.in(); c++) {
          scratch.turned[to + c] = scratch.image[c * sizes.pixels() + y * sizes.width() + x];
        }
      }
    }
  }

  /** The results of a tile's output channels, {@code [outputs, TILE]}. */
  private void sum(float[] w, int tile, Scratch scratch) {
    float[] result = scratch.results[tile];
    Arrays.fill(result, 0);
    int in = sizes.in();
    for (int t = 0; t < sizes.taps(); t++) {
      for (int c = 0; c < in; c += DEPTH) {
        int depth = Math.min(DEPTH, in - c);
        int weightsAt = ((tile * sizes.taps() + t) * in + c) * TILE;
        for (int row = 0; row < sizes.outputHeight(); row++) {
          int y = row * sizes.strideH() + t / sizes.kernelW();
          Simd.GEMM.multiply(
              sizes.outputWidth(),
              TILE,
              depth,
              scratch.turned,
              (y * paddedWidth + t % sizes.kernelW()) * in + c,
              sizes.strideW() * in,
              1,
              w,
              weightsAt,
              TILE,
              result,
              row * sizes.outputWidth() * TILE,
              TILE,
              true);
        }
      }
    }
  }

  private void write(INDArray result, int sample, int tile, float[] sums) {
    float[] plane = new float[sizes.outputs()];
    for (int o = tile * TILE; o < Math.min(sizes.out(), (tile + 1) * TILE); o++) {
      for (int i = 0; i < plane.length; i++) {
        plane[i] = sums[i * TILE + o % TILE];
      }
      long at = ((long) sample * sizes.out() + o) * plane.length;
      Floats.write(result, at, plane, 0, plane.length);
    }
  }
}
