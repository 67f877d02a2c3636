package org.capsnet.data;

import java.util.random.RandomGenerator;

/**
 * Flips samples at random.
 *
 * @param horizontal the probability of exchanging left and right, 0 to 1
 * @param vertical the probability of exchanging top and bottom, 0 to 1
 * @param <T> what a sample is
 */
public record RandomFlip<T extends Annotated<T>>(double horizontal, double vertical)
    implements SampleTransform<T> {

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if one is out of its range
   */
  public RandomFlip {
    Probabilities.requireShare("horizontal", horizontal);
    Probabilities.requireShare("vertical", vertical);
  }

  @Override
  public T apply(T sample, RandomGenerator random) {
    boolean across = random.nextDouble() < horizontal;
    boolean down = random.nextDouble() < vertical;
    T turned = across ? sample.flippedHorizontally() : sample;
    return down ? turned.flippedVertically() : turned;
  }
}
