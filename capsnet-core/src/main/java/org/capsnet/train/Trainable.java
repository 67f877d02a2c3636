package org.capsnet.train;

import org.capsnet.autograd.Variable;
import org.capsnet.nn.Module;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

/** What a {@link Trainer} can train: a module that states what it is to minimise. */
public interface Trainable {

  /**
   * The module whose parameters are trained.
   *
   * @return the same module at every call
   */
  Module module();

  /**
   * Computes the objective on a batch, in the module's current mode.
   *
   * @param batch features and labels, as this model expects them
   * @return the loss to back-propagate and the scores to judge
   */
  Objective objective(DataSet batch);

  /**
   * The outcome of a forward pass on a batch.
   *
   * @param loss a scalar, the mean over the batch
   * @param scores {@code [batch, classes]}, where the largest of a row is the class predicted
   */
  record Objective(Variable loss, INDArray scores) {}
}
