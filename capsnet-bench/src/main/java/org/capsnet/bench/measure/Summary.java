package org.capsnet.bench.measure;

import java.util.Arrays;

/**
 * The smallest, the middle and the largest of some numbers.
 *
 * @param min the smallest
 * @param median the middle one, or the mean of the middle two
 * @param max the largest
 */
public record Summary(double min, double median, double max) {

  /**
   * Summarises numbers.
   *
   * @param numbers at least one, in any order
   * @return the summary
   * @throws IllegalArgumentException if there is none
   */
  public static Summary of(double... numbers) {
    return new Summary(quantile(0, numbers), median(numbers), quantile(1, numbers));
  }

  /**
   * The middle of some numbers.
   *
   * @param numbers at least one, in any order
   * @return the middle one, or the mean of the middle two
   * @throws IllegalArgumentException if there is none
   */
  public static double median(double... numbers) {
    return quantile(0.5, numbers);
  }

  /**
   * A quantile, interpolated between its neighbours.
   *
   * @param share from 0, the smallest, to 1, the largest
   * @param numbers at least one, in any order
   * @return the quantile
   * @throws IllegalArgumentException if there is no number, or the share is out of range
   */
  public static double quantile(double share, double... numbers) {
    if (numbers.length == 0) {
      throw new IllegalArgumentException("numbers: expected at least one");
    }
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("share: expected 0 to 1, got " + share);
    }
    double[] sorted = numbers.clone();
    Arrays.sort(sorted);
    double place = share * (sorted.length - 1);
    int below = (int) place;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }
}
