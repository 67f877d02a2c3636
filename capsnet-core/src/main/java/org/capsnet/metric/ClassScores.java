package org.capsnet.metric;

import java.util.List;
import java.util.stream.IntStream;
import org.nd4j.evaluation.classification.Evaluation;

/**
 * How well one class is told. ND4J's {@code Evaluation} has 0 for what is unknown; here that is
 * NaN, as nothing can be said of a class of which there are no images.
 *
 * @param label the index of the class
 * @param images how many have it
 * @param precision the share of the images told to have it that do, from 0 to 1; NaN where none has
 *     it or none is told to
 * @param recall the share of its images that are told, from 0 to 1; NaN where there are none
 * @param f1 the harmonic mean of both, from 0 to 1; 0 where no image is told right, and NaN where
 *     there are none
 */
public record ClassScores(int label, long images, double precision, double recall, double f1) {

  /**
   * The scores of each class.
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
    long told = evaluation.getConfusion().getPredictedTotal(label);
    return new ClassScores(
        label,
        images,
        images == 0 ? Double.NaN : (double) right / told,
        (double) right / images,
        images == 0 ? Double.NaN : 2.0 * right / (images + told));
  }
}
