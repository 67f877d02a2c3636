package org.capsnet.model;

import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What a network can do that draws images again from the capsules that it found in them. */
public interface Reconstructor extends Ability {

  /** {@return whether this network has what it takes; those that could may be built without} */
  boolean reconstructs();

  /**
   * Draws images again.
   *
   * @param capsules the capsules of the classes
   * @param present 1 for the capsules to draw, 0 for those to leave out, of the shape of their
   *     activations: in training the labels
   * @return {@code [batch, pixels]}, from 0 to 1
   * @throws IllegalStateException if this network does not reconstruct
   */
  Variable reconstruct(Capsules capsules, INDArray present);
}
