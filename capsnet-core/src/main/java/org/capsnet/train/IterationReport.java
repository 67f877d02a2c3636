package org.capsnet.train;

import java.util.Map;

/**
 * What a step came to.
 *
 * @param iteration its number over all epochs, from 1
 * @param epoch the number of its epoch, from 1
 * @param epochs how many epochs there are to be
 * @param batch its number in the epoch, from 1
 * @param batches how many batches the epoch has; -1 while unknown
 * @param metrics what was measured on this batch, before the update, by the name of its {@link
 *     Metric}: {@code train_loss}, each of the loss's terms, and {@code train_accuracy} if the
 *     model predicts classes
 * @param means the same over the epoch so far
 * @param samples the samples of the epoch so far
 * @param seconds the seconds of the epoch so far
 * @param learningRate the learning rate of this step; NaN if the updater has none
 */
public record IterationReport(
    int iteration,
    int epoch,
    int epochs,
    int batch,
    int batches,
    Map<String, Double> metrics,
    Map<String, Double> means,
    long samples,
    double seconds,
    double learningRate) {

  /**
   * What was measured on this batch.
   *
   * @param metric one of the training
   * @return its value; NaN if this step has none
   */
  public double get(Metric metric) {
    return metrics.getOrDefault(metric.name(), Double.NaN);
  }

  /**
   * The mean over the epoch so far.
   *
   * @param metric one of the training
   * @return its value; NaN if this epoch has none
   */
  public double mean(Metric metric) {
    return means.getOrDefault(metric.name(), Double.NaN);
  }

  /** {@return the throughput of the epoch so far, in samples a second} */
  public double imagesPerSecond() {
    return samples / seconds;
  }
}
