package org.capsnet.kernel;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Batch normalization by the statistics of the batch (Ioffe and Szegedy, 2015), fused: a worker
 * takes a channel through all passes while it is in the cache.
 *
 * <p>Numbers are brought to the size of 1 before they are multiplied, so that sums of squares and
 * products do not leave the range of floats where their results do not. A channel whose variance
 * overflows a float (with numbers from about 1e19 on) becomes NaN, and so does one with a NaN or an
 * infinity: divided by infinity it would be β, as if nothing had happened.
 */
public final class NormalizationKernel {

  /** The most elements of a plane that are looked at together. */
  private static final int PIECE = 1 << 12;

  private NormalizationKernel() {}

  /**
   * The results of the forward pass.
   *
   * @param output of the input's shape, dense in c order
   * @param mean {@code [channels]}, of the batch
   * @param variance {@code [channels]}, of the batch, divided by the number of elements; NaN where
   *     it overflows
   */
  public record Normalized(INDArray output, INDArray mean, INDArray variance) {}

  /**
   * The results of the backward pass.
   *
   * @param x of the input's shape, dense in c order; null if it was not asked for
   * @param gamma {@code [channels]}
   * @param beta {@code [channels]}
   */
  public record Gradients(INDArray x, INDArray gamma, INDArray beta) {}

  /**
   * Normalizes.
   *
   * @param x floats {@code [batch, channels, ..]}
   * @param gamma {@code [channels]}, the scale
   * @param beta {@code [channels]}, the shift
   * @param epsilon added to the variance, positive
   * @return the output, and the statistics of the batch
   */
  public static Normalized forward(INDArray x, INDArray gamma, INDArray beta, double epsilon) {
    Channels in = new Channels(x);
    Channels out = new Channels(Floats.create(x.shape()));
    float[] scale = Floats.read(Floats.dense(gamma));
    float[] shift = Floats.read(Floats.dense(beta));
    float[] means = new float[in.channels];
    float[] variances = new float[in.channels];
    in.forEach(
        (channel, piece) -> {
          double mean = in.sum(channel, piece, (a, n, sum) -> add(a, n, sum)) / in.count;
          float center = (float) mean;
          float share = (float) (1 / Math.sqrt(in.count));
          float variance =
              finite(in.sum(channel, piece, (a, n, sum) -> addSquares(a, center, share, n, sum)));
          double factor = scale[channel] / Math.sqrt(variance + epsilon);
          float slope = (float) factor;
          float rest = shift[channel];
          in.map(channel, piece, out, (a, n) -> affine(a, center, slope, rest, n));
          means[channel] = center;
          variances[channel] = variance;
        });
    return new Normalized(out.array, vector(means), vector(variances));
  }

  /**
   * The gradients, through the statistics too.
   *
   * @param x what was normalized
   * @param normalized what {@link #forward} made of it
   * @param gamma {@code [channels]}, the scale
   * @param epsilon as it was
   * @param upstream dL/dy, of the shape of x
   * @param ofX whether the gradient of x is asked for
   * @return the gradients of x, gamma and beta
   */
  public static Gradients backward(
      INDArray x,
      Normalized normalized,
      INDArray gamma,
      double epsilon,
      INDArray upstream,
      boolean ofX) {
    Channels in = new Channels(x);
    Channels g = new Channels(upstream);
    Channels out = ofX ? new Channels(Floats.create(x.shape())) : null;
    float[] scale = Floats.read(Floats.dense(gamma));
    float[] means = Floats.read(normalized.mean());
    float[] variances = Floats.read(normalized.variance());
    float[] ofGamma = new float[in.channels];
    float[] ofBeta = new float[in.channels];
    in.forEach(
        (channel, piece) -> {
          float mean = means[channel];
          double root = 1 / Math.sqrt(variances[channel] + epsilon);
          double sum = g.sum(channel, piece, (a, n, to) -> add(a, n, to));
          float scaled = (float) root;
          double along =
              in.sum(channel, piece, g, (a, b, n, to) -> addAlong(a, mean, scaled, b, n, to));
          ofBeta[channel] = (float) sum;
          ofGamma[channel] = (float) along;
          if (ofX) {
            float factor = (float) (scale[channel] * root);
            float slope = (float) (root * along / in.count);
            float rest = (float) (sum / in.count);
            in.map(
                channel, piece, g, out, (a, b, n) -> combine(a, mean, slope, b, rest, factor, n));
          }
        });
    return new Gradients(ofX ? out.array : null, vector(ofGamma), vector(ofBeta));
  }

  /** What a float holds, or NaN. */
  private static float finite(double variance) {
    float rounded = (float) variance;
    return Float.isInfinite(rounded) ? Float.NaN : rounded;
  }

