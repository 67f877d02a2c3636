package org.capsnet.kernel;

import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Convolution by minimal filters ({@link MinimalFilter}), of 2 × 2 outputs at a time: the way for
 * one image or a few, whose weights are {@link Prepared}. A kernel of 9 × 9 with stride 2 takes 121
 * multiplications where the direct sum has 324, and reads 1.5 times as many weights, once for all
 * samples and places.
 *
 * <p>Images are turned to have the channels last, and evaluated at the points of the filters, a
 * plane each of which every row is a tile of a sample, all channels of it. A plane is multiplied
 * with its weights; what belongs to the same point of the result is added up, and turned back.
 *
 * <p>A pixel that is NaN or infinite makes NaN of all tiles that see it.
 */
public final class WinogradConvolution {

  /** The share of the direct sum's multiplications below which this is the faster way. */
  private static final double WORTHWHILE = 0.7;

  /** The fewest input and output channels that are worth the transforms. */
  private static final int FEWEST = 32;

  /** The most samples for which it is faster than the frequency domain, where that pays. */
  private static final int MOST_SAMPLES = 16;

  /** Channels that are turned at once: a line of the cache. */
  private static final int TURNED = Gemm.LANES;

  private static final Pool<Key, Scratch> SCRATCH = new Pool<>();

  private static final Pool<Key, OfWorker> OF_WORKERS = new Pool<>();

  private final ConvolutionSizes sizes;
  private final WinogradPlanes planes;
  private final RowProducts products;
  private final Key key;

  /** The image with its padding, and what the last tiles see beyond. */
  private final int height;

  private final int width;

  /**
   * From a place to the next: the channels with room for whole vectors, and a vector more, so that
   * places do not lie a power of two apart, in the same sets of a cache.
   */
  private final int channels;

  private final int panels;

  /** What scratch memory depends on. */
  private record Key(ConvolutionSizes sizes, int panel) {

    @Override
    public boolean equals(Object other) {
      return other instanceof Key key && panel == key.panel && sizes.equals(key.sizes);
    }

    @Override
    public int hashCode() {
      return 31 * sizes.hashCode() + panel;
    }
  }

  /** What the weights' order depends on. */
  private record Order(
      int panel, int out, int in, int kernelH, int kernelW, int strideH, int strideW) {

    @Override
    public boolean equals(Object other) {
      return other instanceof Order order && Arrays.equals(numbers(), order.numbers());
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(numbers());
    }

    private int[] numbers() {
      return new int[] {panel, out, in, kernelH, kernelW, strideH, strideW};
    }
  }

  /** What a call works in. */
  private static final class Scratch {
    /** {@code [batch, height, width, channels]}; the padding stays zero. */
    final float[] turned;

    /** {@code [plane, batch · tiles, channels]}. */
    final float[] images;

    /** {@code [panel, point, batch · tiles, width of a panel]}. */
    final float[] results;

    Scratch(WinogradConvolution c) {
      int batch = c.sizes.batch();
      turned = new float[batch * c.height * c.width * c.channels];
      images = new float[c.planes.count() * c.rows() * c.channels];
      results = new float[c.panels * c.planes.points() * c.rows() * c.products.width()];
    }
  }

  /** What one thread works in. */
  private static final class OfWorker {
    /** Of a few channels {@code [TURNED, pixels]}, or a panel's result {@code [width, outputs]}. */
    final float[] planar;

    /** The rows of the image of a row of tiles, at the points along the columns. */
    final float[] half;

    /** A panel's results, back along the columns: {@code [2, pointsX, batch · tiles, width]}. */
    final float[] pairs;

    /** {@code [2, 2, batch · tiles, width]}. */
    final float[] tiles;

    OfWorker(WinogradConvolution c) {
      int m = WinogradAxis.OUTPUTS;
      int plane = c.rows() * c.products.width();
      int outputs = c.products.width() * c.sizes.outputs();
      planar = new float[Math.max(TURNED * c.sizes.pixels(), outputs)];
      half = new float[c.planes.rows.longest().points() * c.width * c.channels];
      pairs = new float[m * c.planes.columns.longest().points() * plane];
      tiles = new float[m * m * plane];
    }
  }

  /**
   * For given sizes.
   *
   * @param sizes of the operands
   */
  public WinogradConvolution(ConvolutionSizes sizes) {
    this(sizes, Simd.ROWS);
  }

