package org.capsnet.kernel;

/**
 * What makes poses of output capsules of sums of votes: nothing, or a normalization of each pose,
 * {@code p = γ (s − mean) / √(variance + ε) + β}, where mean and variance are those of its numbers.
 */
final class PoseNorm {

  /** Null where poses are the sums. */
  private final float[] gamma;

  private final float[] beta;
  private final int dim;

  /** Sums as they are. */
  PoseNorm(int dim) {
    this.dim = dim;
    gamma = null;
    beta = null;
  }

  /** Normalized sums, by a scale and a shift {@code [dim]} each. */
  PoseNorm(float[] gamma, float[] beta) {
    dim = gamma.length;
    this.gamma = gamma;
    this.beta = beta;
  }

  /** Makes the pose of a sum, at the same place of another array. */
  void forward(float[] s, int at, float[] to) {
    if (gamma == null) {
      System.arraycopy(s, at, to, at, dim);
      return;
    }
    double mean = mean(s, at);
    double scale = 1 / deviation(s, at, mean);
    for (int d = 0; d < dim; d++) {
      to[at + d] = (float) (gamma[d] * ((s[at + d] - mean) * scale) + beta[d]);
    }
  }

  /**
   * Turns the gradient of a pose into that of its sum.
   *
   * @param g of the pose, from {@code at} on
   * @param ofParameters to which the gradients of scale and, behind it, of the shift are added
   */
  void backward(float[] s, int at, float[] g, double[] ofParameters) {
    if (gamma == null) {
      return;
    }
    double mean = mean(s, at);
    double scale = 1 / deviation(s, at, mean);
    double sum = 0;
    double along = 0;
    for (int d = 0; d < dim; d++) {
      double x = (s[at + d] - mean) * scale;
      double upstream = g[at + d];
      ofParameters[d] += upstream * x;
      ofParameters[dim + d] += upstream;
      sum += upstream * gamma[d];
      along += upstream * gamma[d] * x;
    }
    for (int d = 0; d < dim; d++) {
      double x = (s[at + d] - mean) * scale;
      double own = (double) g[at + d] * gamma[d];
      g[at + d] = (float) ((own - (sum + x * along) / dim) * scale);
    }
  }

  private double mean(float[] s, int at) {
    double sum = 0;
    for (int d = 0; d < dim; d++) {
      sum += s[at + d];
    }
    return sum / dim;
  }

  private double deviation(float[] s, int at, double mean) {
    double sum = 0;
    for (int d = 0; d < dim; d++) {
      double off = s[at + d] - mean;
      sum += off * off;
    }
    return Math.sqrt(sum / dim + AttentionKernel.EPSILON);
  }
}
