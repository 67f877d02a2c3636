package org.capsnet.kernel;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A step of Adam (Kingma &amp; Ba 2015) in one pass over weights, gradient and both moments, where
 * ND4J's takes two and leaves the update in the gradient.
 */
public final class AdamKernel {

  /** Numbers that are updated at once, in the first-level cache. */
  private static final int CHUNK = 1 << 11;

  /** Chunks that a worker takes at once. */
  private static final int CHUNKS = 32;

  private AdamKernel() {}

  /**
   * What a step depends on.
   *
   * @param rate how far weights go for a gradient that is always the same, bias corrections
   *     included
   * @param beta1 how much of the first moment stays
   * @param beta2 how much of the second moment stays
   * @param epsilon added to the root of the second moment
   */
  public record Settings(double rate, double beta1, double beta2, double epsilon) {

    /**
     * Those of a step.
     *
     * @param learningRate that of the schedule
     * @param beta1 as in the record
     * @param beta2 as in the record
     * @param epsilon as in the record
     * @param iteration from 0
     * @return with the bias corrections of that step
     */
    public static Settings of(
        double learningRate, double beta1, double beta2, double epsilon, int iteration) {
      double t = iteration + 1.0;
      double correction = Math.sqrt(1 - Math.pow(beta2, t)) / (1 - Math.pow(beta1, t));
      return new Settings(learningRate * correction, beta1, beta2, epsilon);
    }
  }

  /**
   * Moves weights and moments.
   *
   * @param settings of this step
   * @param weights dense floats, changed
   * @param gradient dense floats, as many
   * @param moments dense floats, twice as many: the first moments, then the second; changed
   */
  public static void step(
      Settings settings, INDArray weights, INDArray gradient, INDArray moments) {
    long length = weights.length();
    Parallel.forItems(
        Math.toIntExact((length + CHUNK - 1) / CHUNK),
        CHUNKS,
        (worker, from, to) -> {
          float[] w = new float[CHUNK];
          float[] g = new float[CHUNK];
          float[] first = new float[CHUNK];
          float[] second = new float[CHUNK];
          for (int c = from; c < to; c++) {
            long at = (long) c * CHUNK;
            int count = (int) Math.min(CHUNK, length - at);
            Floats.read(weights, at, w, 0, count);
            Floats.read(gradient, at, g, 0, count);
            Floats.read(moments, at, first, 0, count);
            Floats.read(moments, length + at, second, 0, count);
            moments(settings, g, first, second);
            move(settings, first, second, w);
            Floats.write(moments, at, first, 0, count);
            Floats.write(moments, length + at, second, 0, count);
            Floats.write(weights, at, w, 0, count);
          }
        });
  }

  private static void moments(Settings s, float[] g, float[] first, float[] second) {
    float keep1 = (float) s.beta1;
    float take1 = (float) (1 - s.beta1);
    float keep2 = (float) s.beta2;
    float take2 = (float) (1 - s.beta2);
    for (int i = 0; i < g.length; i++) {
      first[i] = keep1 * first[i] + take1 * g[i];
      second[i] = keep2 * second[i] + take2 * (g[i] * g[i]);
    }
  }

  private static void move(Settings s, float[] first, float[] second, float[] w) {
    float rate = (float) s.rate;
    float epsilon = (float) s.epsilon;
    for (int i = 0; i < w.length; i++) {
      w[i] -= rate * first[i] / ((float) Math.sqrt(second[i]) + epsilon);
    }
  }
}
