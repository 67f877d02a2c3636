package org.capsnet.autograd;

import org.nd4j.linalg.api.ndarray.INDArray;

/** Pooling of images: one number from each window of a channel. */
public final class Pooling {

  private static final int EXPLICIT_PADDING = 0;
  private static final int CHANNELS_FIRST = 0;
  private static final int NOTHING = 0;
  private static final int DIVIDE_BY_KERNEL = 1;

  private Pooling() {}

  /**
   * The largest number of each window. Padding never wins; of elements that tie, one gets the
   * gradient.
   *
   * @param x {@code [batch, channels, height, width]}
   * @param kernel the height and width of a window, at least 1
   * @param stride from one window to the next, at least 1
   * @param padding around the image, at most half of the kernel
   * @return {@code [batch, channels, outputHeight, outputWidth]}, sized as a convolution
   * @throws IllegalArgumentException if the shape does not fit or a number is out of range
   */
  public static Variable max2d(Variable x, int kernel, int stride, int padding) {
    return pool("maxpool2d", x, kernel, stride, padding, NOTHING);
  }

  /**
   * The mean of each window; padding counts as zeros.
   *
   * @param x {@code [batch, channels, height, width]}
   * @param kernel the height and width of a window, at least 1
   * @param stride from one window to the next, at least 1
   * @param padding around the image, at most half of the kernel
   * @return {@code [batch, channels, outputHeight, outputWidth]}, sized as a convolution
   * @throws IllegalArgumentException if the shape does not fit or a number is out of range
   */
  public static Variable average2d(Variable x, int kernel, int stride, int padding) {
    return pool("avgpool2d", x, kernel, stride, padding, DIVIDE_BY_KERNEL);
  }

  private static Variable pool(
      String operation, Variable x, int kernel, int stride, int padding, int extra) {
    Shapes.require("images", x.value(), "batch", "channels", "height", "width");
    if (kernel < 1 || padding > kernel / 2) {
      throw new IllegalArgumentException(
          "kernel: expected at least 1 and twice the padding of " + padding + ", got " + kernel);
    }
    Conv2dSpec spec = Conv2dSpec.UNIT.withStride(stride).withPadding(padding);
    INDArray images = Raw.dense(x.value());
    int[] settings = {
      kernel,
      kernel,
      stride,
      stride,
      padding,
      padding,
      1,
      1,
      EXPLICIT_PADDING,
      extra,
      CHANNELS_FIRST
    };
    INDArray y =
        Raw.empty(
            x.dataType(),
            x.size(0),
            x.size(1),
            spec.outputHeight(x.size(2), kernel),
            spec.outputWidth(x.size(3), kernel));
    return Variable.of(
        operation,
        Raw.run(operation, y, new INDArray[] {images}, settings),
        (g, needed) ->
            new INDArray[] {
              Raw.run(
                  operation + "_bp",
                  Raw.zerosLike(images),
                  new INDArray[] {images, Raw.dense(g)},
                  settings)
            },
        x);
  }
}
