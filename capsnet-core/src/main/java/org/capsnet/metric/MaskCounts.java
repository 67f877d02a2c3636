package org.capsnet.metric;

/**
 * The numbers of true and false positives and negatives among the pixels of a mask, and the figures
 * that follow.
 *
 * <p>Where a mask is empty and was predicted empty, Dice and intersection over union are 1: nothing
 * is wrong. Sensitivity is NaN where the true mask is empty, specificity where it is full.
 *
 * @param truePositives the pixels of the mask that were predicted
 * @param falsePositives the pixels that were predicted and are not of the mask
 * @param falseNegatives the pixels of the mask that were not predicted
 * @param trueNegatives the pixels that are neither of the mask nor predicted
 */
public record MaskCounts(
    long truePositives, long falsePositives, long falseNegatives, long trueNegatives) {

  /** Of no pixels. */
  static final MaskCounts NONE = new MaskCounts(0, 0, 0, 0);

  /** Counts pixels of two masks of equal length. */
  static MaskCounts of(boolean[] truth, boolean[] predicted) {
    long both = 0;
    long onlyPredicted = 0;
    long onlyTrue = 0;
    for (int i = 0; i < truth.length; i++) {
      both += truth[i] && predicted[i] ? 1 : 0;
      onlyPredicted += !truth[i] && predicted[i] ? 1 : 0;
      onlyTrue += truth[i] && !predicted[i] ? 1 : 0;
    }
    return new MaskCounts(
        both, onlyPredicted, onlyTrue, truth.length - both - onlyPredicted - onlyTrue);
  }

  /**
   * The counts of two sets of pixels together.
   *
   * @param other the counts of other pixels
   * @return the sums
   */
  public MaskCounts plus(MaskCounts other) {
    return new MaskCounts(
        truePositives + other.truePositives,
        falsePositives + other.falsePositives,
        falseNegatives + other.falseNegatives,
        trueNegatives + other.trueNegatives);
  }

  /**
   * {@return the Dice coefficient {@code 2 TP / (2 TP + FP + FN)}, from 0 to 1; 1 where both masks
   * are empty}
   */
  public double dice() {
    long wrong = falsePositives + falseNegatives;
    return wrong == 0 ? 1 : ratio(2 * truePositives, 2 * truePositives + wrong);
  }

  /**
   * {@return intersection over union {@code TP / (TP + FP + FN)}, from 0 to 1; 1 where both masks
   * are empty}
   */
  public double iou() {
    long wrong = falsePositives + falseNegatives;
    return wrong == 0 ? 1 : ratio(truePositives, truePositives + wrong);
  }

  /**
   * {@return the share of the mask that was predicted, {@code TP / (TP + FN)}, from 0 to 1; NaN
   * where the mask is empty}
   */
  public double sensitivity() {
    return ratio(truePositives, truePositives + falseNegatives);
  }

  /**
   * {@return the share of what is not the mask that was not predicted, {@code TN / (TN + FP)}, from
   * 0 to 1; NaN where the mask is full}
   */
  public double specificity() {
    return ratio(trueNegatives, trueNegatives + falsePositives);
  }

  private static double ratio(long part, long of) {
    return (double) part / of;
  }
}
