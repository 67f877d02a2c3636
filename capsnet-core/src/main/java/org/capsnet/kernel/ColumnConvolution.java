package org.capsnet.kernel;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Convolution as a matrix product with the columns that the kernel sees, a sample at a time, so
 * that columns and result stay in a cache: the fast way for few input channels, where a direct sum
 * has little to reuse. Also sums the gradient of the bias, which costs nothing beside that of the
 * weights.
 */
public final class ColumnConvolution {

  /** The longest column that is worth it: a few input channels. */
  private static final int LONGEST = 512;

  /** The shortest that is worth it for the result. */
  private static final int SHORTEST = 49;

  /** Samples that a worker takes at once. */
  private static final int SAMPLES = 8;

  private static final Pool<ConvolutionSizes, Scratch> SCRATCH = new Pool<>();

  private final ConvolutionSizes sizes;

  /** A column's length. */
  private final int taps;

  /** What one thread works in. */
  private static final class Scratch {
    final float[] image;
    final float[] columns;
    final float[] result;
    final float[] sum;

    Scratch(ConvolutionSizes s) {
      int taps = s.in() * s.taps();
      image = new float[s.in() * s.pixels()];
      columns =
          new float[Math.max(taps * Gemm.padded(s.outputs()), s.outputs() * Gemm.padded(taps + 1))];
      result = new float[s.out() * Gemm.padded(s.outputs())];
      sum = new float[s.out() * Gemm.padded(taps + 1)];
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
    return (long) sizes.in() * sizes.taps() <= LONGEST;
  }

  /**
   * Whether this is the fast way to the result too: for a large kernel over one channel, where a
   * direct sum takes twice the time for a batch of 128 and as much for one of 32.
   *
   * @param sizes of the operands
   * @return whether to prefer it
   */
  public static boolean paysForward(ConvolutionSizes sizes) {
    return sizes.in() == 1 && sizes.taps() >= SHORTEST && sizes.batch() > 1;
  }

  /**
   * The convolution.
   *
   * @param images dense float {@code [batch, in, height, width]}
   * @param weights dense float {@code [out, in, kernelH, kernelW]}
   * @param bias float {@code [out]}, or null for none
   * @param result dense float {@code [batch, out, outputHeight, outputWidth]}, overwritten
   */
  public void forward(INDArray images, INDArray weights, INDArray bias, INDArray result) {
    float[] w = Floats.read(weights);
    float[] b = bias == null ? new float[sizes.out()] : Floats.read(Floats.dense(bias));
    int length = Gemm.padded(sizes.outputs());
    forSamples(
        (own, sample) -> {
          columns(own.columns, image(images, sample, own), length);
          for (int o = 0; o < sizes.out(); o++) {
            Arrays.fill(own.result, o * length, (o + 1) * length, b[o]);
          }
          Simd.GEMM.multiply(
              sizes.out(),
              sizes.outputs(),
              taps,
              w,
              0,
              taps,
              1,
              own.columns,
              0,
              length,
              own.result,
              0,
              length,
              true);
          close(own.result, sizes.out(), length, sizes.outputs());
          Floats.write(result, resultAt(sample), own.result, 0, sizes.out() * sizes.outputs());
        });
  }

  /**
   * The gradient of the weights and the bias.
   *
   * @param images as of {@link #forward}
   * @param upstream the gradient of the result, dense
   * @param weightGradient dense, overwritten
   * @param biasGradient dense, overwritten; null where it is not needed
   */
  public void backward(
      INDArray images, INDArray upstream, INDArray weightGradient, INDArray biasGradient) {
    int length = Gemm.padded(taps + 1);
    Scratch[] workers = new Scratch[Parallel.workers(sizes.batch())];
    Parallel.forRange(
        sizes.batch(),
        (worker, from, to) -> {
          Scratch own = SCRATCH.take(sizes, () -> new Scratch(sizes));
          workers[worker] = own;
          for (int sample = from; sample < to; sample++) {
            patches(own.columns, image(images, sample, own), length);
            Floats.read(upstream, resultAt(sample), own.result, 0, sizes.out() * sizes.outputs());
            Simd.GEMM.multiply(
                sizes.out(),
                taps + 1,
                sizes.outputs(),
                own.result,
                0,
                sizes.outputs(),
                1,
                own.columns,
                0,
                length,
                own.sum,
                0,
                length,
                sample > from);
          }
        });
    float[] sum = workers[0].sum;
    for (int w = 1; w < workers.length; w++) {
      Loops.add(workers[w].sum, sum);
    }
    if (biasGradient != null) {
      float[] ofBias = new float[sizes.out()];
      for (int o = 0; o < sizes.out(); o++) {
        ofBias[o] = sum[o * length + taps];
      }
      Floats.write(biasGradient, 0, ofBias, 0, sizes.out());
    }
    close(sum, sizes.out(), length, taps);
    Floats.write(weightGradient, 0, sum, 0, sizes.out() * taps);
    for (Scratch own : workers) {
      SCRATCH.give(sizes, own);
    }
  }

  private interface SampleWork {
    void run(Scratch own, int sample);
  }

  private void forSamples(SampleWork work) {
    Parallel.forItems(
        sizes.batch(),
        SAMPLES,
        (worker, from, to) -> {
          Scratch own = SCRATCH.take(sizes, () -> new Scratch(sizes));
          for (int sample = from; sample < to; sample++) {
            work.run(own, sample);
          }
          SCRATCH.give(sizes, own);
        });
  }

  private float[] image(INDArray images, int sample, Scratch own) {
    Floats.read(images, (long) sample * own.image.length, own.image, 0, own.image.length);
    return own.image;
  }

  private long resultAt(int sample) {
    return (long) sample * sizes.out() * sizes.outputs();
  }

  /** A row for each tap, of what it sees at each output. */
  private void columns(float[] columns, float[] image, int length) {
    for (int t = 0; t < taps; t++) {
      int plane = t / sizes.taps() * sizes.pixels();
      int y = t / sizes.kernelW() % sizes.kernelH() - sizes.paddingH();
      int x = t % sizes.kernelW() - sizes.paddingW();
      int to = t * length;
      for (int row = 0; row < sizes.outputHeight(); row++, y += sizes.strideH()) {
        boolean inside = y >= 0 && y < sizes.height();
        for (int column = 0; column < sizes.outputWidth(); column++) {
          int at = x + column * sizes.strideW();
          columns[to++] =
              inside && at >= 0 && at < sizes.width() ? image[plane + y * sizes.width() + at] : 0;
        }
      }
      Arrays.fill(columns, to, (t + 1) * length, 0);
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

  /** Moves rows together that stand {@code from} apart, to stand {@code to} apart. */
  private static void close(float[] rows, int count, int from, int to) {
    for (int r = 1; r < count && from != to; r++) {
      System.arraycopy(rows, r * from, rows, r * to, to);
    }
  }
}
