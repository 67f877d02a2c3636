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
 * with that of the weights, {@code [in, out]}. The gradients take the same way back: at a point,
 * that of the images is the product of the result's with the transposed weights, and that of the
 * weights is the product of the images with the result's.
 *
 * <p>A pixel that is NaN or infinite makes NaN of all tiles that see it.
 */
public final class TileConvolution implements ConvolutionGradients {

  /** The share of the direct sum's multiplications below which this is the faster way. */
  private static final double WORTHWHILE = 0.7;

  /** The fewest input and output channels that are worth the transforms. */
  private static final int FEWEST = 16;

  /** The most parts of a batch, each with a sum of its own that are added in order. */
  private static final int PARTS = 16;

  /**
   * About as many units a part, and parts where there are few units; fewer units are shared out.
   */
  private static final int FEW = 4;

  /** The most numbers of all these sums. */
  private static final long SUMS = 1L << 24;

  private static final Pool<ConvolutionSizes, TileScratch> SCRATCH = new Pool<>();
  private static final Pool<Integer, float[]> PLANES = new Pool<>();
  private static final Pool<ConvolutionSizes, float[][]> GRADIENTS = new Pool<>();

  private final ConvolutionSizes sizes;
  private final TileShape shape;

  private final TileImages ofImages;
  private final TileResults ofResults;

  /** What the weights at the points depend on. */
  private record Order(int width, int in, int out, int kernelH, int kernelW) {}

  /** Weights at the points that are kept. */
  private static final class Kept {
    final float[] planes;

