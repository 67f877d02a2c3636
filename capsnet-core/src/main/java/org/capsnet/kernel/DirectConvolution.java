package org.capsnet.kernel;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Convolution as a sum over the taps of the kernel, each a product of all that the tap sees of a
 * sample with its weights: the way for prepared weights where nothing saves multiplications. The
 * weights are wanted in an order of their own, which pays where they are {@link Prepared}.
 *
 * <p>Images are turned to have the channels last, so that what a tap sees is a matrix ({@link
 * TurnedImages}) that stays in the cache. A worker takes a sample, or of few samples a part of the
 * output channels.
 */
public final class DirectConvolution {

  /** Output channels that are summed at once: as wide as the products' tiles. */
  private static final int TILE = 4 * Gemm.LANES;

  /** Input channels at a time, whose weights for a tile stay in the first-level cache. */
  private static final int DEPTH = 128;

  /** The fewest input and output channels that fill the tiles. */
  private static final int FEWEST = 32;

  /** The fewest samples that are taken as a whole. */
  private static final int SAMPLES = 4;

  private static final Pool<ConvolutionSizes, Scratch> SCRATCH = new Pool<>();

  /** The turned sample that all workers share, of few samples. */
  private static final Pool<ConvolutionSizes, float[]> TURNED = new Pool<>();

  private final ConvolutionSizes sizes;
  private final TurnedImages turns;
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

  /** What one thread works in: for a sample, or of few samples for a tile of one. */
  private static final class Scratch {
    /** Of a block of channels, or of a tile {@code [TILE, outputs]}. */
    final float[] planar;

    /** Empty for a tile. */
    final float[] turned;

    /** What a tap sees. */
    final float[] seen;

    /** {@code [tile, outputs, TILE]}. */
    final float[] results;

    Scratch(DirectConvolution c) {
      planar = new float[Math.max(c.turns.planar(), TILE * c.sizes.outputs())];
      turned = new float[isOfFew(c.sizes) ? 0 : c.turns.numbers()];
      seen = new float[c.turns.seen()];
      results = new float[(isOfFew(c.sizes) ? 1 : c.tiles) * c.sizes.outputs() * TILE];
    }
  }

  /**
   * For given sizes.
   *
   * @param sizes of the operands
   */
  public DirectConvolution(ConvolutionSizes sizes) {
    this.sizes = sizes;
    turns = new TurnedImages(sizes);
    tiles = (sizes.out() + TILE - 1) / TILE;
  }

  /** Whether the samples are so few that workers share one. */
  static boolean isOfFew(ConvolutionSizes sizes) {
    return sizes.batch() < SAMPLES;
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
   * @param finish what follows
   * @param prepared where the weights in the order wanted here are kept
   * @param result dense float {@code [batch, out, outputHeight, outputWidth]}, overwritten
   * @return false, with nothing done, where the heap has no room for the weights in another order
   */
  public boolean forward(
      INDArray images, INDArray weights, ChannelFinish finish, Prepared prepared, INDArray result) {
    int numbers = tiles * TILE * sizes.taps() * sizes.in();
    Weights kept =
        prepared.get(
            Weights.class,
            new Order(sizes.out(), sizes.in(), sizes.taps()),
            weights,
            (long) Float.BYTES * numbers,
            () -> {
              Weights made = new Weights(new float[numbers]);
              putInTiles(weights, made.numbers);
              return made;
            });
    if (kept != null) {
      forward(images, kept.numbers, finish, result);
    }
    return kept != null;
  }

  private void forward(INDArray images, float[] w, ChannelFinish finish, INDArray result) {
    if (!isOfFew(sizes)) {
      forOwn(
          sizes.batch(),
          (own, sample) -> {
            for (int block = 0; block < turns.blocks(); block++) {
              turns.turn(images, sample, block, own.planar, own.turned);
            }
            sum(w, 0, tiles, own.turned, own);
            write(result, sample, 0, tiles, finish, own);
          });
      return;
    }
    float[] turned = TURNED.take(sizes, () -> new float[turns.numbers()]);
    for (int s = 0; s < sizes.batch(); s++) {
      int sample = s;
      forOwn(turns.blocks(), (own, block) -> turns.turn(images, sample, block, own.planar, turned));
      forOwn(
          tiles,
          (own, tile) -> {
            sum(w, tile, tile + 1, turned, own);
            write(result, sample, tile, tile + 1, finish, own);
          });
    }
    TURNED.give(sizes, turned);
  }

  private void forOwn(int items, Pool.Work<Scratch> work) {
    SCRATCH.forItems(items, 1, sizes, () -> new Scratch(this), work);
  }

  private void putInTiles(INDArray weights, float[] w) {
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
  }

  /** The results of some tiles of output channels, the first of them first. */
  private void sum(float[] w, int firstTile, int lastTile, float[] turned, Scratch own) {
    int in = sizes.in();
    int numbers = sizes.outputs() * TILE;
    Arrays.fill(own.results, 0, (lastTile - firstTile) * numbers, 0);
    for (int t = 0; t < sizes.taps(); t++) {
      turns.see(t, turned, own.seen);
      for (int tile = firstTile; tile < lastTile; tile++) {
        for (int c = 0; c < in; c += DEPTH) {
          Simd.GEMM.multiply(
              sizes.outputs(),
              TILE,
              Math.min(DEPTH, in - c),
              own.seen,
              c,
              turns.length,
              1,
              w,
              ((tile * sizes.taps() + t) * in + c) * TILE,
              TILE,
              own.results,
              (tile - firstTile) * numbers,
              TILE,
              true);
        }
      }
    }
  }

  private void write(
      INDArray result, int sample, int firstTile, int lastTile, ChannelFinish finish, Scratch own) {
    int outputs = sizes.outputs();
    for (int tile = firstTile; tile < lastTile; tile++) {
      int first = tile * TILE;
      int count = Math.min(TILE, sizes.out() - first);
      for (int i = 0; i < outputs; i++) {
        int from = ((tile - firstTile) * outputs + i) * TILE;
        for (int o = 0; o < count; o++) {
          own.planar[o * outputs + i] = own.results[from + o];
        }
      }
      for (int o = 0; o < count; o++) {
        finish.apply(first + o, own.planar, o * outputs, (o + 1) * outputs);
      }
      long at = ((long) sample * sizes.out() + first) * outputs;
      Floats.write(result, at, own.planar, 0, count * outputs);
    }
  }
}
