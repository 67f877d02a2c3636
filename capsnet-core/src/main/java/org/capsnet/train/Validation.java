package org.capsnet.train;

import org.capsnet.autograd.NoGrad;
import org.capsnet.autograd.Scope;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.dataset.DataSet;

/**
 * Judges a model on data that it is not trained on: the same data, in the same order, each time.
 */
final class Validation {

  private final Trainable model;
  private final BatchSource source;

  Validation(Trainable model, BatchSource source) {
    this.model = model;
    this.source = source;
  }

  /** The mean loss, and ND4J's account of the classes. */
  record Outcome(double loss, Evaluation evaluation) {}

  /** Runs the model over all the data in evaluation mode, and leaves it in training mode. */
  Outcome run() {
    Score total = Score.ZERO;
    Evaluation evaluation = null;
    model.module().eval();
    try (NoGrad unrecorded = NoGrad.enter()) {
      source.seek(0, 0);
      while (source.hasNext()) {
        DataSet batch = source.next();
        try (Scope forward = Scope.open()) {
          Trainable.Objective objective = model.objective(batch);
          total = total.plus(Score.of(objective, batch));
          if (evaluation == null) {
            evaluation = new Evaluation((int) objective.scores().size(1));
          }
          evaluation.eval(batch.getLabels(), objective.scores());
        }
        source.release(batch);
      }
    } finally {
      model.module().train();
    }
    return new Outcome(total.meanLoss(), evaluation);
  }
}
