package org.capsnet.loss;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Weights of classes against imbalance. */
public final class ClassWeights {

  private final double[] weights;

  private ClassWeights(double... weights) {
    this.weights = weights;
  }

  /** Weights of at least 0. */
  static ClassWeights of(double... weights) {
    if (!Arrays.stream(weights).allMatch(w -> w >= 0)) {
      throw new IllegalArgumentException(
          "class weights: expected at least 0, got " + Arrays.toString(weights));
    }
    return new ClassWeights(weights.clone());
  }

  /** Numbers {@code [batch, classes]}, each times the weight of its class; as they are for none. */
  INDArray times(INDArray perClass) {
    if (weights.length == 0) {
      return perClass;
    }
    if (weights.length != perClass.size(1)) {
      throw new IllegalArgumentException(
          "class weights: expected " + perClass.size(1) + ", got " + weights.length);
    }
    return perClass.mul(Nd4j.createFromArray(weights).castTo(perClass.dataType()).reshape(1, -1));
  }

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
