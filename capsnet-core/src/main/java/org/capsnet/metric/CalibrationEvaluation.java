package org.capsnet.metric;

import java.util.ArrayList;
import java.util.List;
import org.capsnet.autograd.Shapes;
import org.capsnet.autograd.Values;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How well predicted probabilities are calibrated: of the predictions made with 80 % confidence, 80
 * % should be right.
 *
 * <p>Probabilities fall into bins of equal width, which include their upper edges (Guo et al.
 * 2017). ND4J's {@code EvaluationCalibration} has the reliability of each class separately; this
 * one is for the predicted class, and has the expected calibration error.
 */
public final class CalibrationEvaluation {

  private final long[] counts;
  private final double[] confidences;
  private final long[] right;

  /**
   * A bin of the reliability curve.
   *
   * @param from the lower edge, exclusive unless it is 0
   * @param to the upper edge, inclusive
   * @param count the number of probabilities in it
   * @param confidence their mean; NaN if there are none
   * @param accuracy the share of them that came true; NaN if there are none
   */
  public record Bin(double from, double to, long count, double confidence, double accuracy) {}

  /** {@return an empty evaluation with 15 bins, as in the paper} */
  public static CalibrationEvaluation standard() {
    return new CalibrationEvaluation(15);
  }

  /**
   * An empty evaluation.
   *
   * @param bins the number of bins, at least 1
   * @throws IllegalArgumentException if there are fewer
   */
  public CalibrationEvaluation(int bins) {
    if (bins < 1) {
      throw new IllegalArgumentException("bins: expected at least 1, got " + bins);
    }
    counts = new long[bins];
    confidences = new double[bins];
    right = new long[bins];
  }

  /**
   * Adds a probability.
   *
   * @param probability from 0 to 1
   * @param happened whether it came true
   * @throws IllegalArgumentException if it is not a probability
   */
  public void add(double probability, boolean happened) {
    if (!(probability >= 0 && probability <= 1)) {
      throw new IllegalArgumentException("probability: expected 0 to 1, got " + probability);
    }
    int bin = bin(probability);
    counts[bin]++;
    confidences[bin] += probability;
    right[bin] += happened ? 1 : 0;
  }

  /** By comparison with the edges: a product with their number may be above that of an edge. */
  private int bin(double probability) {
    int bin = 0;
    while (probability > edge(bin + 1)) {
      bin++;
    }
    return bin;
  }

  private double edge(int i) {
    return (double) i / counts.length;
  }

  /**
   * Adds the predictions of a classifier: for each sample the largest probability, the first of
   * equals, and whether its class is that of the sample.
   *
   * @param labels one-hot, {@code [batch, classes]}
   * @param probabilities from 0 to 1, of the same shape; lengths of capsules need not sum to 1
   * @throws IllegalArgumentException if the shapes differ, or a number is not a probability
   */
  public void add(INDArray labels, INDArray probabilities) {
    Shapes.require("probabilities", probabilities, "batch", "classes");
    Shapes.requireSame("labels", labels, probabilities);
    Values.requireFromZeroToOne("probabilities", probabilities);
    for (long b = 0; b < labels.size(0); b++) {
      long best = 0;
      for (long c = 1; c < labels.size(1); c++) {
        best = probabilities.getDouble(b, c) > probabilities.getDouble(b, best) ? c : best;
      }
      add(probabilities.getDouble(b, best), labels.getDouble(b, best) == 1);
    }
  }

  /** {@return the reliability curve: all bins, from 0 to 1} */
  public List<Bin> bins() {
    List<Bin> bins = new ArrayList<>();
    for (int i = 0; i < counts.length; i++) {
      bins.add(
          new Bin(
              edge(i),
              edge(i + 1),
              counts[i],
              confidences[i] / counts[i],
              (double) right[i] / counts[i]));
    }
    return List.copyOf(bins);
  }

  /**
   * {@return the expected calibration error from 0 to 1: the mean distance of confidence and
   * accuracy, each bin weighted by the number of its probabilities; NaN if nothing was added}
   */
  public double expectedCalibrationError() {
    double sum = 0;
    long total = 0;
    for (int i = 0; i < counts.length; i++) {
      sum += Math.abs(confidences[i] - right[i]);
      total += counts[i];
    }
    return sum / total;
  }
}
