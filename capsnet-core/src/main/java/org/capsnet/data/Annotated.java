package org.capsnet.data;

import org.capsnet.data.picture.ByteImage;

/**
 * An image with its annotations: boxes, a mask, classes. A change of the image's geometry changes
 * them with it.
 *
 * @param <T> the class itself
 */
public interface Annotated<T extends Annotated<T>> {

  /** {@return the image, as bytes} */
  ByteImage image();

  /** {@return another sample, the mirror image with left and right exchanged} */
  T flippedHorizontally();

  /** {@return another sample, the mirror image with top and bottom exchanged} */
  T flippedVertically();

  /**
   * Resizes the image and its annotations.
   *
   * @param height 1 or more
   * @param width 1 or more
   * @return another sample
   * @throws IllegalArgumentException if a size is below 1
   */
  T resized(int height, int width);
}
