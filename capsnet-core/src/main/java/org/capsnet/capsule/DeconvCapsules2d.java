package org.capsnet.capsule;

import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.autograd.Convolution;
import org.capsnet.autograd.Variable;
import org.capsnet.nn.Init;
import org.capsnet.nn.Initializer;
import org.capsnet.nn.Shape;

/**
 * Capsules on a larger grid than they come from, with locally-constrained routing: votes by a
 * transposed convolution. Parameters: {@code weight [inDim, outTypes · outDim, k, k]}, and the
 * routing's. SegCaps doubles its grids with a kernel of 4, stride 2 and padding 1.
 */
public final class DeconvCapsules2d extends LocalCapsules2d {

  private final int outputPadding;

  /**
   * A layer with {@link Initializer#HE_NORMAL} weights.
   *
   * @param in {@code [types, dim, height, width]}
   * @param outTypes of capsules at each position of the output grid
   * @param outDim the dimension of their poses
   * @param kernel the height and width of the kernel
   * @param spec stride, padding and dilation; one group
   * @param outputPadding rows and columns added below and right, less than the stride
   * @param routing how votes become capsules
   * @param init the source of the weights
   * @throws IllegalArgumentException if there is more than one group, or nothing would be left
   */
  public DeconvCapsules2d(
      Shape in,
      long outTypes,
      long outDim,
      int kernel,
      Conv2dSpec spec,
      int outputPadding,
      Routing routing,
      Init init) {
    super(
        in,
        outputOf(in, outTypes, outDim, kernel, spec, outputPadding),
        kernel,
        spec,
        true,
        routing,
        init);
    this.outputPadding = outputPadding;
  }

  private static Shape outputOf(
      Shape in, long outTypes, long outDim, int kernel, Conv2dSpec spec, int outputPadding) {
    in.require("capsules", "types", "dim", "height", "width");
    return Shape.of(
        outTypes,
        outDim,
        spec.transposedHeight(in.size(2), kernel, outputPadding),
        spec.transposedWidth(in.size(3), kernel, outputPadding));
  }

  @Override
  Variable convolve(Variable images, Variable kernel) {
    return Convolution.convTranspose2d(images, kernel, null, spec(), outputPadding);
  }
}
