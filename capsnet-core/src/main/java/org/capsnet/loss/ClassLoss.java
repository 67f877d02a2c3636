package org.capsnet.loss;

import org.capsnet.autograd.Variable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A loss of what a network says of each class, and of which class is there. */
@FunctionalInterface
public interface ClassLoss {

  /**
   * Computes the loss.
   *
   * @param scores of the classes, {@code [batch, classes]}: activations, from 0 to 1, or logits,
   *     whichever the loss is of
   * @param labels {@code [batch, classes]}, from 0 to 1
   * @return a scalar, the mean over the batch
   * @throws IllegalArgumentException if a shape differs, or labels are none that the loss takes
   */
  Variable of(Variable scores, INDArray labels);
}
