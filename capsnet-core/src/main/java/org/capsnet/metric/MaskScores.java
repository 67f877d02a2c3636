package org.capsnet.metric;

/**
 * How well masks of one class are predicted: means over those images for which the figure is not
 * NaN, and NaN where there are none.
 *
 * @param dice the mean Dice coefficient, from 0 to 1
 * @param iou the mean intersection over union, from 0 to 1
 * @param sensitivity the mean share of a mask that was predicted
 * @param specificity the mean share of what is not a mask that was not predicted
 * @param hausdorff95 the mean 95th percentile of the distances between the boundaries, in pixels
 */
public record MaskScores(
    double dice, double iou, double sensitivity, double specificity, double hausdorff95) {}
