package org.capsnet.data;

import java.util.random.RandomGenerator;

/**
 * A random change of a sample, such as an image with boxes or a mask, that keeps its annotations in
 * place on the image. It has no state: what it does is a function of the sample and the random
 * numbers.
 *
 * @param <T> what a sample is
 */
@FunctionalInterface
public interface SampleTransform<T> {

  /**
   * Makes another sample.
   *
   * @param sample not changed
   * @param random the random numbers of this sample in this epoch
   * @return another, or the same
   */
  T apply(T sample, RandomGenerator random);

  /**
   * This change, then another.
   *
   * @param next the other
   * @return both
   */
  default SampleTransform<T> then(SampleTransform<T> next) {
    return new Described.Transform<>(
        Described.both(this, next), (sample, random) -> next.apply(apply(sample, random), random));
  }

  /**
   * This change of some samples only, so that the network also sees images as they will be in use:
   * an image that is shifted or scaled by fractions of a pixel comes out blurred.
   *
   * @param probability of the change, 0 to 1
   * @return this change or none
   * @throws IllegalArgumentException if the probability is out of its range
   */
  default SampleTransform<T> sometimes(double probability) {
    Probabilities.requireShare("probability", probability);
    return new Described.Transform<>(
        Described.sometimes(this, probability),
        (sample, random) -> random.nextDouble() < probability ? apply(sample, random) : sample);
  }

  /**
   * No change.
   *
   * @param <T> what a sample is
   * @return a transform that gives every sample back
   */
  static <T> SampleTransform<T> none() {
    return new Described.Transform<>("none", (sample, random) -> sample);
  }
}
