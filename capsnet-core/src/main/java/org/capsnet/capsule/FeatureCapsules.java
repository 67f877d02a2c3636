package org.capsnet.capsule;

import org.capsnet.autograd.Variable;
import org.capsnet.nn.Block;
import org.capsnet.nn.Cost;
import org.capsnet.nn.Setting;
import org.capsnet.nn.Shape;

/**
 * Features taken for capsules as they are, {@link Capsules#ofFeatures}: where layers of capsules
 * follow ordinary ones without a convolution or a squash between them. It has no parameters.
 */
public final class FeatureCapsules extends Block<Variable, Capsules> {

  private final long dim;

  /**
   * Makes a layer.
   *
   * @param in {@code [types · dim, grid..]}
   * @param dim how many channels are a pose, a divisor of their number
   */
  public FeatureCapsules(Shape in, long dim) {
    super(in, Capsules.shapeOf(dim, in.sizes()));
    this.dim = dim;
  }

  @Override
  public Capsules forward(Variable features) {
    return Capsules.ofFeatures(features, dim);
  }

  /** The activations. */
  @Override
  protected Cost cost(Setting setting) {
    return Cost.NONE.forward(1, activations());
  }

  @Override
  public long activations() {
    return output().numbers() / dim;
  }
}
