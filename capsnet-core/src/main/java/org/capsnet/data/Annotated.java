package org.capsnet.data;

/**
 * An image with what is known of it: boxes, a mask, classes. What changes the geometry of the image
 * changes that with it.
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
   * Stretches to a size.
   *
   * @param height 1 or more
   * @param width 1 or more
   * @return another sample
   * @throws IllegalArgumentException if a size is below 1
   */
  T resized(int height, int width);
}
