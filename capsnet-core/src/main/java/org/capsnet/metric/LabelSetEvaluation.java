package org.capsnet.metric;

import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;
import org.capsnet.autograd.Shapes;
import org.capsnet.autograd.Values;
import org.capsnet.train.Metric;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How well the classes of images are found where it is known how many an image has, as the two
 * digits of MultiMNIST: the k most active classes of an image of k classes are those predicted,
 * whatever their order (Sabour et al., 2017).
 *
 * <p>Of equal scores, those of classes that the image does not have count as the larger ones: a
 * network that gives the same score to all has found nothing, whatever the order of the classes.
 */
public final class LabelSetEvaluation {

  private long images;
  private long right;
  private long labels;
  private long missed;

  /** An evaluation without images. */
  public LabelSetEvaluation() {}

  /**
   * Adds images.
   *
   * @param truth 1 for each class that an image has, one at least, and 0 for the others, {@code
   *     [batch, classes]}
   * @param scores of the same shape; the larger, the more confident
   * @throws IllegalArgumentException if a shape differs, a label is neither 0 nor 1, or an image
   *     has no class
   * @throws ArithmeticException if a score is NaN
   */
  public void add(INDArray truth, INDArray scores) {
    Shapes.require("truth", truth, "batch", "classes");
    Shapes.requireSame("scores", scores, truth);
    Values.requireNumbers("scores", scores);
    double[][] are = truth.toDoubleMatrix();
    for (double[] of : are) {
      requireClasses(of);
    }
    double[][] said = scores.toDoubleMatrix();
    for (int b = 0; b < are.length; b++) {
      add(are[b], said[b]);
    }
  }

  private static void requireClasses(double[] truth) {
    double sum = 0;
    for (double is : truth) {
      if (is != 0 && is != 1) {
        throw new IllegalArgumentException("truth: expected 0 or 1, got " + is);
      }
      sum += is;
    }
    if (sum == 0) {
      throw new IllegalArgumentException("truth: expected a class of each image, got none");
    }
  }

  private void add(double[] truth, double[] scores) {
    int wanted = 0;
    int found = 0;
    for (int c = 0; c < truth.length; c++) {
      wanted += (int) truth[c];
    }
    for (int c = 0; c < truth.length; c++) {
      found += truth[c] == 1 && ahead(truth, scores, c) < wanted ? 1 : 0;
    }
    images++;
    right += found == wanted ? 1 : 0;
    labels += wanted;
    missed += wanted - found;
  }

  /** How many classes come before a class of the image. */
  private static int ahead(double[] truth, double[] scores, int label) {
    int ahead = 0;
    for (int c = 0; c < scores.length; c++) {
      boolean larger = scores[c] > scores[label];
      boolean wrongAndEqual = scores[c] == scores[label] && truth[c] == 0;
      boolean earlierAndEqual = scores[c] == scores[label] && c < label;
      ahead += larger || wrongAndEqual || earlierAndEqual ? 1 : 0;
    }
    return ahead;
  }

  /** {@return the number of images, at least 0} */
  public long images() {
    return images;
  }

  /**
   * {@return the share of the images all of whose classes are found, from 0 to 1; NaN without
   * images. Of MultiMNIST both digits: the paper's error of 5.2 % is 1 minus this.}
   */
  public double allRight() {
    return (double) right / images;
  }

  /**
   * {@return the share of the classes of all images that are missed, from 0 to 1; NaN without
   * images. Of MultiMNIST the error of a digit.}
   */
  public double labelError() {
    return (double) missed / labels;
  }

  /**
   * The share of the validation images all of whose classes are found.
   *
   * @param truth gives the classes of a batch of labels, as {@code PairLabels::present} does
   * @param scores the name of the model's {@linkplain org.capsnet.train.Loss#output output} with
   *     the scores, {@code [batch, classes]}
   * @return the metric {@code validation_all_right}, larger being better
   */
  public static Metric allRight(UnaryOperator<INDArray> truth, String scores) {
    return metric("all_right", Metric.Better.LARGER, truth, scores, LabelSetEvaluation::allRight);
  }

  /**
   * The share of the classes of all validation images that are missed.
   *
   * @param truth gives the classes of a batch of labels, as {@code PairLabels::present} does
   * @param scores the name of the model's {@linkplain org.capsnet.train.Loss#output output} with
   *     the scores, {@code [batch, classes]}
   * @return the metric {@code validation_label_error}, smaller being better
   */
  public static Metric labelError(UnaryOperator<INDArray> truth, String scores) {
    return metric(
        "label_error", Metric.Better.SMALLER, truth, scores, LabelSetEvaluation::labelError);
  }

  private static Metric metric(
      String name,
      Metric.Better better,
      UnaryOperator<INDArray> truth,
      String scores,
      ToDoubleFunction<LabelSetEvaluation> figure) {
    return Metric.onValidation(
        name,
        better,
        () -> {
          LabelSetEvaluation evaluation = new LabelSetEvaluation();
          return Metric.Accumulator.of(
              (batch, loss) -> evaluation.add(truth.apply(batch.getLabels()), loss.output(scores)),
              () -> figure.applyAsDouble(evaluation));
        });
  }
}
