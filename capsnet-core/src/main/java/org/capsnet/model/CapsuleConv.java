package org.capsnet.model;

import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.capsule.ConvCapsules2d;
import org.capsnet.capsule.Routing;
import org.capsnet.capsule.Votes;
import org.capsnet.nn.Init;
import org.capsnet.nn.Shape;

/**
 * The size of a layer of convolutional capsules with a square kernel.
 *
 * @param types of capsules at each place, at least 1
 * @param kernel the side of the kernel, at least 1
 * @param stride of the kernel, at least 1
 */
public record CapsuleConv(int types, int kernel, int stride) {

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if one is below 1
   */
  public CapsuleConv {
    Sizes.atLeast(1, "capsule types", types);
    Sizes.atLeast(1, "capsule kernel", kernel);
    Sizes.atLeast(1, "capsule stride", stride);
  }

  /**
   * The layer of this size.
   *
   * @param in {@code [types, dim, height, width]}
   * @param votes how capsules vote
   * @param routing of the votes
   * @param init the source of the weights
   * @return the layer, of capsules of the dimension of those that come in
   * @throws IllegalArgumentException if the kernel does not fit
   */
  public ConvCapsules2d layer(Shape in, Votes votes, Routing routing, Init init) {
    Conv2dSpec spec = Conv2dSpec.UNIT.withStride(stride);
    return new ConvCapsules2d(in, types, in.size(1), kernel, spec, votes, routing, init);
  }
}
