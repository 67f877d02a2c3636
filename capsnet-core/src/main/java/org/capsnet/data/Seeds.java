package org.capsnet.data;

import java.util.Random;

/** Random streams that are a function of numbers and of nothing else. */
public final class Seeds {

  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private Seeds() {}

  /**
   * Makes the stream of some numbers. Neighbouring numbers give unrelated streams, which {@link
   * Random} does not promise for neighbouring seeds. Its algorithm, unlike that of the newer
   * generators, is fixed for every JDK.
   *
   * @param seed any number
   * @param numbers any numbers, whose order counts
   * @return a stream of random numbers
   */
  public static Random stream(long seed, long... numbers) {
    long state = mix(seed);
    for (long number : numbers) {
      state = mix(state + GOLDEN + number);
    }
    return new Random(state);
  }

  /** The finalizer of SplitMix64: every bit of the input reaches every bit of the output. */
  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /**
   * Shuffles in place.
   *
   * @param values any numbers
   * @param random the source of randomness
   */
  public static void shuffle(int[] values, Random random) {
    for (int i = values.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swapped = values[i];
      values[i] = values[j];
      values[j] = swapped;
    }
  }
}
