package org.capsnet.model;

import org.capsnet.autograd.Shapes;
import org.capsnet.autograd.Variable;
import org.capsnet.data.LabeledImages;
import org.capsnet.nn.Shape;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The size of the images that a network is for.
 *
 * @param channels 1 for grey, 3 for colour
 * @param height in pixels
 * @param width in pixels
 */
public record ImageShape(int channels, int height, int width) {

  /**
   * Checks that an array would hold an image.
   *
   * @throws IllegalArgumentException if a size is below 1, or there are too many numbers
   */
  public ImageShape {
    Sizes.atLeast(1, "image channels", channels);
    Sizes.atLeast(1, "image height", height);
    Sizes.atLeast(1, "image width", width);
    Sizes.fits("the numbers of an image", channels, height, width);
  }

  /**
   * The size of images whose shape is known.
   *
   * @param shape {@code [channels, height, width]}
   * @return their size
   * @throws IllegalArgumentException if the shape is another
   */
  public static ImageShape of(Shape shape) {
    shape.require("images", "channels", "height", "width");
    return new ImageShape(
        Sizes.fits("image channels", shape.size(0)),
        Sizes.fits("image height", shape.size(1)),
        Sizes.fits("image width", shape.size(2)));
  }

  /**
   * {@return the size of a set of images}
   *
   * @param images any
   */
  public static ImageShape of(LabeledImages images) {
    return new ImageShape(images.channels(), images.height(), images.width());
  }

  /** {@return {@code [channels, height, width]}} */
  public Shape shape() {
    return Shape.of(channels, height, width);
  }

  /** {@return the numbers in an image} */
  public int pixels() {
    return channels * height * width;
  }

  /**
   * Requires a batch of such images.
   *
   * @param images what should be {@code [batch, channels, height, width]}
   * @throws IllegalArgumentException if it is not: the message says both shapes
   */
  public void require(INDArray images) {
    Shapes.require("images", images, "batch", channels, height, width);
  }

  /**
   * Requires a batch of such images.
   *
   * @param images what should be {@code [batch, channels, height, width]}
   * @return the images
   * @throws IllegalArgumentException if it is not: the message says both shapes
   */
  public Variable require(Variable images) {
    require(images.value());
    return images;
  }

  /**
   * Requires a set of such images.
   *
   * @param images of any size
   * @throws IllegalArgumentException if it is another: the message says both shapes
   */
  public void require(LabeledImages images) {
    long[] shape = {images.count(), images.channels(), images.height(), images.width()};
    Shapes.require("images", shape, "batch", channels, height, width);
  }
}
