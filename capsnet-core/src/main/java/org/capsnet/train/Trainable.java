package org.capsnet.train;

import org.capsnet.nn.Module;
import org.nd4j.linalg.dataset.DataSet;

/**
 * What a {@link Trainer} can train: a module, and the loss that it is to minimise.
 *
 * <pre>{@code
 * record Classification(MyNet net) implements Trainable {
 *   public Module module() {
 *     return net;
 *   }
 *
 *   public Loss loss(DataSet batch, Step step) {
 *     Variable lengths = net.forward(Variable.constant(batch.getFeatures()));
 *     return Loss.of("margin", MarginLoss.standard().of(lengths, batch.getLabels()))
 *         .withPredictions(lengths.value(), batch.getLabels());
 *   }
 * }
 * }</pre>
 */
public interface Trainable {

  /** {@return the module whose parameters are trained, the same one at every call} */
  Module module();

  /**
   * Computes the loss of a batch, in the module's current mode.
   *
   * @param batch features and labels, as this model expects them
   * @param step where the training stands; schedules are read at it
   * @return the terms that add up to the loss and, of a model that predicts classes, these
   */
  Loss loss(DataSet batch, Step step);
}
