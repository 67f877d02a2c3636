package org.capsnet.train;

import java.util.Optional;
import org.capsnet.autograd.Shapes;
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
   * @return the loss to back-propagate and, of a model that tells classes, what it told
   */
  Objective objective(DataSet batch);

  /**
   * The outcome of a forward pass on a batch.
   *
   * @param loss a scalar, the mean over the batch
   * @param told the classes that were told; empty for a model that does not tell one of each sample
   */
  record Objective(Variable loss, Optional<Told> told) {

    /**
     * The outcome of a model that does not tell one class of each sample: its accuracy is not a
     * number wherever one is reported.
     *
     * @param loss a scalar, the mean over the batch
     */
    public Objective(Variable loss) {
      this(loss, Optional.empty());
    }

    /**
     * The outcome of a model that tells one class of each sample.
     *
     * @param loss a scalar, the mean over the batch
     * @param scores {@code [batch, classes]}, where the largest of a row is the class predicted
     * @param labels one-hot, {@code [batch, classes]}
     */
    public Objective(Variable loss, INDArray scores, INDArray labels) {
      this(loss, Optional.of(new Told(scores, labels)));
    }
  }

  /**
   * What a model said of the class of each sample, and what is true.
   *
   * @param scores {@code [batch, classes]}, where the largest of a row is the class predicted
   * @param labels one-hot, {@code [batch, classes]}
   */
  record Told(INDArray scores, INDArray labels) {

    /**
     * Checks that the shapes are equal.
     *
     * @param scores {@code [batch, classes]}
     * @param labels one-hot, {@code [batch, classes]}
     */
    public Told {
      Shapes.require("scores", scores, "batch", "classes");
      Shapes.requireSame("labels", labels, scores);
    }
  }
}
