package org.capsnet.data;

import java.util.random.RandomGenerator;

/**
 * A small random change of a training image that keeps its class. It runs on the thread that makes
 * batches and has no state: what it does is a function of the image and the random numbers.
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
   * This change in some of the images only, so that the network also sees images as they will be in
   * use: an image that is shifted by a fraction of a pixel comes out blurred.
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
