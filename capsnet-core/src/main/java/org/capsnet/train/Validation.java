package org.capsnet.train;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
  private final List<Metric> metrics;

  Validation(Trainable model, BatchSource source, List<Metric> metrics) {
    this.model = model;
    this.source = source;
    this.metrics = metrics;
  }

  /**
   * Judges a model outside of a training.
   *
   * @param model the model
   * @param data features and labels as the model expects them; read from the first epoch's start
   * @param metrics what to compute beside the loss, its terms and the accuracy
   * @return a validation, which can be run again and again
   */
  public static Validation of(Trainable model, DataSetIterator data, Metric... metrics) {
    return new Validation(
        model, new BatchSource(data, "validation"), Metric.computed(List.of(metrics)));
  }

  /**
   * What a run found.
   *
   * @param metrics by the name of its {@link Metric}: {@code validation_loss}, the mean over the
   *     samples, each of its terms, {@code validation_accuracy} if the model predicts classes, and
   *     what was computed beside
   * @param evaluation ND4J's account of the classes; empty if the model predicts none
   */
  public record Outcome(Map<String, Double> metrics, Optional<Evaluation> evaluation) {

    /**
     * What was measured.
     *
     * @param metric any
     * @return its value; NaN if there is none
     */
    public double get(Metric metric) {
      return metrics.getOrDefault(metric.name(), Double.NaN);
    }
  }

  /**
   * Runs the model over all the data in evaluation mode, and leaves it in the mode that it was in.
   *
   * @return all that was measured, with schedules at their beginning
   */
  public Outcome run() {
    // Each part has a mode of its own: those that are frozen evaluate in a training too.
    Runnable modes = model.module().modes();
    try {
      return run(Step.EVALUATION);
    } finally {
      modes.run();
    }
  }

  /** The same at a step of a training; leaves the model in evaluation mode. */
  Outcome run(Step step) {
    model.module().eval();
    Pass pass = new Pass(metrics);
    try (NoGrad unrecorded = NoGrad.enter()) {
      source.seek(0, 0);
      while (source.hasNext()) {
        DataSet batch = source.next();
        try (Scope forward = Scope.open()) {
          pass.add(batch, model.loss(batch, step));
        } finally {
          source.release(batch);
        }
      }
    }
    return pass.outcome();
  }

  /** What is gathered on one way through the data. */
  private static final class Pass {

    private final Map<String, Metric.Accumulator> accumulators = new LinkedHashMap<>();
    private Score score = Score.ZERO;
    private Optional<Evaluation> evaluation = Optional.empty();

    Pass(List<Metric> metrics) {
      metrics.forEach(
          metric -> accumulators.put(metric.name(), metric.computation().orElseThrow().get()));
    }

    void add(DataSet batch, Loss loss) {
      score = score.plus(Score.of(loss, batch.getFeatures().size(0)));
      loss.predictions().ifPresent(this::add);
      if (score.isFinite()) { // what is not is no matter for a metric
        accumulators.values().forEach(accumulator -> accumulator.add(batch, loss));
      }
    }

    private void add(Predictions made) {
      if (evaluation.isEmpty()) {
        evaluation = Optional.of(new Evaluation((int) made.scores().size(1)));
      }
      evaluation.get().eval(made.labels(), made.scores());
    }

    Outcome outcome() {
      Map<String, Double> all = score.means(Metric.VALIDATION);
      accumulators.forEach(
          (name, accumulator) -> {
            double value = score.isFinite() ? accumulator.value() : Double.NaN;
            if (all.putIfAbsent(name, value) != null) {
              throw new IllegalArgumentException("metrics: the loss has a term named " + name);
            }
          });
      return new Outcome(Collections.unmodifiableMap(all), evaluation);
    }
  }
}
