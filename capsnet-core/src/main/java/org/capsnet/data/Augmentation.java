package org.capsnet.data;

import java.util.random.RandomGenerator;

/**
 * Changes a training image a little, by chance, in a way that keeps its class. Runs on the thread
 * that makes batches, and holds no state of its own: what it does is a function of the image and
 * the random numbers.
 */
@FunctionalInterface
public interface Augmentation {

  /**
   * Changes an image in place.
   *
   * @param image values from 0 to 1 as [channels, height, width]
   * @param channels the number of channels
   * @param height in pixels
   * @param width in pixels
   * @param random the random numbers of this image in this epoch
   */
  void apply(float[] image, int channels, int height, int width, RandomGenerator random);

  /**
   * This change, then another.
   *
   * @param next the other
   * @return both
   */
  default Augmentation then(Augmentation next) {
    return new Described.Change(
        Described.both(this, next),
        (image, channels, height, width, random) -> {
          apply(image, channels, height, width, random);
          next.apply(image, channels, height, width, random);
        });
  }

  /**
   * This change in some images only, so that others are seen as they will be in use: what is moved
   * by parts of a pixel comes out softer than what is not.
   *
   * @param probability of the change, 0 to 1
   * @return this change or none
   * @throws IllegalArgumentException if the probability is out of its range
   */
  default Augmentation sometimes(double probability) {
    Probabilities.requireShare("probability", probability);
    return new Described.Change(
        Described.sometimes(this, probability),
        (image, channels, height, width, random) -> {
          if (random.nextDouble() < probability) {
            apply(image, channels, height, width, random);
          }
        });
  }

  /** {@return an augmentation that leaves every image as it is} */
  static Augmentation none() {
    return new Described.Change("none", (image, channels, height, width, random) -> {});
  }
}
