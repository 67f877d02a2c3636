package org.capsnet.capsule;

import java.util.random.RandomGenerator;
import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.autograd.Convolution;
import org.capsnet.autograd.Variable;
import org.capsnet.nn.Initializer;
import org.nd4j.linalg.api.buffer.DataType;

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
   * @param types of capsules at each position of the in grid
   * @param inDim the dimension of their poses
   * @param outTypes of capsules at each position of the out grid
   * @param outDim the dimension of theirs
   * @param kernel the height and width of the kernel
   * @param spec stride, padding and dilation; one group
   * @param routing how votes become capsules
   * @param random where the weights come from
   * @param type FLOAT or DOUBLE
   * @throws IllegalArgumentException if there is more than one group
   */
  public LocalConvCapsules2d(
      long types,
      long inDim,
      long outTypes,
      long outDim,
      int kernel,
      Conv2dSpec spec,
      Routing routing,
      RandomGenerator random,
      DataType type) {
    super(types, inDim, outTypes, outDim, kernel, spec, false, routing, random, type);
  }

  @Override
  Variable convolve(Variable images, Variable kernel) {
    return Convolution.conv2d(images, kernel, null, spec());
  }
}
