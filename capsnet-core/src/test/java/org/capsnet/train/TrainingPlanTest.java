package org.capsnet.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.learning.config.Adam;

class TrainingPlanTest {

  private static final double NONE = Double.NaN;

  private static Metric bestBy(double validationLoss, double validationAccuracy) {
    TrainingPlan plan =
        new TrainingPlan(
            Updaters.of(new Adam(1e-3)),
            List.of(),
            GradientClipping.none(),
            Optional.empty(),
            1,
            1,
            Optional.empty(),
            Optional.empty(),
            TrainingPlan.Resuming.NEVER,
            Provenance.NONE,
            List.of(),
            List.of());
    EpochReport epoch = Reports.epoch(1, 0.3, 0.9, validationLoss, validationAccuracy, 1);
    return plan.bestBy(epoch).metric();
  }

  @Test
  void theBestEpochIsChosenByTheBestMetricThatItHas() {
    assertThat(bestBy(0.4, 0.8)).isEqualTo(Metric.VALIDATION_ACCURACY);
    assertThat(bestBy(0.4, NONE)).isEqualTo(Metric.VALIDATION_LOSS);
    assertThat(bestBy(NONE, NONE)).isEqualTo(Metric.TRAIN_LOSS);
  }
}