  WinogradConvolution(ConvolutionSizes sizes, RowProducts products) {
    this.sizes = sizes;
    this.products = products;
    key = new Key(sizes, products.width());
    planes = new WinogradPlanes(sizes);
    height = planes.height(sizes);
    width = planes.width(sizes);
    channels = Gemm.padded(sizes.in()) + Gemm.LANES;
    panels = (sizes.out() + products.width() - 1) / products.width();
  }

  /** The rows of a plane. */
  private int rows() {
    return sizes.batch() * planes.tiles();
  }

  /**
   * Whether this is the fast way for prepared weights.
   *
   * @param sizes of the operands
   * @return whether to prefer it
   */
  public static boolean pays(ConvolutionSizes sizes) {
    WinogradPlanes planes = new WinogradPlanes(sizes);
    double share = (double) planes.count() * planes.tiles() / sizes.taps() / sizes.outputs();
    return share <= WORTHWHILE
        && (sizes.batch() <= MOST_SAMPLES || !SpectralConvolution.pays(sizes))
        && Math.min(sizes.in(), sizes.out()) >= FEWEST
        && ConvolutionScratch.holdsWinograd(sizes, planes, Simd.ROWS.width());
  }

  /**
   * The convolution.
   *
   * @param images dense float {@code [batch, in, height, width]}
   * @param weights dense float {@code [out, in, kernelH, kernelW]}
   * @param finish what follows
   * @param prepared where the weights at the points are kept
   * @param result dense float {@code [batch, out, outputHeight, outputWidth]}, overwritten
   * @return false, with nothing done, where the heap has no room for the weights at the points
   */
  public boolean forward(
      INDArray images, INDArray weights, ChannelFinish finish, Prepared prepared, INDArray result) {
    Order order =
        new Order(
            products.width(),
            sizes.out(),
            sizes.in(),
            sizes.kernelH(),
            sizes.kernelW(),
            sizes.strideH(),
            sizes.strideW());
    WinogradWeights kept =
        prepared.get(
            WinogradWeights.class,
            order,
            weights,
            WinogradWeights.bytes(sizes, planes, products.width()),
            () -> WinogradWeights.of(sizes, planes, products.width(), weights));
    if (kept == null) {
      return false;
    }
    Scratch scratch = SCRATCH.take(key, () -> new Scratch(this));
    turn(images, scratch.turned);
    toPoints(scratch);
    multiply(kept, scratch);
    write(scratch.results, finish, result);
    SCRATCH.give(key, scratch);
    return true;
  }

  private void forItems(int items, Pool.Work<OfWorker> work) {
    OF_WORKERS.forItems(items, 1, key, () -> new OfWorker(this), work);
  }

  // ---------------------------------------------------------------- images

  /** From {@code [in, height, width]} to {@code [height, width, channels]} within the padding. */
  private void turn(INDArray images, float[] turned) {
    int blocks = Gemm.padded(sizes.in()) / TURNED;
    int pixels = sizes.pixels();
    forItems(
        sizes.batch() * blocks,
        (own, item) -> {
          int sample = item / blocks;
          int first = item % blocks * TURNED;
          int count = Math.min(TURNED, sizes.in() - first);
          long at = ((long) sample * sizes.in() + first) * pixels;
          Floats.read(images, at, own.planar, 0, count * pixels);
          for (int y = 0; y < sizes.height(); y++) {
            int row = (sample * height + y + sizes.paddingH()) * width + sizes.paddingW();
            turn(own.planar, y * sizes.width(), count, turned, row * channels + first);
          }
        });
  }

  private void turn(float[] planar, int from, int count, float[] turned, int to) {
    for (int x = 0; x < sizes.width(); x++) {
      for (int c = 0; c < count; c++) {
        turned[to + x * channels + c] = planar[from + c * sizes.pixels() + x];
      }
    }
  }

  /** Makes the planes of the images: first along the rows of the image, then along a row. */
  private void toPoints(Scratch scratch) {
    List<WinogradAxis.Piece> pieces = planes.rows.pieces();
    int tiles = planes.rows.tiles();
    int row = width * channels;
    forItems(
        sizes.batch() * pieces.size() * tiles,
        (own, item) -> {
          WinogradAxis.Piece y = pieces.get(item % pieces.size());
          int tile = item / pieces.size() % tiles;
          int sample = item / pieces.size() / tiles;
          int first = sample * height + planes.rows.inputOf(y, tile);
          int n = y.filter().points();
          float[] matrix = y.filter().image();
          int stride = sizes.strideH() * row;
          Simd.GEMM.multiply(
              n,
              row,
              n,
              matrix,
              0,
              n,
              1,
              scratch.turned,
              first * row,
              stride,
              own.half,
              0,
              row,
              false);
          alongRow(own.half, y, sample * tiles + tile, scratch.images);
        });
  }

