package org.capsnet.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.nd4j.linalg.learning.regularization.Regularization;

/** The settings of a {@link Trainer}, fixed for one run. */
record TrainingPlan(
    Updaters updaters,
    List<Regularization> regularizations,
    GradientClipping clipping,
    Optional<Double> movingAverage,
    int epochs,
    int maxIterations,
    Optional<EarlyStopping> earlyStopping,
    Optional<Checkpointing> checkpointing,
    Resuming resuming,
    Provenance provenance,
    List<Metric> metrics,
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
    for (Metric metric : allMetrics()) {
      if (metric.needsValidation() && !validated) {
        throw new IllegalStateException(metric + " needs validation data, and there are none");
      }
    }
  }

  /** In words, by name; what is not set is left out. */
  Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("epochs", Integer.toString(epochs));
    if (maxIterations < Integer.MAX_VALUE) {
      settings.put("most steps", Integer.toString(maxIterations));
    }
    settings.put("updater", text(updaters.others()));
    updaters
        .groups()
        .forEach(
            (name, own) ->
                settings.put("updater of " + name, own.map(TrainingPlan::text).orElse("frozen")));
    regularizations.forEach(
        one -> settings.merge("regularization", text(one), (a, b) -> a + ", " + b));
    settings.put("clipping", text(clipping));
    movingAverage.ifPresent(decay -> settings.put("moving average", decay.toString()));
    earlyStopping.ifPresent(rule -> settings.put("early stopping", rule.toString()));
    return settings;
  }

  /** As it says itself; what does not, some of ND4J's schedules among it, by its class. */
  private static String text(Object setting) {
    return setting.toString().replaceAll("(?:\\w+\\.)+([\\w$/]+)@[0-9a-f]+", "$1");
  }

  /** Those to report, and those by which epochs are chosen. */
  private List<Metric> allMetrics() {
    List<Metric> all = new ArrayList<>(metrics);
    all.addAll(decisive());
    return all;
  }

  private List<Metric> decisive() {
    return Stream.of(
            earlyStopping.map(EarlyStopping::metric), checkpointing.map(Checkpointing::best))
        .flatMap(Optional::stream)
        .toList();
  }

  /** What is to be computed on the validation data. */
  List<Metric> computed() {
    return Metric.computed(allMetrics());
  }

  /**
   * Makes sure that an epoch has what it is chosen by. A metric that is computed may have no value
   * for an epoch; a name that nothing is reported under is a mistake.
   *
   * @throws IllegalStateException if it has not
   */
  void requireReported(EpochReport epoch) {
    List<String> computed = computed().stream().map(Metric::name).toList();
    for (Metric metric : decisive()) {
      if (!epoch.metrics().containsKey(metric.name()) && !computed.contains(metric.name())) {
        throw new IllegalStateException(
            "epoch %d: expected %s, got %s"
                .formatted(epoch.epoch(), metric, epoch.metrics().keySet()));
      }
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
                .filter(metric -> !Double.isNaN(epoch.get(metric)))
                .map(metric -> EarlyStopping.on(metric, 1))
                .findFirst()
                .orElseThrow());
  }
}
