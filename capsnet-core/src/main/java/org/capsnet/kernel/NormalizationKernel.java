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

  /**
   * The most elements that are looked at together, of some samples' planes: two arrays of so many
   * fit a second level cache.
   */
  private static final int PIECE = 3 << 15;

  /** The most elements of a plane that are looked at together by given statistics. */
  private static final int PART = 1 << 14;

  /** The most elements whose sum is rounded to a float before it is added up. */
  private static final int ROW = 1 << 11;

  /** How far apart the numbers of a piece may lie: they are read through one buffer. */
  private static final int MOST_APART = 1 << 28;

  private static final Pool<Extent, Piece> PIECES = new Pool<>();

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
          double mean = in.sum(channel, piece, Simd.SUMS::sum) / in.count;
          float center = (float) mean;
          float share = (float) (1 / Math.sqrt(in.count));
          float variance =
              finite(
                  in.sum(channel, piece, (a, at, n) -> Simd.SUMS.squares(a, at, n, center, share)));
          double factor = scale[channel] / Math.sqrt(variance + epsilon);
          float slope = (float) factor;
          float rest = shift[channel];
          in.map(channel, piece, out, (a, n) -> Loops.affine(a, 0, n, center, slope, rest));
          means[channel] = center;
          variances[channel] = variance;
        });
    return new Normalized(out.array, vector(means), vector(variances));
  }

  /**
   * Normalizes by given statistics, with no gradient.
   *
   * @param x floats {@code [batch, channels, ..]}
   * @param by the statistics, of as many channels
   * @return of the input's shape, dense in c order
   */
  public static INDArray forward(INDArray x, GivenStatistics by) {
    Channels in = new Channels(x);
    Channels out = new Channels(Floats.create(x.shape()));
    in.forPlanes(
        (channel, at, n, part) -> {
          Floats.read(in.array, at, part, 0, n);
          by.normalize(channel, part, 0, n);
          Floats.write(out.array, at, part, 0, n);
        });
    return out.array;
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
          double sum = in.sum(channel, piece, g, (a, b, at, n) -> Simd.SUMS.sum(b, at, n));
          float scaled = (float) root;
          double along =
              in.sum(
                  channel, piece, g, (a, b, at, n) -> Simd.SUMS.along(a, b, at, n, mean, scaled));
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

  /**
   * What a forward and a backward pass by the statistics of the batch work in.
   *
   * @param batch the samples
   * @param channels of the input
   * @param area the numbers of a channel of a sample
   * @return bytes of the Java heap
   */
  public static long scratchBytes(int batch, int channels, int area) {
    return Parallel.workers(channels) * Extent.of(batch, channels, area).bytes();
  }

  /** What a float holds, or NaN. */
  static float finite(double variance) {
    float rounded = (float) variance;
    return Float.isInfinite(rounded) ? Float.NaN : rounded;
  }

  private static INDArray vector(float[] values) {
    INDArray vector = Floats.create(values.length);
    Floats.write(vector, 0, values, 0, values.length);
    return vector;
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
    double of(float[] a, int from, int n);
  }

  @FunctionalInterface
  private interface SumOfTwo {
    double of(float[] a, float[] b, int from, int n);
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

  /**
   * The size of a piece.
   *
   * @param samples their number
   * @param length of a sample's part
   */
  private record Extent(int samples, int length) {

    static Extent of(int batch, int channels, int area) {
      int apart = MOST_APART / Math.multiplyExact(channels, area);
      int samples = Math.max(1, Math.min(batch, Math.min(PIECE / area, apart)));
      return new Extent(samples, Math.min(area, PIECE));
    }

    long bytes() {
      return Float.BYTES * 2L * samples * length;
    }
  }

  /** What a worker reads into, and what of: a channel that is a single piece is read once. */
  private static final class Piece {

    private final float[] a;
    private final float[] b;
    private INDArray ofA;
    private INDArray ofB;
    private long at;

    Piece(Extent extent) {
      a = new float[extent.samples * extent.length];
      b = new float[a.length];
    }

    /** Whether it has this part of an array, and of another one unless that is null. */
    boolean has(long first, INDArray one, INDArray other) {
      return at == first && ofA == one && (other == null || ofB == other);
    }

    void hold(long first, INDArray one, INDArray other) {
      at = first;
      ofA = one;
      ofB = other;
    }
  }

  /** An array {@code [batch, channels, ..]}, a channel at a time, in pieces of its planes. */
  private static final class Channels {

    private final INDArray array;
    private final int batch;
    private final int channels;
    private final int area;
    private final double count;

    private final Extent extent;

    Channels(INDArray any) {
      array = Floats.dense(any);
      batch = Math.toIntExact(array.size(0));
      channels = Math.toIntExact(array.size(1));
      area = Math.toIntExact(array.length() / ((long) batch * channels));
      count = (double) batch * area;
      extent = Extent.of(batch, channels, area);
    }

    void forEach(PerChannel action) {
      Parallel.forRange(
          channels,
          (worker, from, to) -> {
            Piece piece = PIECES.take(extent, () -> new Piece(extent));
            for (int channel = from; channel < to; channel++) {
              action.run(channel, piece);
            }
            piece.hold(0, null, null);
            PIECES.give(extent, piece);
          });
    }

    @FunctionalInterface
    interface PerPlane {
      void run(int channel, long at, int n, float[] part);
    }

    /** Parts of planes, in the order in which they lie. */
    void forPlanes(PerPlane action) {
      Parallel.forItems(
          batch * channels,
          Math.max(1, PART / area),
          (worker, from, to) -> {
            float[] part = new float[Math.min(area, PART)];
            for (int plane = from; plane < to; plane++) {
              for (int first = 0; first < area; first += PART) {
                long at = (long) plane * area + first;
                action.run(plane % channels, at, Math.min(PART, area - first), part);
              }
            }
          });
    }

    double sum(int channel, Piece piece, Sum sum) {
      return sum(channel, piece, null, (a, b, at, n) -> sum.of(a, at, n));
    }

    double sum(int channel, Piece piece, Channels other, SumOfTwo sum) {
      double[] total = {0};
      forPieces(
          channel,
          (at, some, n) -> {
            read(at, some, n, piece, other);
            for (int from = 0; from < some * n; from += ROW) {
              total[0] += sum.of(piece.a, piece.b, from, Math.min(ROW, some * n - from));
            }
          });
      return total[0];
    }

    void map(int channel, Piece piece, Channels to, Change change) {
      map(channel, piece, null, to, (a, b, n) -> change.apply(a, n));
    }

    void map(int channel, Piece piece, Channels other, Channels to, ChangeByOther change) {
      forPieces(
          channel,
          (at, some, n) -> {
            read(at, some, n, piece, other);
            change.apply(piece.a, piece.b, some * n);
            piece.hold(0, null, null);
            Floats.writeRows(to.array, at, stride(), some, n, piece.a, 0, n);
          });
    }

    @FunctionalInterface
    private interface At {
      void run(long first, int samples, int n);
    }

    /** From a sample's plane to that of the next. */
    private int stride() {
      return Math.multiplyExact(channels, area);
    }

    private void forPieces(int channel, At action) {
      for (int b = 0; b < batch; b += extent.samples) {
        long plane = ((long) b * channels + channel) * area;
        for (int from = 0; from < area; from += PIECE) {
          action.run(
              plane + from, Math.min(extent.samples, batch - b), Math.min(PIECE, area - from));
        }
      }
    }

    /** Reads a part of this array and, unless that is null, the same part of another one. */
    private void read(long at, int some, int n, Piece to, Channels other) {
      INDArray second = other == null ? null : other.array;
      if (to.has(at, array, second)) {
        return;
      }
      Floats.readRows(array, at, stride(), some, n, to.a, 0, n);
      if (other != null) {
        Floats.readRows(other.array, at, stride(), some, n, to.b, 0, n);
      }
      to.hold(at, array, second);
    }
  }
}
