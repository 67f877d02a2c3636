package org.capsnet.autograd;

import java.util.SplittableRandom;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Dropout (Srivastava et al., 2014) whose choice of elements is a function of a seed, a counter and
 * the element alone: no hidden state, so that a run can be repeated, resumed or recomputed.
 */
public final class Dropouts {

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
    SplittableRandom random = stream(seed, counter);
    float[] kept = new float[Math.toIntExact(x.value().length())];
    for (int i = 0; i < kept.length; i++) {
      kept[i] = random.nextDouble() < rate ? 0 : 1;
    }
    INDArray mask = Nd4j.create(kept, new long[] {kept.length}, DataType.FLOAT);
    return mask.castTo(x.dataType()).divi(1 - rate).reshape('c', x.shape());
  }

  /** Neighbouring seeds and counters give streams that have nothing in common. */
  private static SplittableRandom stream(long seed, long counter) {
    long mixed = new SplittableRandom(counter).nextLong();
    return new SplittableRandom(new SplittableRandom(seed + mixed).nextLong());
  }
}
