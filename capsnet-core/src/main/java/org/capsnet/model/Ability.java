package org.capsnet.model;

import org.capsnet.nn.Cost;

/**
 * Something that a network can do. The interfaces that extend this are implemented by subclasses of
 * {@link Network}, so that applications, objectives and pictures work with every network that can
 * do what they need, a user's own among them.
 */
public interface Ability {

  /** {@return the network that can do it: this} */
  default Network<?> network() {
    return (Network<?>) this;
  }

  /**
   * What the losses that train a network for this make of a sample, as the objective has them by
   * default. It goes into the cost of the network itself.
   *
   * @return the cost, in training alone
   */
  default Cost lossCost() {
    return Cost.NONE;
  }
}
