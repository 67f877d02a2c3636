package org.capsnet.kernel;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Convolution without a stride by minimal filters at six points along each axis ({@link
 * SixPoints}): a kernel of 3 × 3 takes 36 multiplications for 4 × 4 outputs where the direct sum
 * has 144, one of 5 × 5 as many for 2 × 2 outputs, of 100. It is the way for many samples, and for
 * the gradients: some tiles are a worker's at a time, whose points, of all channels, stay in its
 * cache from the image to the result ({@link TileShape}).
 *
 * <p>At each point, the tiles are a matrix {@code [tiles, in]}, and the result's are its product
 * with that of the weights, {@code [in, out]}. The image's gradient is a convolution of the same
 * kind, of the result's; the weights' at a point is the product of the image's matrix with the
 * result's.
 *
 * <p>A pixel that is NaN or infinite makes NaN of all tiles that see it.
 */
public final class TileConvolution {

  private static final int LANES = Gemm.LANES;
  private static final int COUNT = SixPoints.COUNT;

  /** The share of the direct sum's multiplications below which this is the faster way. */
  private static final double WORTHWHILE = 0.7;

  /** The fewest input and output channels that are worth the transforms. */
  private static final int FEWEST = 16;

  /** The most parts of a batch, each with a sum of its own that are added in order. */
  private static final int PARTS = 16;

  /** About as many units a part, and parts where there are few units. */
  private static final int FEW = 4;

  /** The most numbers of all these sums. */
  private static final long SUMS = 1L << 24;

  private static final Pool<ConvolutionSizes, Scratch> SCRATCH = new Pool<>();
  private static final Pool<Integer, float[]> PLANES = new Pool<>();
  private static final Pool<ConvolutionSizes, float[][]> GRADIENTS = new Pool<>();

  private final ConvolutionSizes sizes;
  private final TileShape shape;

  /** From a tile of a plane to the next: not a power of two, which would share a cache's sets. */
  private final int inLength;

  private final int outLength;

  /** What the weights at the points depend on. */
  private record Order(int width, int in, int out, int kernelH, int kernelW) {}

  /** Weights at the points that are kept. */
  private static final class Kept {
    final float[] planes;

    Kept(float[] planes) {
      this.planes = planes;
    }
  }

  /** What one thread works in, for a unit. */
  private static final class Scratch {
    /** Of a block of channels, {@code [LANES, rows of the image or the result]}. */
    final float[] planar;

    final float[] rectified;

    /** {@code [rows, columns, LANES]}, of the image as the tiles see it, or of the outputs. */
    final float[] lanes;

    /** A row of tiles, at the points along the columns: {@code [COUNT, columns, LANES]}. */
    final float[] half;

    /** {@code [POINTS, tiles, inLength]}. */
    final float[] images;

    /** {@code [POINTS, tiles, outLength]}. */
    final float[] results;

    Scratch(TileConvolution c) {
      TileShape shape = c.shape;
      int places = shape.seenHeight() * shape.seenWidth();
      planar = new float[LANES * Math.max(places, shape.seenHeight() * c.sizes.width())];
      rectified = new float[planar.length];
      lanes = new float[LANES * places];
      half = new float[COUNT * LANES * shape.seenWidth()];
      images = new float[TileShape.POINTS * shape.tiles() * c.inLength];
      results = new float[TileShape.POINTS * shape.tiles() * c.outLength];
    }
  }

  /**
   * For given sizes.
   *
   * @param sizes of the operands
   */
  public TileConvolution(ConvolutionSizes sizes) {
    this.sizes = sizes;
    shape = new TileShape(sizes);
    inLength = Gemm.padded(sizes.in()) + LANES;
    outLength = Gemm.padded(sizes.out()) + LANES;
  }

  /**
   * Whether this is the fast way.
   *
   * @param sizes of the operands
   * @return whether to prefer it to ND4J's operation
   */
  public static boolean pays(ConvolutionSizes sizes) {
    return TileShape.goes(sizes)
        && Simd.available()
        && Math.min(sizes.in(), sizes.out()) >= FEWEST
        && new TileShape(sizes).share() <= WORTHWHILE
        && ConvolutionScratch.holdsTiles(sizes);
  }

