package org.capsnet.train.tensorboard;

import java.util.Arrays;
import org.capsnet.autograd.Scope;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.tensorflow.framework.HistogramProto;

/**
 * How the numbers of an array are spread: over thirty buckets of one width from the least to the
 * largest, as many as TensorBoard shows. It is gathered piece by piece, so that a large array takes
 * no memory on the heap.
 */
final class Histogram {

  private static final int BUCKETS = 30;
  private static final int PIECE = 1 << 16;

  private double min = Double.POSITIVE_INFINITY;
  private double max = Double.NEGATIVE_INFINITY;
  private double sum;
  private double squares;
  private long count;
  private final double[] buckets = new double[BUCKETS];

  private Histogram() {}

  /** Takes in some numbers. */
  private interface Piece {
    void take(double... numbers);
  }

  /**
   * Of all numbers of an array.
   *
   * @param name for the message
   * @throws IllegalArgumentException if there is none
   * @throws ArithmeticException if one is NaN or infinite
   */
  static HistogramProto of(String name, INDArray array) {
    if (array.isEmpty()) {
      throw new IllegalArgumentException("histogram " + name + ": expected numbers, got none");
    }
    INDArray all = (array.ordering() == 'c' ? array : array.dup('c')).reshape(-1);
    Histogram histogram = new Histogram();
    overPieces(all, histogram::measure);
    if (!Double.isFinite(histogram.min) || !Double.isFinite(histogram.max)) {
      throw new ArithmeticException(
          "histogram " + name + ": expected finite numbers, got NaN or infinity");
    }
    overPieces(all, histogram::sort);
    return histogram.message();
  }

  private static void overPieces(INDArray all, Piece piece) {
    for (long from = 0; from < all.length(); from += PIECE) {
      long to = Math.min(all.length(), from + PIECE);
      try (Scope temporaries = Scope.open()) {
        piece.take(
            all.get(NDArrayIndex.interval(from, to)).castTo(DataType.DOUBLE).toDoubleVector());
      }
    }
  }

  private void measure(double... numbers) {
    for (double x : numbers) {
      min = Math.min(min, x); // NaN stays
      max = Math.max(max, x);
      sum += x;
      squares += x * x;
    }
    count += numbers.length;
  }

  /** What of a range of doubles does not overflow. */
  private double width() {
    return max / BUCKETS - min / BUCKETS;
  }

  private void sort(double... numbers) {
    double width = width();
    for (double x : numbers) {
      int place = width > 0 ? (int) (x / width - min / width) : 0;
      buckets[Math.min(BUCKETS - 1, place)]++;
    }
  }

  /** A bucket reaches from the limit of the one before it, the first from the least number. */
  private HistogramProto message() {
    HistogramProto.Builder message =
        HistogramProto.newBuilder()
            .setMin(min)
            .setMax(max)
            .setNum((double) count)
            .setSum(sum)
            .setSumSquares(squares);
    if (!(width() > 0)) {
      return message.addBucketLimit(max).addBucket((double) count).build();
    }
    for (int i = 1; i < BUCKETS; i++) {
      double share = (double) i / BUCKETS;
      message.addBucketLimit(min * (1 - share) + max * share);
    }
    message.addBucketLimit(max);
    Arrays.stream(buckets).forEach(message::addBucket);
    return message.build();
  }
}
