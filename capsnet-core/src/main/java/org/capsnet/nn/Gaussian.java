package org.capsnet.nn;

import java.util.function.DoubleSupplier;
import java.util.random.RandomGenerator;

/**
 * Normal numbers of mean 0 and variance 1 by the polar method (Marsaglia and Bray 1964): the same
 * from the same source on every JDK, to the last bit, which {@link RandomGenerator#nextGaussian} is
 * not. Of the source it takes whole numbers of 64 bits alone.
 */
public final class Gaussian implements DoubleSupplier {

  private final RandomGenerator random;

  /** The second of a pair; not a number where it has been given out. */
  private double spare = Double.NaN;

  /**
   * Normal numbers of a source.
   *
   * @param random the source of chance
   */
  public Gaussian(RandomGenerator random) {
    this.random = random;
  }

  @Override
  public double getAsDouble() {
    if (!Double.isNaN(spare)) {
      double second = spare;
      spare = Double.NaN;
      return second;
    }
    double x;
    double y;
    double square;
    do {
      x = symmetric();
      y = symmetric();
      square = x * x + y * y;
    } while (square >= 1 || square == 0);
    // The strict logarithm: that of Math may differ in its last bit. A square root may not.
    double factor = Math.sqrt(-2 * StrictMath.log(square) / square);
    spare = y * factor;
    return x * factor;
  }

  /** From -1 to below 1. */
  private double symmetric() {
    return (random.nextLong() >>> 11) * 0x1p-52 - 1;
  }
}
