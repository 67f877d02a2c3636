package org.capsnet.capsule;

import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.autograd.Convolution;
import org.capsnet.autograd.Variable;
import org.capsnet.nn.Init;
import org.capsnet.nn.Initializer;
import org.capsnet.nn.Shape;

/**
 * Convolutional capsules with locally-constrained routing: votes by a convolution. Parameters:
 * {@code weight [outTypes · outDim, inDim, k, k]}, and the routing's.
 *
 * <p>{@link ConvCapsules2d} has a vote for each capsule that the kernel sees, this one only a vote
 * for each type, and so {@code k²} times fewer.
 */
public final class LocalConvCapsules2d extends LocalCapsules2d {

  /**
   * A layer with {@link Initializer#HE_NORMAL} weights.
   *
   * @param in {@code [types, dim, height, width]}
   * @param outTypes of capsules at each position of the output grid
   * @param outDim the dimension of their poses
   * @param kernel the height and width of the kernel
   * @param spec stride, padding and dilation; one group
   * @param routing how votes become capsules
   * @param init the source of the weights
   * @throws IllegalArgumentException if there is more than one group, or the kernel does not fit
   */
  public LocalConvCapsules2d(
      Shape in,
      long outTypes,
      long outDim,
      int kernel,
      Conv2dSpec spec,
      Routing routing,
      Init init) {
    super(
        in,
        ConvCapsules2d.outputOf(in, outTypes, outDim, kernel, spec),
        kernel,
        spec,
        false,
        routing,
        init);
  }

  @Override
  Variable convolve(Variable images, Variable kernel) {
    return Convolution.conv2d(images, kernel, null, spec());
  }
}
