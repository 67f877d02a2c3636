package org.capsnet.model;

import org.capsnet.autograd.Values;
import org.capsnet.autograd.Variable;
import org.capsnet.nn.Cost;
import org.nd4j.linalg.dataset.DataSet;

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
   * The images of a batch, as this network takes them.
   *
   * @param batch its features are images, from 0 to 1
   * @return the features, of the type of the network's numbers
   * @throws IllegalArgumentException if a number is below 0, above 1 or NaN
   */
  default Variable images(DataSet batch) {
    Values.requireFromZeroToOne("images", batch.getFeatures());
    return Variable.constant(batch.getFeatures().castTo(network().type()));
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