  /**
   * Whether there is work for several threads: else prepared weights are better multiplied by
   * {@link WinogradConvolution}, which shares out a sample.
   *
   * @return whether there is
   */
  public boolean manyUnits() {
    return shape.units() >= FEW;
  }

  /** The convolution that the gradient of this one's images is. */
  static ConvolutionSizes back(ConvolutionSizes s) {
    return new ConvolutionSizes(
        s.batch(),
        s.out(),
        s.outputHeight(),
        s.outputWidth(),
        s.in(),
        s.kernelH(),
        s.kernelW(),
        1,
        1,
        s.kernelH() - 1 - s.paddingH(),
        s.kernelW() - 1 - s.paddingW());
  }

  /**
   * The convolution.
   *
   * @param images dense float {@code [batch, in, height, width]}
   * @param weights dense float {@code [out, in, kernelH, kernelW]}
   * @param bias float {@code [out]}, or null for none
   * @param rectified whether what is below 0 becomes 0
   * @param prepared where the weights at the points are kept; null where they may change
   * @param result dense float {@code [batch, out, outputHeight, outputWidth]}, overwritten
   */
  public void forward(
      INDArray images,
      INDArray weights,
      INDArray bias,
      boolean rectified,
      Prepared prepared,
      INDArray result) {
    float[] start = bias == null ? new float[sizes.out()] : Floats.read(Floats.dense(bias));
    Kept kept = prepared == null ? null : keep(weights, prepared);
    if (kept != null) {
      multiply(images, null, kept.planes, start, rectified, result);
      return;
    }
    float[] planes = PLANES.take(planes(sizes), () -> new float[planes(sizes)]);
    new TileWeights(sizes).toPoints(Floats.read(weights), planes);
    multiply(images, null, planes, start, rectified, result);
    PLANES.give(planes.length, planes);
  }

  private Kept keep(INDArray weights, Prepared prepared) {
    int width = Simd.GEMM.width(sizes.out());
    return prepared.get(
        Kept.class,
        new Order(width, sizes.in(), sizes.out(), sizes.kernelH(), sizes.kernelW()),
        weights,
        (long) Float.BYTES * planes(sizes),
        () -> {
          Kept made = new Kept(new float[planes(sizes)]);
          new TileWeights(sizes).toPoints(Floats.read(weights), made.planes);
          return made;
        });
  }

  /** The numbers of the weights at all points. */
  static int planes(ConvolutionSizes s) {
    return Math.multiplyExact(TileShape.POINTS, TileWeights.panels(s.in(), s.out()).size());
  }

  /**
   * Its gradients.
   *
   * @param images as of {@link #forward}; null where the weights' gradient is not needed
   * @param weights as of {@link #forward}; null where the images' gradient is not needed
   * @param upstream the gradient of the result, dense
   * @param rectified what {@link #forward} gave with a rectifier, dense; null where there was none
   * @param imageGradient dense, overwritten; null where it is not needed
   * @param weightGradient dense, overwritten; null where it is not needed
   * @param biasGradient dense, overwritten; null where it is not needed
   */
  public void backward(
      INDArray images,
      INDArray weights,
      INDArray upstream,
      INDArray rectified,
      INDArray imageGradient,
      INDArray weightGradient,
      INDArray biasGradient) {
    if (imageGradient != null) {
      ConvolutionSizes back = back(sizes);
      float[] planes = PLANES.take(planes(back), () -> new float[planes(back)]);
      new TileWeights(sizes).toPointsBack(Floats.read(weights), planes);
      new TileConvolution(back)
          .multiply(upstream, rectified, planes, new float[sizes.in()], false, imageGradient);
      PLANES.give(planes.length, planes);
    }
    if (weightGradient != null || biasGradient != null) {
      addUp(images, upstream, rectified, weightGradient, biasGradient);
    }
  }

  private interface UnitWork {
    void run(Scratch own, int unit);
  }

