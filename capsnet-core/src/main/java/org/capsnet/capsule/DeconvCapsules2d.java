package org.capsnet.capsule;

import java.util.random.RandomGenerator;
import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.autograd.Convolution;
import org.capsnet.autograd.Variable;
import org.capsnet.nn.Initializer;
import org.nd4j.linalg.api.buffer.DataType;

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
   * @param types of capsules at each position of the in grid
   * @param inDim the dimension of their poses
   * @param outTypes of capsules at each position of the out grid
   * @param outDim the dimension of theirs
   * @param kernel the height and width of the kernel
   * @param spec stride, padding and dilation; one group
   * @param outputPadding rows and columns added below and right, less than the stride
   * @param routing how votes become capsules
   * @param random where the weights come from
   * @param type FLOAT or DOUBLE
   * @throws IllegalArgumentException if there is more than one group
   */
  public DeconvCapsules2d(
      long types,
      long inDim,
      long outTypes,
      long outDim,
      int kernel,
      Conv2dSpec spec,
      int outputPadding,
      Routing routing,
      RandomGenerator random,
      DataType type) {
    super(types, inDim, outTypes, outDim, kernel, spec, true, routing, random, type);
    this.outputPadding = outputPadding;
  }

  @Override
  Variable convolve(Variable images, Variable kernel) {
    return Convolution.convTranspose2d(images, kernel, null, spec(), outputPadding);
  }
}
