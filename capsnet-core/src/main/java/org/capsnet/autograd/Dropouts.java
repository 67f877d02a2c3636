package org.capsnet.autograd;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Dropout (Srivastava et al., 2014) whose choice of elements is a function of a seed, a counter and
 * the element alone: no hidden state, so that a run can be repeated, resumed or recomputed.
 */
public final class Dropouts {

  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;
  private static final double UNIT = 0x1.0p-53;

  private Dropouts() {}

  /**
   * Sets a part of the elements to zero, and scales the others so that the mean stays.
   *
   * @param x any shape
   * @param rate the probability of an element to become zero, from 0 to below 1
   * @param seed whose masks to draw
   * @param counter which of them
   * @return of the input's shape
   * @throws IllegalArgumentException if the rate is out of range
   */
  public static Variable dropout(Variable x, double rate, long seed, long counter) {
    if (!(rate >= 0 && rate < 1)) {
      throw new IllegalArgumentException("rate: expected 0 to below 1, got " + rate);
    }
    return rate == 0 ? x : x.times(Variable.constant(mask(x, rate, seed, counter)));
  }

  private static INDArray mask(Variable x, double rate, long seed, long counter) {
    long stream = mix(seed + GOLDEN_GAMMA * mix(counter));
    int length = Math.toIntExact(x.value().length());
    float[] kept = new float[length];
    for (int i = 0; i < length; i++) {
      kept[i] = (mix(stream + i * GOLDEN_GAMMA) >>> 11) * UNIT < rate ? 0 : 1;
    }
    INDArray mask = Nd4j.create(kept, new long[] {length}, DataType.FLOAT);
    return mask.castTo(x.dataType()).divi(1 - rate).reshape('c', x.shape());
  }

  /** The finalizer of SplitMix64 (Steele, Lea and Flood, 2014). */
  private static long mix(long bits) {
    long z = (bits ^ (bits >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
