package org.capsnet.train;

import java.util.LinkedHashMap;
import java.util.Map;

/** Reports of trainings that nobody ran. */
final class Reports {

  private Reports() {}

  /** An epoch of these metrics, NaN for none, that took some seconds for 32 images each. */
  static EpochReport epoch(
      int number,
      double trainLoss,
      double trainAccuracy,
      double validationLoss,
      double validationAccuracy,
      double seconds) {
    Map<String, Double> metrics = train(trainLoss, trainAccuracy);
    metrics.put("validation_loss", validationLoss);
    metrics.put("validation_accuracy", validationAccuracy);
    return new EpochReport(number, metrics, seconds, 32, 1e-3);
  }

  static Map<String, Double> train(double loss, double accuracy) {
    Map<String, Double> metrics = new LinkedHashMap<>();
    metrics.put("train_loss", loss);
    metrics.put("train_accuracy", accuracy);
    metrics.values().removeIf(number -> Double.isNaN(number));
    return metrics;
  }
}