  private void forUnits(int first, int last, UnitWork work) {
    Scratch own = SCRATCH.take(sizes, () -> new Scratch(this));
    for (int unit = first; unit < last; unit++) {
      work.run(own, unit);
    }
    SCRATCH.give(sizes, own);
  }

  /** From images, of which only what was rectified to more than 0 counts, to results. */
  private void multiply(
      INDArray images,
      INDArray rectified,
      float[] planes,
      float[] bias,
      boolean rectifies,
      INDArray result) {
    Parallel.forItems(
        shape.units(),
        1,
        (worker, from, to) ->
            forUnits(
                from,
                to,
                (own, unit) -> {
                  readImages(images, rectified, unit, own);
                  multiply(planes, tiles(unit), own);
                  writeResults(own, unit, bias, rectifies, result);
                }));
  }

  /** The tiles of a unit. */
  private int tiles(int unit) {
    return (shape.samplesOf(unit) - 1) * shape.rows * shape.across
        + shape.rowsOf(unit) * shape.across;
  }

  private void multiply(float[] planes, int tiles, Scratch own) {
    Panels panels = TileWeights.panels(sizes.in(), sizes.out());
    for (int point = 0; point < TileShape.POINTS; point++) {
      for (int panel = 0; panel < panels.count(); panel++) {
        Simd.GEMM.multiply(
            tiles,
            panels.columns(panel),
            sizes.in(),
            own.images,
            point * shape.tiles() * inLength,
            inLength,
            1,
            planes,
            point * panels.size() + panels.at(panel, 0),
            panels.width(),
            own.results,
            point * shape.tiles() * outLength + panel * panels.width(),
            outLength,
            false);
      }
    }
  }

  // ---------------------------------------------------------------- the image's points

  private void readImages(INDArray images, INDArray rectified, int unit, Scratch own) {
    int from = shape.firstRow(unit) * shape.tileHeight - sizes.paddingH();
    int height = shape.rowsOf(unit) * shape.tileHeight + sizes.kernelH() - 1;
    for (int s = 0; s < shape.samplesOf(unit); s++) {
      for (int block = 0; block < ChannelLanes.blocks(sizes.in()); block++) {
        int top = Math.max(0, from);
        int rows = Math.max(0, Math.min(sizes.height(), from + height) - top);
        read(images, rectified, shape.firstSample(unit) + s, block, top, rows, own);
        turn(own, block, top - from, rows, height);
        for (int row = 0; row < shape.rowsOf(unit); row++) {
          toPoints(own, block, row, (s * shape.rows + row) * shape.across);
        }
      }
    }
  }

  /** Rows of the image, of a block of channels. */
  private void read(
      INDArray images, INDArray rectified, int sample, int block, int top, int rows, Scratch own) {
    int count = ChannelLanes.channels(block, sizes.in());
    long at = ((long) sample * sizes.in() + (long) block * LANES) * sizes.pixels();
    long from = at + (long) top * sizes.width();
    int length = rows * sizes.width();
    read(images, rectified, from, sizes.pixels(), count, length, own);
  }

  private static void read(
      INDArray images,
      INDArray rectified,
      long from,
      int plane,
      int count,
      int length,
      Scratch own) {
    if (length == 0) {
      return;
    }
    Floats.readRows(images, from, plane, count, length, own.planar, 0, length);
    if (rectified != null) {
      Floats.readRows(rectified, from, plane, count, length, own.rectified, 0, length);
      Loops.gate(own.rectified, own.planar, count * length);
    }
  }

  /** Puts rows of the image below {@code above} rows of zeros. */
  private void turn(Scratch own, int block, int above, int rows, int height) {
    int line = shape.seenWidth() * LANES;
    int count = ChannelLanes.channels(block, sizes.in());
    Arrays.fill(own.lanes, 0, height * line, 0);
    for (int y = 0; y < rows; y++) {
      ChannelLanes.turn(
          own.planar,
          y * sizes.width(),
          rows * sizes.width(),
          count,
          sizes.width(),
          own.lanes,
          (above + y) * line + sizes.paddingW() * LANES);
    }
  }

