package org.capsnet.kernel;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Convolution as a matrix product with the columns that the kernel sees, a sample at a time, so
 * that columns and result stay in a cache: the fast way for few input channels, where a direct sum
 * has little to reuse. A bias is the weight of a further tap that always sees a 1, so that it and
 * its gradient cost nothing beside the other weights; and a rectifier behind the convolution is
 * done while a sample's result is in the cache.
 */
public final class ColumnConvolution {

  /** The longest column that is worth it: a few input channels. */
  private static final int LONGEST = 512;

  /** The shortest that is worth it for the result. */
  private static final int SHORTEST = 25;

  /** Output channels that a worker takes at once, of a single sample. */
  private static final int CHANNELS = 32;

  /** Samples that a worker takes at once. */
  private static final int SAMPLES = 8;

  /**
   * Parts of a batch, each with a sum of its own that are added in order: so a gradient is the same
   * by any number of threads.
   */
  private static final int PARTS = 16;

  /** The start of a row of the image that is padding. */
  private static final int NOWHERE = -1;

  private static final Pool<ConvolutionSizes, Scratch> SCRATCH = new Pool<>();

  /** The weights and the bias. */
  private static final Pool<ConvolutionSizes, float[]> WEIGHTS = new Pool<>();

  /** The sums of the parts of a batch. */
  private static final Pool<ConvolutionSizes, float[][]> SUMS = new Pool<>();

  private final ConvolutionSizes sizes;

  /** A column's length. */
  private final int taps;

  /** What one thread works in. */
  private static final class Scratch {
    final float[] image;
    final float[] columns;
    final float[] result;
    final float[] passed;

    Scratch(ConvolutionSizes s) {
      int weights = s.in() * s.taps() + 1;
      image = new float[s.in() * s.pixels()];
      columns =
          new float
              [Math.max(weights * Gemm.padded(s.outputs()), s.outputs() * Gemm.padded(weights))];
      result = new float[s.out() * Gemm.padded(s.outputs())];
      passed = new float[result.length];
    }
  }

  /**
   * For given sizes.
   *
   * @param sizes of the operands
   */
  public ColumnConvolution(ConvolutionSizes sizes) {
    this.sizes = sizes;
    this.taps = Math.multiplyExact(sizes.in(), sizes.taps());
  }

  /**
   * Whether this is the fast way to the gradient of the weights alone, where that of the images is
   * not needed. (Measured against ND4J's operation, which always makes both.)
   *
   * @param sizes of the operands
   * @return whether to prefer it
   */
  public static boolean pays(ConvolutionSizes sizes) {
    return (long) sizes.in() * sizes.taps() <= LONGEST && ConvolutionScratch.holdsColumns(sizes);
  }

  /**
   * Whether this is the fast way to the result too: for a large kernel over one channel. For one of
   * 9 × 9, a direct sum takes twice the time for a batch of 128 and as much for one of 32, and for
   * one image by ND4J three times.
   *
   * @param sizes of the operands
   * @return whether to prefer it
   */
  public static boolean paysForward(ConvolutionSizes sizes) {
    return sizes.in() == 1 && sizes.taps() >= SHORTEST;
  }

  /**
   * The convolution.
   *
   * @param images dense float {@code [batch, in, height, width]}
   * @param weights dense float {@code [out, in, kernelH, kernelW]}
   * @param finish what follows
   * @param result dense float {@code [batch, out, outputHeight, outputWidth]}, overwritten
   */
  public void forward(INDArray images, INDArray weights, ChannelFinish finish, INDArray result) {
    float[] w = WEIGHTS.take(sizes, () -> new float[sizes.out() * (taps + 1)]);
    readWithBias(weights, finish, w);
    if (sizes.batch() == 1) {
      Scratch own = SCRATCH.take(sizes, () -> new Scratch(sizes));
      columns(own.columns, image(images, 0, own), Gemm.padded(sizes.outputs()));
      Parallel.forItems(
          sizes.out(),
          CHANNELS,
          (worker, from, to) -> multiply(w, own, finish, 0, from, to, result));
      SCRATCH.give(sizes, own);
    } else {
      forSamples(
          (own, sample) -> {
            columns(own.columns, image(images, sample, own), Gemm.padded(sizes.outputs()));
            multiply(w, own, finish, sample, 0, sizes.out(), result);
          });
    }
    WEIGHTS.give(sizes, w);
  }

