package org.capsnet.model;

import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.nn.Conv2d;
import org.capsnet.nn.Init;
import org.capsnet.nn.Initializer;
import org.capsnet.nn.Shape;

/**
 * The size of a convolution with a square kernel.
 *
 * @param channels that come out, at least 1
 * @param kernel the side of the kernel, at least 1
 * @param stride of the kernel, at least 1
 * @param padding the rows and columns of zeros around what goes in, at least 0
 */
public record Conv(int channels, int kernel, int stride, int padding) {

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if one is below its least
   */
  public Conv {
    Sizes.atLeast(1, "convolution channels", channels);
    Sizes.atLeast(1, "kernel", kernel);
    Sizes.atLeast(1, "stride", stride);
    Sizes.atLeast(0, "padding", padding);
  }

  /**
   * A convolution without padding.
   *
   * @param channels that come out
   * @param kernel the side of the kernel
   * @param stride of the kernel
   */
  public Conv(int channels, int kernel, int stride) {
    this(channels, kernel, stride, 0);
  }

  /**
   * A convolution that keeps the size of its input but for the stride: padded by half its kernel,
   * it turns n pixels a side into n / stride, rounded up.
   *
   * @param channels that come out
   * @param kernel the side of the kernel, odd
   * @param stride of the kernel
   * @return the convolution
   * @throws IllegalArgumentException if the kernel is even
   */
  public static Conv same(int channels, int kernel, int stride) {
    return new Conv(channels, kernel, stride, Sizes.odd("kernel", kernel) / 2);
  }

  /** {@return how the kernel steps} */
  public Conv2dSpec spec() {
    return Conv2dSpec.UNIT.withStride(stride).withPadding(padding);
  }

  /**
   * The layer of this size, for a rectifier behind it.
   *
   * @param in {@code [channels, height, width]}
   * @param init the source of the weights
   * @return the layer, with {@link Initializer#HE_NORMAL} weights
   * @throws IllegalArgumentException if the kernel does not fit
   */
  public Conv2d layer(Shape in, Init init) {
    return new Conv2d(in, channels, kernel, spec(), Initializer.HE_NORMAL, init);
  }

  /**
   * The height or width that comes out.
   *
   * @param input the height or width of what goes in
   * @return at least 1
   * @throws IllegalArgumentException if the kernel does not fit, or no array would hold the output
   */
  public int outputOf(int input) {
    return Sizes.fits("output of a convolution", spec().outputHeight(input, kernel));
  }
}
