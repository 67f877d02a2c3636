package org.capsnet.kernel;

import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
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
   * @throws IllegalArgumentException if one has another type or length than the scale
   */
  public GivenStatistics(
      INDArray gamma, INDArray beta, INDArray mean, INDArray variance, double epsilon) {
    for (INDArray one : List.of(gamma, beta, mean, variance)) {
      if (one.dataType() != DataType.FLOAT || one.length() != gamma.length()) {
        throw new IllegalArgumentException(
            "statistics: expected FLOAT [%d], got %s [%d]"
                .formatted(gamma.length(), one.dataType(), one.length()));
      }
    }
    means = Floats.read(Floats.dense(mean));
    shifts = Floats.read(Floats.dense(beta));
    slopes = Floats.read(Floats.dense(gamma));
    float[] variances = Floats.read(Floats.dense(variance));
    for (int c = 0; c < slopes.length; c++) {
      double root = Math.sqrt(NormalizationKernel.finite(variances[c]) + epsilon);
      slopes[c] = (float) (slopes[c] / root);
    }
  }

  /** {@return the number of channels} */
  public int channels() {
    return means.length;
  }

  /** The numbers of a channel from {@code from} on and before {@code to}, in place. */
  void normalize(int channel, float[] a, int from, int to) {
    Loops.affine(a, from, to, means[channel], slopes[channel], shifts[channel]);
  }
}
