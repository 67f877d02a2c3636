package org.capsnet.metric;

import java.util.List;
import java.util.stream.IntStream;
import org.nd4j.evaluation.classification.Evaluation;

/**
 * How well one class is predicted. ND4J's {@code Evaluation} gives 0 where a figure is undefined,
 * such as the recall of a class without images; here it is NaN.
 *
 * @param label the index of the class
 * @param images the number of images of the class
 * @param precision the share of the images predicted as the class that are of it, from 0 to 1; NaN
 *     where no image is of it or none is predicted as it
 * @param recall the share of its images that are predicted as it, from 0 to 1; NaN where it has
 *     none
 * @param f1 the harmonic mean of both, from 0 to 1; 0 where no image is predicted right, and NaN
 *     where the class has none
 */
public record ClassScores(int label, long images, double precision, double recall, double f1) {

  /**
   * The scores of all classes.
   *
   * @param evaluation that has seen the images
   * @return in the order of the classes
   */
  public static List<ClassScores> of(Evaluation evaluation) {
    return IntStream.range(0, evaluation.getConfusion().getClasses().size())
        .mapToObj(c -> of(evaluation, c))
        .toList();
  }

  private static ClassScores of(Evaluation evaluation, int label) {
    long right = evaluation.getConfusion().getCount(label, label);
    long images = evaluation.getConfusion().getActualTotal(label);
    long predicted = evaluation.getConfusion().getPredictedTotal(label);
    return new ClassScores(
        label,
        images,
        images == 0 ? Double.NaN : (double) right / predicted,
        (double) right / images,
        images == 0 ? Double.NaN : 2.0 * right / (images + predicted));
  }
}
