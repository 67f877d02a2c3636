package org.capsnet.model;

import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.capsule.PrimaryCapsules;
import org.capsnet.nn.Init;
import org.capsnet.nn.Shape;

/**
 * The size of a layer of primary capsules: a convolution with {@code types · dim} channels.
 *
 * @param types of capsules at each place, at least 1
 * @param dim the dimension of a capsule, at least 1
 * @param kernel the side of the square kernel, at least 1
 * @param stride of the kernel, at least 1
 * @param padding the rows and columns of zeros around what goes in, at least 0
 */
public record Primary(int types, int dim, int kernel, int stride, int padding) {

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if one is below its least, or there are too many channels
   */
  public Primary {
    Sizes.atLeast(1, "primary capsule types", types);
    Sizes.atLeast(1, "primary capsule dimension", dim);
    Sizes.atLeast(1, "primary capsule kernel", kernel);
    Sizes.atLeast(1, "primary capsule stride", stride);
    Sizes.atLeast(0, "primary capsule padding", padding);
    Sizes.fits("the channels of the primary capsules", types, dim);
  }

  /**
   * Primary capsules without padding.
   *
   * @param types of capsules at each place
   * @param dim the dimension of a capsule
   * @param kernel the side of the square kernel
   * @param stride of the kernel
   */
  public Primary(int types, int dim, int kernel, int stride) {
    this(types, dim, kernel, stride, 0);
  }

  /**
   * Primary capsules on a grid as large as what goes in, but for the stride.
   *
   * @param types of capsules at each place
   * @param dim the dimension of a capsule
   * @param kernel the side of the square kernel, odd
   * @param stride of the kernel
   * @return their size
   * @throws IllegalArgumentException if the kernel is even
   */
  public static Primary same(int types, int dim, int kernel, int stride) {
    return new Primary(types, dim, kernel, stride, Sizes.odd("kernel", kernel) / 2);
  }

  /** {@return the convolution that makes the capsules} */
  public Conv convolution() {
    return new Conv(types * dim, kernel, stride, padding);
  }

  /**
   * The layer of this size.
   *
   * @param in {@code [channels, height, width]}
   * @param init the source of the weights
   * @return the layer
   * @throws IllegalArgumentException if the kernel does not fit
   */
  public PrimaryCapsules layer(Shape in, Init init) {
    Conv2dSpec spec = convolution().spec();
    return new PrimaryCapsules(in, types, dim, kernel, spec, init);
  }
}
