package org.capsnet.data;

import java.util.random.RandomGenerator;

/**
 * Draws at random how an image is warped. As an {@link Augmentation} it warps an image that has
 * only a class; where there is a mask, one warp is drawn for both.
 */
public interface RandomField extends Augmentation {

  /**
   * Draws a warp.
   *
   * @param height of the image, in pixels
   * @param width of the image, in pixels
   * @param random the random numbers of this image in this epoch
   * @return the warp
   */
  Warp draw(int height, int width, RandomGenerator random);

  @Override
  default void apply(float[] image, int channels, int height, int width, RandomGenerator random) {
    draw(height, width, random).apply(image, channels);
  }
}