  private void alongRow(float[] half, WinogradAxis.Piece y, int tileRow, float[] images) {
    int tiles = planes.columns.tiles();
    int plane = rows() * channels;
    for (WinogradAxis.Piece x : planes.columns.pieces()) {
      int n = x.filter().points();
      float[] matrix = x.filter().image();
      for (int u = 0; u < y.filter().points(); u++) {
        int to = planes.plane(y, u, x, 0) * plane + tileRow * tiles * channels;
        for (int tile = 0; tile < tiles; tile++) {
          int from = (u * width + planes.columns.inputOf(x, tile)) * channels;
          int stride = sizes.strideW() * channels;
          Simd.GEMM.multiply(
              n,
              sizes.in(),
              n,
              matrix,
              0,
              n,
              1,
              half,
              from,
              stride,
              images,
              to + tile * channels,
              plane,
              false);
        }
      }
    }
  }

  // ---------------------------------------------------------------- products

  private void multiply(WinogradWeights weights, Scratch scratch) {
    Parallel.forItems(
        planes.points() * weights.groups(),
        1,
        (worker, from, to) -> {
          for (int item = from; item < to; item++) {
            multiply(weights, item / weights.groups(), item % weights.groups(), scratch);
          }
        });
  }

  /** Adds up the planes of a point, for a group of panels. */
  private void multiply(WinogradWeights weights, int point, int group, Scratch scratch) {
    int result = rows() * products.width();
    int at = weights.at(point, group);
    boolean add = false;
    for (int plane : planes.ofPoint(point)) {
      for (int c = 0; c < sizes.in(); c += WinogradWeights.PART) {
        int depth = Math.min(WinogradWeights.PART, sizes.in() - c);
        for (int p = 0; p < weights.panelsOf(group); p++) {
          int panel = weights.firstPanel(group) + p;
          products.multiply(
              rows(),
              depth,
              scratch.images,
              plane * rows() * channels + c,
              channels,
              weights.numbers,
              at,
              scratch.results,
              (panel * planes.points() + point) * result,
              products.width(),
              add);
          at += depth * products.width();
        }
        add = true;
      }
    }
  }

  // ---------------------------------------------------------------- result

  private void write(float[] results, ChannelFinish finish, INDArray result) {
    int outputs = sizes.outputs();
    int plane = rows() * products.width();
    forItems(
        panels,
        (own, panel) -> {
          int first = panel * products.width();
          int count = Math.min(products.width(), sizes.out() - first);
          turnBack(results, panel * planes.points() * plane, own.pairs, own.tiles);
          for (int sample = 0; sample < sizes.batch(); sample++) {
            place(own.tiles, sample, count, own.planar);
            for (int o = 0; o < count; o++) {
              finish.apply(first + o, own.planar, o * outputs, (o + 1) * outputs);
            }
            long at = ((long) sample * sizes.out() + first) * outputs;
            Floats.write(result, at, own.planar, 0, count * outputs);
          }
        });
  }

  /** The outputs of all tiles, {@code [2, 2, batch · tiles, width]}. */
  private void turnBack(float[] results, int at, float[] pairs, float[] tiles) {
    int plane = rows() * products.width();
    int nY = planes.rows.longest().points();
    int nX = planes.columns.longest().points();
    int m = WinogradAxis.OUTPUTS;
    float[] alongY = planes.rows.longest().result();
    float[] alongX = planes.columns.longest().result();
    int row = nX * plane;
    Simd.GEMM.multiply(m, row, nY, alongY, 0, nY, 1, results, at, row, pairs, 0, row, false);
    for (int i = 0; i < m; i++) {
      int to = i * m * plane;
      Simd.GEMM.multiply(
          m, plane, nX, alongX, 0, nX, 1, pairs, i * row, plane, tiles, to, plane, false);
    }
  }

  /** Puts the outputs of a sample's tiles in their places, {@code [width, outputs]}. */
  private void place(float[] tiles, int sample, int count, float[] planar) {
    int m = WinogradAxis.OUTPUTS;
    int width = sizes.outputWidth();
    for (int y = 0; y < sizes.outputHeight(); y++) {
      for (int x = 0; x < width; x++) {
        int tile = sample * planes.tiles() + y / m * planes.columns.tiles() + x / m;
        int from = ((y % m * m + x % m) * rows() + tile) * products.width();
        for (int o = 0; o < count; o++) {
          planar[o * sizes.outputs() + y * width + x] = tiles[from + o];
        }
      }
    }
  }
}
