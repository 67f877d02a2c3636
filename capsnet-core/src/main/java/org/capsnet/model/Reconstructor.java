package org.capsnet.model;

import java.util.Optional;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.Masking;
import org.capsnet.nn.Block;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What a network can do that draws images again from the capsules that it found in them. */
public interface Reconstructor extends Ability {

  /** {@return the layers that draw, from poses to pixels; empty if it was built without} */
  Optional<Block<Variable, Variable>> decoder();

  /** {@return whether this network has what it takes; those that could may be built without} */
  default boolean reconstructs() {
    return decoder().isPresent();
  }

  /**
   * Draws images again.
   *
   * @param capsules the capsules of the classes
   * @param present 1 for the capsules to draw, 0 for those to leave out, of the shape of their
   *     activations: in training the labels
   * @return {@code [batch, pixels]}, from 0 to 1
   * @throws IllegalStateException if this network does not reconstruct
   */
  default Variable reconstruct(Capsules capsules, INDArray present) {
    Block<Variable, Variable> layers =
        decoder().orElseThrow(() -> new IllegalStateException("this network has no decoder"));
    Variable kept = Masking.byMask(capsules, present);
    return layers.forward(kept.reshape(kept.size(0), -1));
  }
}
