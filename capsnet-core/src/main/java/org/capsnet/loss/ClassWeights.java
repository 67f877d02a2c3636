package org.capsnet.loss;

import java.util.Arrays;

/** Weights of classes against imbalance, for {@link MarginLoss}. */
public final class ClassWeights {

  private ClassWeights() {}

  /**
   * Weights by inverse frequency, {@code Σ counts / (classes · count)}: each class weighs as much
   * as any other over the data, and the mean weight of a sample is 1.
   *
   * @param counts how many samples of the training data are of each class
   * @return a weight for each class
   * @throws IllegalArgumentException if there is no class, or one without samples
   */
  public static double[] inverseFrequency(long... counts) {
    if (counts.length == 0 || Arrays.stream(counts).anyMatch(n -> n < 1)) {
      throw new IllegalArgumentException(
          "counts: expected at least 1 sample of each class, got " + Arrays.toString(counts));
    }
    double share = (double) Arrays.stream(counts).sum() / counts.length;
    return Arrays.stream(counts).mapToDouble(n -> share / n).toArray();
  }

  /**
   * As {@link #inverseFrequency(long...)}.
   *
   * @param counts as {@code LabeledImages.classCounts()} gives them
   * @return a weight for each class
   * @throws IllegalArgumentException if there is no class, or one without samples
   */
  public static double[] inverseFrequency(int[] counts) {
    return inverseFrequency(Arrays.stream(counts).asLongStream().toArray());
  }
}