  /** The output channels {@code from} (inclusive) to {@code to} (exclusive) of a sample. */
  private void multiply(
      float[] w, Scratch own, ChannelFinish finish, int sample, int from, int to, INDArray result) {
    int length = Gemm.padded(sizes.outputs());
    int first = from * length;
    if (to - from == sizes.out()) {
      Simd.products()
          .multiply(
              false,
              w,
              new Panels(sizes.out(), taps + 1, taps + 1),
              own.columns,
              new Panels(taps + 1, sizes.outputs(), length),
              own.result,
              new Panels(sizes.out(), sizes.outputs(), length),
              false);
    } else {
      Simd.GEMM.multiply(
          to - from,
          sizes.outputs(),
          taps + 1,
          w,
          from * (taps + 1),
          taps + 1,
          1,
          own.columns,
          0,
          length,
          own.result,
          first,
          length,
          false);
    }
    close(own.result, first, to - from, length, sizes.outputs());
    int count = (to - from) * sizes.outputs();
    for (int o = from; o < to; o++) {
      int row = first + (o - from) * sizes.outputs();
      finish.applyToBiased(o, own.result, row, row + sizes.outputs());
    }
    long at = ((long) sample * sizes.out() + from) * sizes.outputs();
    Floats.write(result, at, own.result, first, count);
  }

  /** A row for each output channel: its weights and its bias. */
  private void readWithBias(INDArray weights, ChannelFinish finish, float[] both) {
    float[] b = finish.bias(sizes.out());
    Floats.readRows(weights, 0, taps, sizes.out(), taps, both, 0, taps + 1);
    for (int o = 0; o < sizes.out(); o++) {
      both[o * (taps + 1) + taps] = b[o];
    }
  }

  /**
   * The gradient of the weights and the bias.
   *
   * @param images as of {@link #forward}
   * @param upstream the gradient of the result, dense
   * @param rectified what {@link #forward} gave with a rectifier, dense; null where there was none
   * @param weightGradient dense, overwritten
   * @param biasGradient dense, overwritten; null where it is not needed
   */
  public void backward(
      INDArray images,
      INDArray upstream,
      INDArray rectified,
      INDArray weightGradient,
      INDArray biasGradient) {
    Simd.products().begin();
    try {
      gradients(images, upstream, rectified, weightGradient, biasGradient);
    } finally {
      Simd.products().end();
    }
  }

  private void gradients(
      INDArray images,
      INDArray upstream,
      INDArray rectified,
      INDArray weightGradient,
      INDArray biasGradient) {
    int length = Gemm.padded(taps + 1);
    float[][] sums = SUMS.take(sizes, () -> new float[parts(sizes)][sizes.out() * length]);
    SCRATCH.forItems(
        sums.length,
        1,
        sizes,
        () -> new Scratch(sizes),
        (own, part) -> {
          int from = sizes.batch() * part / sums.length;
          int to = sizes.batch() * (part + 1) / sums.length;
          for (int sample = from; sample < to; sample++) {
            patches(own.columns, image(images, sample, own), length);
            readGradient(upstream, rectified, sample, own);
            Simd.products()
                .multiply(
                    false,
                    own.result,
                    new Panels(sizes.out(), sizes.outputs(), sizes.outputs()),
                    own.columns,
                    new Panels(sizes.outputs(), taps + 1, length),
                    sums[part],
                    new Panels(sizes.out(), taps + 1, length),
                    sample > from);
          }
        });
    float[] sum = sums[0];
    for (int part = 1; part < sums.length; part++) {
      Loops.add(sums[part], sum);
    }
    if (biasGradient != null) {
      float[] ofBias = new float[sizes.out()];
      for (int o = 0; o < sizes.out(); o++) {
        ofBias[o] = sum[o * length + taps];
      }
      Floats.write(biasGradient, 0, ofBias, 0, sizes.out());
    }
    close(sum, 0, sizes.out(), length, taps);
    Floats.write(weightGradient, 0, sum, 0, sizes.out() * taps);
    SUMS.give(sizes, sums);
  }

