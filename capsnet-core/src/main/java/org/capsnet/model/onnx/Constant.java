package org.capsnet.model.onnx;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * An array that no operation makes. Where it grows with the samples, it is what each of them has of
 * it.
 *
 * @param value as it is; or along the growing axis what one sample has of it; or the single number
 *     that all of them are
 * @param axis the growing axis, or {@link #FIXED}, or {@link #UNIFORM}
 */
record Constant(INDArray value, int axis) {

  /** Of an array that does not grow. */
  static final int FIXED = -1;

  /** Of one that grows, and is the same number throughout. */
  static final int UNIFORM = -2;

  /**
   * What an array of some samples and one of others have in common.
   *
   * @param a of {@code samples} samples
   * @param b of others, and of another number of them
   * @param samples how many
   * @return empty if they are not the same for every sample
   */
  static Optional<Constant> of(INDArray a, INDArray b, long samples) {
    int[] growing = IntStream.range(0, a.rank()).filter(i -> a.size(i) != b.size(i)).toArray();
    if (growing.length == 0) {
      return a == b || same(a, b) ? Optional.of(new Constant(a, FIXED)) : Optional.empty();
    }
    Optional<Constant> uniform = uniform(a, b);
    return uniform.isPresent() || growing.length > 1
        ? uniform
        : repeated(a, b, growing[0], a.size(growing[0]) / samples);
  }

  private static Optional<Constant> uniform(INDArray a, INDArray b) {
    INDArray number = a.dup('c').reshape(-1).getScalar(0);
    boolean all = a.eq(number.getDouble(0)).all() && b.eq(number.getDouble(0)).all();
    return all ? Optional.of(new Constant(number, UNIFORM)) : Optional.empty();
  }

  private static Optional<Constant> repeated(INDArray a, INDArray b, int axis, long each) {
    INDArray one = part(a, axis, each, 0);
    for (INDArray all : new INDArray[] {a, b}) {
      for (long sample = 0; sample < all.size(axis) / each; sample++) {
        if (!same(one, part(all, axis, each, sample))) {
          return Optional.empty();
        }
      }
    }
    return Optional.of(new Constant(one, axis));
  }

  private static INDArray part(INDArray all, int axis, long each, long sample) {
    long before = Arrays.stream(all.shape()).limit(axis).reduce(1, Math::multiplyExact);
    long[] shape = all.shape().clone();
    shape[axis] = each;
    INDArray flat = all.reshape('c', before, all.size(axis) / each, -1);
    return flat.slice(sample, 1).dup('c').reshape('c', shape);
  }

  private static boolean same(INDArray a, INDArray b) {
    return Arrays.equals(numbers(a), numbers(b));
  }

  private static double[] numbers(INDArray x) {
    return x.castTo(DataType.DOUBLE).dup('c').reshape(-1).toDoubleVector();
  }
}
