package org.capsnet.autograd;

import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Pooling of images: one number from each window of a channel. */
public final class Pooling {

  private static final String MAX = "maxpool2d";
  private static final int EXPLICIT_PADDING = 0;
  private static final int CHANNELS_FIRST = 0;
  private static final int NOTHING = 0;
  private static final int DIVIDE_BY_KERNEL = 1;

  private Pooling() {}

  /**
   * The largest number of each window. Padding never wins; of elements that tie, one gets the
   * gradient. A window with a NaN gives NaN, and so does its gradient.
   *
   * @param x {@code [batch, channels, height, width]}
   * @param kernel the height and width of a window, at least 1
   * @param stride from one window to the next, at least 1
   * @param padding around the image, at most half of the kernel
   * @return {@code [batch, channels, outputHeight, outputWidth]}, sized as a convolution
   * @throws IllegalArgumentException if the shape does not fit or a number is out of range
   */
  public static Variable max2d(Variable x, int kernel, int stride, int padding) {
    return pool(MAX, x, kernel, stride, padding, NOTHING);
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
    Raw.run(operation, y, new INDArray[] {images}, settings);
    boolean largest = operation.equals(MAX);
    return Variable.of(
        new Operation(operation, Map.of("kernel", kernel, "stride", stride, "padding", padding)),
        largest ? withInfinities(images, y, settings) : y,
        (g, needed) -> {
          INDArray dx =
              Raw.run(
                  operation + "_bp",
                  Raw.zerosLike(images),
                  new INDArray[] {images, Raw.dense(g)},
                  settings);
          return new INDArray[] {largest ? Values.carryNaN(images, dx) : dx};
        },
        x);
  }

  /**
   * Corrects the maxima of windows where ND4J's operation ignores NaN, or gives the least number
   * for a window of -∞ alone.
   */
  private static INDArray withInfinities(INDArray images, INDArray y, int... settings) {
    if (Double.isFinite(images.sumNumber().doubleValue())) {
      return y;
    }
    INDArray above = images.neq(Double.NEGATIVE_INFINITY).castTo(y.dataType());
    INDArray anyAbove = Raw.run(MAX, y.ulike(), new INDArray[] {above}, settings);
    INDArray nan = images.isNaN().castTo(y.dataType());
    INDArray anyNaN = Raw.run(MAX, y.ulike(), new INDArray[] {nan}, settings);
    // ln 0 is -∞ and √-1 is NaN; ln 1 and √0 change nothing.
    return y.addi(Transforms.log(anyAbove, false)).addi(Transforms.sqrt(anyNaN.negi(), false));
  }
}
