package org.capsnet.train;

import java.util.Optional;
import org.capsnet.autograd.NoGrad;
import org.capsnet.autograd.Scope;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/**
 * Judges a model on data that it is not trained on: the same data, in the same order, each time.
 */
public final class Validation {

  private final Trainable model;
  private final BatchSource source;

  Validation(Trainable model, BatchSource source) {
    this.model = model;
    this.source = source;
  }

  /**
   * Judges a model outside of a training.
   *
   * @param model the model
   * @param data features and labels as the model expects them; read from the first epoch's start
   * @return a validation, which can be run again and again
   */
  public static Validation of(Trainable model, DataSetIterator data) {
    return new Validation(model, new BatchSource(data, "validation"));
  }

  /**
   * What a run found.
   *
   * @param loss the mean loss over the samples
   * @param evaluation ND4J's account of the classes; empty if the model tells none
   */
  public record Outcome(double loss, Optional<Evaluation> evaluation) {

    /** The share told right, 0 to 1; not a number if the model tells no classes. */
    double accuracy() {
      return evaluation.map(Evaluation::accuracy).orElse(Double.NaN);
    }
  }

  /**
   * Runs the model over all the data in evaluation mode, and leaves it in the mode that it was in.
   *
   * @return loss and evaluation
   */
  public Outcome run() {
    Score total = Score.ZERO;
    Optional<Evaluation> evaluation = Optional.empty();
    boolean training = model.module().training();
    model.module().eval();
    try (NoGrad unrecorded = NoGrad.enter()) {
      source.seek(0, 0);
      while (source.hasNext()) {
        DataSet batch = source.next();
        try (Scope forward = Scope.open()) {
          Trainable.Objective objective = model.objective(batch);
          total = total.plus(Score.of(objective, batch.getFeatures().size(0)));
          if (objective.told().isPresent()) {
            Trainable.Told told = objective.told().get();
            evaluation =
                evaluation.or(() -> Optional.of(new Evaluation((int) told.scores().size(1))));
            evaluation.get().eval(told.labels(), told.scores());
          }
        } finally {
          source.release(batch);
        }
      }
    } finally {
      if (training) {
        model.module().train();
      }
    }
    return new Outcome(total.meanLoss(), evaluation);
  }
}