    Kept(float[] planes) {
      this.planes = planes;
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
    ofImages = new TileImages(shape);
    ofResults = new TileResults(shape);
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
   * The convolution.
   *
   * @param images dense float {@code [batch, in, height, width]}
   * @param weights dense float {@code [out, in, kernelH, kernelW]}
   * @param finish what follows
   * @param prepared where the weights at the points are kept; null where they may change
   * @param result dense float {@code [batch, out, outputHeight, outputWidth]}, overwritten
   */
  public void forward(
      INDArray images, INDArray weights, ChannelFinish finish, Prepared prepared, INDArray result) {
    Kept kept = prepared == null ? null : keep(weights, prepared);
    if (kept != null) {
      multiply(images, kept.planes, finish, result);
      return;
    }
    float[] planes = PLANES.take(planes(sizes), () -> new float[planes(sizes)]);
    new TileWeights(sizes).toPoints(Floats.read(weights), planes);
    multiply(images, planes, finish, result);
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
    return planes(TileWeights.panels(s.in(), s.out()));
  }

  /** Those of their transposes. */
  static int planesBack(ConvolutionSizes s) {
    return planes(TileWeights.panels(s.out(), s.in()));
  }

  private static int planes(Panels ofPoint) {
    return Math.multiplyExact(TileShape.POINTS, ofPoint.size());
  }

  @Override
  public void backward(
      INDArray images,
      INDArray weights,
      INDArray upstream,
      INDArray rectified,
      INDArray imageGradient,
      INDArray weightGradient,
      INDArray biasGradient) {
    Gradients gradients = new Gradients(upstream, rectified, imageGradient);
    if (imageGradient != null) {
      new TileWeights(sizes).toPointsBack(Floats.read(weights), gradients.planes);
    }
    if (weightGradient == null && biasGradient == null) {
      forParts((own, part, unit, first) -> gradients.run(own, part, unit, first, null, 0));
    } else {
      addUp(images, gradients, weightGradient, biasGradient);
    }
    gradients.end();
  }

  private void forOwn(int items, Pool.Work<TileScratch> work) {
    SCRATCH.forItems(items, 1, sizes, () -> new TileScratch(shape), work);
  }

  private void multiply(INDArray images, float[] planes, ChannelFinish finish, INDArray result) {
    if (shape.units() < FEW) {
      for (int unit = 0; unit < shape.units(); unit++) {
        shareOut(unit, images, planes, finish, result);
      }
      return;
    }
    Panels panels = TileWeights.panels(sizes.in(), sizes.out());
    forOwn(
        shape.units(),
        (own, unit) -> {
          ofImages.toPoints(images, unit, own);
          multiply(shape.tilesOf(unit), own.images, planes, panels, own.results);
          ofResults.fromPoints(own, unit, finish, result);
        });
  }

  /** A unit by all workers: blocks of channels, then points, then blocks of channels again. */
  private void shareOut(
      int unit, INDArray images, float[] planes, ChannelFinish finish, INDArray result) {
    TileScratch whole = SCRATCH.take(sizes, () -> new TileScratch(shape));
    Panels panels = TileWeights.panels(sizes.in(), sizes.out());
    int samples = shape.samplesOf(unit);
    int tiles = shape.tilesOf(unit);
    forOwn(
        samples * ChannelLanes.blocks(sizes.in()),
        (own, item) ->
            ofImages.toPoints(images, unit, item % samples, item / samples, own, whole.images));
    Parallel.forItems(
        TileShape.POINTS,
        1,
        (worker, from, to) -> {
          for (int point = from; point < to; point++) {
            multiply(point, tiles, whole.images, planes, panels, whole.results);
          }
        });
    forOwn(
        samples * ChannelLanes.blocks(sizes.out()),
        (own, item) ->
            ofResults.fromPoints(
                whole.results, unit, item % samples, item / samples, own, finish, result));
    SCRATCH.give(sizes, whole);
  }

  /** At each point, the product of a matrix whose rows are the tiles' with one of weights. */
  private void multiply(int tiles, float[] from, float[] planes, Panels panels, float[] to) {
    for (int point = 0; point < TileShape.POINTS; point++) {
      multiply(point, tiles, from, planes, panels, to);
    }
  }

  private void multiply(
      int point, int tiles, float[] from, float[] planes, Panels panels, float[] to) {
    int fromLength = TileShape.length(panels.rows());
    int toLength = TileShape.length(panels.columns());
    for (int panel = 0; panel < panels.count(); panel++) {
      Simd.GEMM.multiply(
          tiles,
          panels.columns(panel),
          panels.rows(),
          from,
          point * shape.tiles() * fromLength,
          fromLength,
          1,
          planes,
          point * panels.size() + panels.at(panel, 0),
          panels.width(),
          to,
          point * shape.tiles() * toLength + panel * panels.width(),
          toLength,
          false);
    }
  }

  // ---------------------------------------------------------------- gradients

  /** The parts of the units that have a sum of their own: of a few units each, if there are any. */
  static int parts(ConvolutionSizes s) {
    long sum = (long) TileShape.POINTS * s.in() * Gemm.padded(s.out());
    int units = new TileShape(s).units();
    long most = Math.min(Math.min(PARTS, units), Math.max(FEW, units / FEW));
    return (int) Math.max(1, Math.min(most, SUMS / sum));
  }

  private interface PartWork {
    /** A unit of a part, after those from the {@code first} on. */
    void run(TileScratch own, int part, int unit, int first);
  }

  private static int firstUnit(TileShape shape, int part) {
    return (int) ((long) shape.units() * part / parts(shape.sizes));
  }

  /** The units of each part in order. */
  private void forParts(PartWork work) {
    Parallel.forItems(
        parts(sizes),
        1,
        (worker, from, to) -> {
          for (int part = from; part < to; part++) {
            int own = part;
            int first = firstUnit(shape, part);
            int last = firstUnit(shape, part + 1);
            SCRATCH.forEach(
                first,
                last,
                sizes,
                () -> new TileScratch(shape),
                (scratch, unit) -> work.run(scratch, own, unit, first));
          }
        });
  }

  /** What is made of the result's gradient, a unit at a time. */
  private final class Gradients {
    private final INDArray upstream;
    private final INDArray rectified;

    /** Null where it is not needed, as is what is needed for it. */
    private final INDArray ofImage;

    private final float[] planes;

    /** Of the last unit of each part. */
    private final float[][] edges;

    Gradients(INDArray upstream, INDArray rectified, INDArray ofImage) {
      this.upstream = upstream;
      this.rectified = rectified;
      this.ofImage = ofImage;
      int size = planesBack(sizes);
      planes = ofImage == null ? null : PLANES.take(size, () -> new float[size]);
      edges = ofImage == null ? null : new float[parts(sizes)][TileImages.edge(shape)];
    }

    /** Leaves it at the points; the images' there are overwritten. */
    void run(TileScratch own, int part, int unit, int first, float[] sum, int bias) {
      ofResults.toPoints(upstream, rectified, unit, own, sum, bias);
      if (ofImage != null) {
        Panels panels = TileWeights.panels(sizes.out(), sizes.in());
        multiply(shape.tilesOf(unit), own.results, planes, panels, own.images);
        ofImages.fromPoints(own, unit, ofImage, edges[part], unit > first);
      }
    }

    /** To be called when all units are done. */
    void end() {
      if (ofImage != null) {
        for (int part = 0; part < edges.length; part++) {
          ofImages.addEdge(edges[part], firstUnit(shape, part + 1) - 1, ofImage);
        }
        PLANES.give(planes.length, planes);
      }
    }
  }

  private void addUp(
      INDArray images, Gradients gradients, INDArray weightGradient, INDArray biasGradient) {
    int parts = parts(sizes);
    int width = Gemm.padded(sizes.out());
    int numbers = TileShape.POINTS * sizes.in() * width;
    float[][] sums = GRADIENTS.take(sizes, () -> new float[parts][numbers + width]);
    forParts(
        (own, part, unit, first) -> {
          float[] sum = sums[part];
          if (unit == first) {
            Arrays.fill(sum, numbers, sum.length, 0);
          }
          gradients.run(own, part, unit, first, sum, numbers);
          if (weightGradient != null) {
            ofImages.toPoints(images, unit, own);
            addProducts(own, unit, sum, width, unit > first);
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

  private void addProducts(TileScratch own, int unit, float[] sum, int width, boolean add) {
    int inLength = TileShape.length(sizes.in());
    int outLength = TileShape.length(sizes.out());
    for (int point = 0; point < TileShape.POINTS; point++) {
      Simd.GEMM.multiply(
          sizes.in(),
          sizes.out(),
          shape.tilesOf(unit),
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
}