  /** A sample's gradient before the rectifier. */
  private void readGradient(INDArray upstream, INDArray rectified, int sample, Scratch own) {
    int numbers = sizes.out() * sizes.outputs();
    Floats.read(upstream, resultAt(sample), own.result, 0, numbers);
    if (rectified != null) {
      Floats.read(rectified, resultAt(sample), own.passed, 0, numbers);
      Loops.gate(own.passed, own.result, numbers);
    }
  }

  static int parts(ConvolutionSizes sizes) {
    return Math.min(PARTS, sizes.batch());
  }

  private void forSamples(Pool.Work<Scratch> work) {
    Simd.products().begin();
    try {
      SCRATCH.forItems(sizes.batch(), SAMPLES, sizes, () -> new Scratch(sizes), work);
    } finally {
      Simd.products().end();
    }
  }

  private float[] image(INDArray images, int sample, Scratch own) {
    Floats.read(images, (long) sample * own.image.length, own.image, 0, own.image.length);
    return own.image;
  }

  private long resultAt(int sample) {
    return (long) sample * sizes.out() * sizes.outputs();
  }

  /** A row for each tap, of what it sees at each output, and one of ones for the bias. */
  private void columns(float[] columns, float[] image, int length) {
    for (int t = 0; t < taps; t++) {
      int plane = t / sizes.taps() * sizes.pixels();
      int y = t / sizes.kernelW() % sizes.kernelH() - sizes.paddingH();
      int x = t % sizes.kernelW() - sizes.paddingW();
      int to = t * length;
      for (int row = 0; row < sizes.outputHeight(); row++, y += sizes.strideH()) {
        boolean inside = y >= 0 && y < sizes.height();
        line(image, inside ? plane + y * sizes.width() : NOWHERE, x, columns, to);
        to += sizes.outputWidth();
      }
      Arrays.fill(columns, to, (t + 1) * length, 0);
    }
    Arrays.fill(columns, taps * length, (taps + 1) * length, 1);
  }

  /** What a tap sees along a row of outputs: pixels of the row of the image that starts at from. */
  private void line(float[] image, int from, int x, float[] columns, int to) {
    int count = sizes.outputWidth();
    if (from != NOWHERE && sizes.strideW() == 1 && x >= 0 && x + count <= sizes.width()) {
      System.arraycopy(image, from + x, columns, to, count);
      return;
    }
    for (int i = 0; i < count; i++) {
      int at = x + i * sizes.strideW();
      columns[to + i] = from != NOWHERE && at >= 0 && at < sizes.width() ? image[from + at] : 0;
    }
  }

  /** A row for each output, of what its taps see, and a 1 for the bias. */
  private void patches(float[] patches, float[] image, int length) {
    for (int i = 0; i < sizes.outputs(); i++) {
      int top = i / sizes.outputWidth() * sizes.strideH() - sizes.paddingH();
      int left = i % sizes.outputWidth() * sizes.strideW() - sizes.paddingW();
      int to = i * length;
      for (int line = 0; line < sizes.in() * sizes.kernelH(); line++) {
        int y = top + line % sizes.kernelH();
        int from = line / sizes.kernelH() * sizes.pixels() + y * sizes.width();
        boolean inside = y >= 0 && y < sizes.height();
        for (int x = left; x < left + sizes.kernelW(); x++) {
          patches[to++] = inside && x >= 0 && x < sizes.width() ? image[from + x] : 0;
        }
      }
      patches[to++] = 1;
      Arrays.fill(patches, to, (i + 1) * length, 0);
    }
  }

  /** Moves rows together, the first of which begins at {@code first}. */
  private static void close(float[] rows, int first, int count, int from, int to) {
    for (int r = 1; r < count && from != to; r++) {
      System.arraycopy(rows, first + r * from, rows, first + r * to, to);
    }
  }
}