  private static INDArray vector(float[] values) {
    INDArray vector = Floats.create(values.length);
    Floats.write(vector, 0, values, 0, values.length);
    return vector;
  }

  // ---------------------------------------------------------------- loops that are vectorised

  private static void add(float[] a, int n, float[] sum) {
    for (int i = 0; i < n; i++) {
      sum[i] += a[i];
    }
  }

  private static void addSquares(float[] a, float center, float scale, int n, float[] sum) {
    for (int i = 0; i < n; i++) {
      float d = (a[i] - center) * scale;
      sum[i] += d * d;
    }
  }

  private static void addAlong(
      float[] a, float center, float scale, float[] b, int n, float[] sum) {
    for (int i = 0; i < n; i++) {
      sum[i] += (a[i] - center) * scale * b[i];
    }
  }

  private static void affine(float[] a, float center, float slope, float rest, int n) {
    for (int i = 0; i < n; i++) {
      a[i] = slope * (a[i] - center) + rest;
    }
  }

  private static void combine(
      float[] a, float center, float slope, float[] b, float rest, float factor, int n) {
    for (int i = 0; i < n; i++) {
      a[i] = factor * (b[i] - rest - slope * (a[i] - center));
    }
  }

  // ---------------------------------------------------------------- channels

  @FunctionalInterface
  private interface Sum {
    void add(float[] a, int n, float[] sum);
  }

  @FunctionalInterface
  private interface SumOfTwo {
    void add(float[] a, float[] b, int n, float[] sum);
  }

  @FunctionalInterface
  private interface Change {
    void apply(float[] a, int n);
  }

  @FunctionalInterface
  private interface ChangeByOther {
    void apply(float[] a, float[] b, int n);
  }

  @FunctionalInterface
  private interface PerChannel {
    void run(int channel, Piece piece);
  }

  /** What a worker reads into. */
  private static final class Piece {

    private final float[] a;
    private final float[] b;
    private final float[] sum;

    Piece(int length) {
      a = new float[length];
      b = new float[length];
      sum = new float[length];
    }

    /** Of rounded sums over the batch, one per pixel, so that few numbers enter each. */
    double takeSum() {
      double total = 0;
      for (int i = 0; i < sum.length; i++) {
        total += sum[i];
        sum[i] = 0;
      }
      return total;
    }
  }

  /** An array {@code [batch, channels, ..]}, a channel at a time, in pieces of its planes. */
  private static final class Channels {

    private final INDArray array;
    private final int batch;
    private final int channels;
    private final int area;
    private final double count;

    Channels(INDArray any) {
      array = Floats.dense(any);
      batch = Math.toIntExact(array.size(0));
      channels = Math.toIntExact(array.size(1));
      area = Math.toIntExact(array.length() / ((long) batch * channels));
      count = (double) batch * area;
    }

    void forEach(PerChannel action) {
      Parallel.forRange(
          channels,
          (worker, from, to) -> {
            Piece piece = new Piece(Math.min(area, PIECE));
            for (int channel = from; channel < to; channel++) {
              action.run(channel, piece);
            }
          });
    }

    double sum(int channel, Piece piece, Sum sum) {
      return sum(channel, piece, null, (a, b, n, to) -> sum.add(a, n, to));
    }

    double sum(int channel, Piece piece, Channels other, SumOfTwo sum) {
      forPieces(
          channel,
          (at, n) -> {
            read(at, n, piece, other);
            sum.add(piece.a, piece.b, n, piece.sum);
          });
      return piece.takeSum();
    }

    void map(int channel, Piece piece, Channels to, Change change) {
      map(channel, piece, null, to, (a, b, n) -> change.apply(a, n));
    }

    void map(int channel, Piece piece, Channels other, Channels to, ChangeByOther change) {
      forPieces(
          channel,
          (at, n) -> {
            read(at, n, piece, other);
            change.apply(piece.a, piece.b, n);
            Floats.write(to.array, at, piece.a, 0, n);
          });
    }

    @FunctionalInterface
    private interface At {
      void run(long first, int n);
    }

    private void forPieces(int channel, At action) {
      for (int b = 0; b < batch; b++) {
        long plane = ((long) b * channels + channel) * area;
        for (int from = 0; from < area; from += PIECE) {
          action.run(plane + from, Math.min(PIECE, area - from));
        }
      }
    }

    /** Reads a part of this array and, unless that is null, the same part of another one. */
    private void read(long at, int n, Piece to, Channels other) {
      Floats.read(array, at, to.a, 0, n);
      if (other != null) {
        Floats.read(other.array, at, to.b, 0, n);
      }
    }
  }
}