  /** A row of tiles, of which the first is at {@code tile} among those of the unit. */
  private void toPoints(Scratch own, int block, int row, int tile) {
    int width = shape.seenWidth();
    int line = width * LANES;
    int from = row * shape.tileHeight * line;
    Simd.POINTS.image(width, own.lanes, from, LANES, line, own.half, 0, LANES, line);
    int plane = shape.tiles() * inLength;
    for (int u = 0; u < COUNT; u++) {
      Simd.POINTS.image(
          shape.across,
          own.half,
          u * line,
          shape.tileWidth * LANES,
          LANES,
          own.images,
          u * COUNT * plane + tile * inLength + block * LANES,
          inLength,
          plane);
    }
  }

  // ---------------------------------------------------------------- the result's points

  private void writeResults(
      Scratch own, int unit, float[] bias, boolean rectifies, INDArray result) {
    int top = shape.firstRow(unit) * shape.tileHeight;
    int rows = Math.min(sizes.outputHeight() - top, shape.rowsOf(unit) * shape.tileHeight);
    int length = rows * sizes.outputWidth();
    for (int s = 0; s < shape.samplesOf(unit); s++) {
      for (int block = 0; block < ChannelLanes.blocks(sizes.out()); block++) {
        for (int row = 0; row < shape.rowsOf(unit); row++) {
          fromPoints(own, block, row, (s * shape.rows + row) * shape.across);
        }
        int count = ChannelLanes.channels(block, sizes.out());
        for (int y = 0; y < rows; y++) {
          int line = y * shape.madeWidth() * LANES;
          int to = y * sizes.outputWidth();
          int places = sizes.outputWidth();
          ChannelLanes.turnBack(own.lanes, line, count, places, own.planar, to, length);
        }
        finish(own.planar, bias, block * LANES, count, length, rectifies);
        long at = resultAt(shape.firstSample(unit) + s, block, top);
        Floats.writeRows(result, at, sizes.outputs(), count, length, own.planar, 0, length);
      }
    }
  }

  private long resultAt(int sample, int block, int row) {
    long channel = (long) sample * sizes.out() + (long) block * LANES;
    return channel * sizes.outputs() + (long) row * sizes.outputWidth();
  }

  private static void finish(
      float[] planar, float[] bias, int first, int count, int length, boolean rectifies) {
    for (int c = 0; c < count; c++) {
      float start = bias[first + c];
      for (int i = c * length; i < (c + 1) * length; i++) {
        planar[i] += start;
      }
    }
    if (rectifies) {
      Loops.rectify(planar, 0, count * length);
    }
  }

  private void fromPoints(Scratch own, int block, int row, int tile) {
    int line = shape.madeWidth() * LANES;
    int plane = shape.tiles() * outLength;
    for (int u = 0; u < COUNT; u++) {
      Simd.POINTS.result(
          shape.tileWidth,
          shape.across,
          own.results,
          u * COUNT * plane + tile * outLength + block * LANES,
          outLength,
          plane,
          own.half,
          u * line,
          shape.tileWidth * LANES,
          LANES);
    }
    int to = row * shape.tileHeight * line;
    Simd.POINTS.result(
        shape.tileHeight, shape.madeWidth(), own.half, 0, LANES, line, own.lanes, to, LANES, line);
  }

  // ---------------------------------------------------------------- the weights' gradient

  /** The parts of the units that have a sum of their own: of a few units each, if there are any. */
  static int parts(ConvolutionSizes s) {
    long sum = (long) TileShape.POINTS * s.in() * Gemm.padded(s.out());
    int units = new TileShape(s).units();
    long most = Math.min(Math.min(PARTS, units), Math.max(FEW, units / FEW));
    return (int) Math.max(1, Math.min(most, SUMS / sum));
  }

