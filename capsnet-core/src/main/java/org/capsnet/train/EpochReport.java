package org.capsnet.train;

/**
 * What an epoch came to: one row of a {@link History}.
 *
 * @param epoch its number, from 1
 * @param trainLoss the mean loss over the training samples, each judged when its batch came
 * @param trainAccuracy the share of them told right, 0 to 1; NaN if the model tells no classes
 * @param validationLoss the mean loss over the validation samples; NaN without validation
 * @param validationAccuracy the share of them told right, 0 to 1; NaN without validation or if the
 *     model tells no classes
 * @param seconds the time that training took, loading of batches included, validation and
 *     checkpoints not
 * @param imagesPerSecond training samples by {@code seconds}
 * @param learningRate that of the epoch's last step; NaN if the updater has none
 */
public record EpochReport(
    int epoch,
    double trainLoss,
    double trainAccuracy,
    double validationLoss,
    double validationAccuracy,
    double seconds,
    double imagesPerSecond,
    double learningRate) {}
