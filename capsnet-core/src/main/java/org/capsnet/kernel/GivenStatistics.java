package org.capsnet.kernel;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Batch normalization by given statistics, as it is in prediction: {@code γ/√(variance + ε) · (x -
 * mean) + β}, channel by channel.
 */
public final class GivenStatistics {

  private final float[] means;
  private final float[] slopes;
  private final float[] shifts;

  /**
   * Reads the numbers, which may change afterwards.
   *
   * @param gamma floats {@code [channels]}, the scale
   * @param beta floats {@code [channels]}, the shift
   * @param mean floats {@code [channels]}
   * @param variance floats {@code [channels]}; a channel becomes NaN where it is infinite
   * @param epsilon added to the variance, positive
   */
  public GivenStatistics(
      INDArray gamma, INDArray beta, INDArray mean, INDArray variance, double epsilon) {
    means = Floats.read(Floats.dense(mean));
    shifts = Floats.read(Floats.dense(beta));
    slopes = Floats.read(Floats.dense(gamma));
    float[] variances = Floats.read(Floats.dense(variance));
    for (int c = 0; c < slopes.length; c++) {
      double root = Math.sqrt(NormalizationKernel.finite(variances[c]) + epsilon);
      slopes[c] = (float) (slopes[c] / root);
    }
  }

  /** The numbers of a channel from {@code from} on and before {@code to}, in place. */
  void normalize(int channel, float[] a, int from, int to) {
    Loops.affine(a, from, to, means[channel], slopes[channel], shifts[channel]);
  }
}