  private void addUp(
      INDArray images,
      INDArray upstream,
      INDArray rectified,
      INDArray weightGradient,
      INDArray biasGradient) {
    int parts = parts(sizes);
    int width = Gemm.padded(sizes.out());
    int numbers = TileShape.POINTS * sizes.in() * width;
    float[][] sums = GRADIENTS.take(sizes, () -> new float[parts][numbers + width]);
    Parallel.forItems(
        parts,
        1,
        (worker, from, to) -> {
          for (int part = from; part < to; part++) {
            int first = shape.units() * part / parts;
            float[] sum = sums[part];
            Arrays.fill(sum, numbers, sum.length, 0);
            forUnits(
                first,
                shape.units() * (part + 1) / parts,
                (own, unit) -> {
                  readGradients(upstream, rectified, unit, own, sum, numbers);
                  if (weightGradient != null) {
                    readImages(images, null, unit, own);
                    addProducts(own, tiles(unit), sum, width, unit > first);
                  }
                });
          }
        });
    Parallel.forRange(
        numbers + width,
        (worker, from, to) -> {
          for (int part = 1; part < parts; part++) {
            for (int i = from; i < to; i++) {
              sums[0][i] += sums[part][i];
            }
          }
        });
    if (weightGradient != null) {
      new TileWeights(sizes).fromPoints(sums[0], width, weightGradient);
    }
    if (biasGradient != null) {
      Floats.write(biasGradient, 0, sums[0], numbers, sizes.out());
    }
    GRADIENTS.give(sizes, sums);
  }

  private void addProducts(Scratch own, int tiles, float[] sum, int width, boolean add) {
    for (int point = 0; point < TileShape.POINTS; point++) {
      Simd.GEMM.multiply(
          sizes.in(),
          sizes.out(),
          tiles,
          own.images,
          point * shape.tiles() * inLength,
          1,
          inLength,
          own.results,
          point * shape.tiles() * outLength,
          outLength,
          sum,
          point * sizes.in() * width,
          width,
          add);
    }
  }

  /** The result's gradients at the points, and the sums over their places behind {@code bias}. */
  private void readGradients(
      INDArray upstream, INDArray rectified, int unit, Scratch own, float[] sum, int bias) {
    int top = shape.firstRow(unit) * shape.tileHeight;
    int made = shape.rowsOf(unit) * shape.tileHeight;
    int rows = Math.min(sizes.outputHeight() - top, made);
    int length = rows * sizes.outputWidth();
    int line = shape.madeWidth() * LANES;
    for (int s = 0; s < shape.samplesOf(unit); s++) {
      for (int block = 0; block < ChannelLanes.blocks(sizes.out()); block++) {
        int count = ChannelLanes.channels(block, sizes.out());
        long at = resultAt(shape.firstSample(unit) + s, block, top);
        read(upstream, rectified, at, sizes.outputs(), count, length, own);
        for (int c = 0; c < count; c++) {
          sum[bias + block * LANES + c] += Loops.sum(own.planar, c * length, length);
        }
        Arrays.fill(own.lanes, 0, made * line, 0);
        for (int y = 0; y < rows; y++) {
          int from = y * sizes.outputWidth();
          int places = sizes.outputWidth();
          ChannelLanes.turn(own.planar, from, length, count, places, own.lanes, y * line);
        }
        for (int row = 0; row < shape.rowsOf(unit); row++) {
          gradientsToPoints(own, block, row, (s * shape.rows + row) * shape.across);
        }
      }
    }
  }

  private void gradientsToPoints(Scratch own, int block, int row, int tile) {
    int line = shape.madeWidth() * LANES;
    int plane = shape.tiles() * outLength;
    int from = row * shape.tileHeight * line;
    Simd.POINTS.resultBack(
        shape.tileHeight,
        shape.madeWidth(),
        own.lanes,
        from,
        LANES,
        line,
        own.half,
        0,
        LANES,
        line);
    for (int u = 0; u < COUNT; u++) {
      Simd.POINTS.resultBack(
          shape.tileWidth,
          shape.across,
          own.half,
          u * line,
          shape.tileWidth * LANES,
          LANES,
          own.results,
          u * COUNT * plane + tile * outLength + block * LANES,
          outLength,
          plane);
    }
  }
}
