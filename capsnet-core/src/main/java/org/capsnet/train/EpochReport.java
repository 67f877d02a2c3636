package org.capsnet.train;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What an epoch came to: one row of a {@link History}.
 *
 * @param epoch its number, from 1
 * @param metrics all that was measured, by the name of its {@link Metric}: of the training samples,
 *     each judged when its batch came, and of the validation samples after the epoch. What is not a
 *     number is left out.
 * @param seconds the time that training took, loading of batches included, validation and
 *     checkpoints not
 * @param imagesPerSecond training samples by {@code seconds}
 * @param learningRate that of the epoch's last step; NaN if the updater has none
 */
public record EpochReport(
    int epoch,
    Map<String, Double> metrics,
    double seconds,
    double imagesPerSecond,
    double learningRate) {

  /** Copies the metrics, in their order. */
  public EpochReport {
    Map<String, Double> numbers = new LinkedHashMap<>(metrics);
    numbers.values().removeIf(number -> Double.isNaN(number));
    metrics = Collections.unmodifiableMap(numbers);
  }

  /**
   * What was measured.
   *
   * @param metric any
   * @return its value; NaN if this epoch has none
   */
  public double get(Metric metric) {
    return metrics.getOrDefault(metric.name(), Double.NaN);
  }
}
