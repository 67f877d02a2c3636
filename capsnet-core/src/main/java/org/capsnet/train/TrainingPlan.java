package org.capsnet.train;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.regularization.Regularization;

/** The settings of a {@link Trainer}, fixed for one run. */
record TrainingPlan(
    IUpdater updater,
    List<Regularization> regularizations,
    GradientClipping clipping,
    int epochs,
    int maxIterations,
    Optional<EarlyStopping> earlyStopping,
    Optional<Checkpointing> checkpointing,
    Resuming resuming,
    Provenance provenance,
    List<TrainingListener> listeners) {

  /** What to do with checkpoints that are there. */
  enum Resuming {
    NEVER,
    IF_PRESENT,
    REQUIRED
  }

  /**
   * Checks that the parts fit together.
   *
   * @throws IllegalStateException if one needs what is not there
   */
  void check(boolean validated) {
    if (resuming != Resuming.NEVER && checkpointing.isEmpty()) {
      throw new IllegalStateException("to resume, say where the checkpoints are");
    }
    earlyStopping.map(EarlyStopping::metric).ifPresent(metric -> need(metric, validated));
    checkpointing.map(Checkpointing::best).ifPresent(metric -> need(metric, validated));
  }

  private static void need(Metric metric, boolean validated) {
    if (metric.needsValidation() && !validated) {
      throw new IllegalStateException(metric + " needs validation data, and there are none");
    }
  }

  /**
   * The rule by which the best checkpoint is chosen.
   *
   * @param epoch any epoch of the training, which shows what its epochs are judged by
   */
  EarlyStopping bestBy(EpochReport epoch) {
    Metric chosen = checkpointing.map(Checkpointing::best).orElse(null);
    if (chosen != null) {
      return EarlyStopping.on(chosen, 1);
    }
    return earlyStopping.orElseGet(
        () ->
            Stream.of(Metric.VALIDATION_ACCURACY, Metric.VALIDATION_LOSS, Metric.TRAIN_LOSS)
                .filter(metric -> !Double.isNaN(metric.of(epoch)))
                .map(metric -> EarlyStopping.on(metric, 1))
                .findFirst()
                .orElseThrow());
  }
}
