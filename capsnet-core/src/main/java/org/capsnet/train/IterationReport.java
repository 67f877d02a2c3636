package org.capsnet.train;

/**
 * What a step came to.
 *
 * @param iteration its number over all epochs, from 1
 * @param epoch the number of its epoch, from 1
 * @param epochs how many epochs there are to be
 * @param batch its number in the epoch, from 1
 * @param batches how many batches the epoch has; -1 while unknown
 * @param loss the loss on this batch, before the update
 * @param accuracy the share of this batch told right, 0 to 1; NaN if the model tells no classes
 * @param meanLoss the mean loss over the epoch so far
 * @param meanAccuracy the share told right over the epoch so far, 0 to 1; NaN if the model tells no
 *     classes
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
    double loss,
    double accuracy,
    double meanLoss,
    double meanAccuracy,
    long samples,
    double seconds,
    double learningRate) {

  /**
   * The throughput of the epoch so far.
   *
   * @return samples a second
   */
  public double imagesPerSecond() {
    return samples / seconds;
  }
}
