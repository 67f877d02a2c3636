package org.capsnet.metric;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.capsnet.autograd.Shapes;
import org.capsnet.autograd.Values;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The receiver operating characteristic of each class against all others, and the area under it:
 * the probability that an image of the class has a larger score than one without it, where equal
 * scores count half (Hanley and McNeil 1982).
 *
 * <p>Images of equal scores are one point of the curve, whatever their order. ND4J's exact {@code
 * ROCBinary} has a point for each, so that the area for a constant score is 0 or 1, depending on
 * the order of the images; here it is 0.5.
 */
public final class RocEvaluation {

  private static final Comparator<Scored> LARGEST_FIRST =
      Comparator.comparingDouble(Scored::score).reversed();

  private final List<List<Scored>> ofClass;

  private record Scored(double score, boolean positive) {}

  /**
   * A point of the curve, for the threshold from which on the class is predicted.
   *
   * @param score the threshold; infinite for the first point, at which the class is never predicted
   * @param falsePositiveRate the share of the images without the class for which it is predicted,
   *     from 0 to 1
   * @param truePositiveRate the share of the images of the class for which it is predicted, from 0
   *     to 1
   */
  public record Point(double score, double falsePositiveRate, double truePositiveRate) {}

  /**
   * An evaluation without images.
   *
   * @param classes the number of classes, at least 1
   * @throws IllegalArgumentException if there are fewer
   */
  public RocEvaluation(int classes) {
    if (classes < 1) {
      throw new IllegalArgumentException("classes: expected at least 1, got " + classes);
    }
    ofClass = IntStream.range(0, classes).<List<Scored>>mapToObj(c -> new ArrayList<>()).toList();
  }

  /**
   * Adds images.
   *
   * @param truth 1 for each class that an image has and 0 for the others, {@code [batch, classes]}
   * @param scores of the same shape; the larger, the more confident
   * @throws IllegalArgumentException if a shape differs, or a label is neither 0 nor 1
   * @throws ArithmeticException if a score is NaN
   */
  public void add(INDArray truth, INDArray scores) {
    Shapes.require("truth", truth, "batch", ofClass.size());
    Shapes.requireSame("scores", scores, truth);
    Values.requireNumbers("scores", scores);
    for (long b = 0; b < truth.size(0); b++) {
      for (int c = 0; c < ofClass.size(); c++) {
        double is = truth.getDouble(b, c);
        if (is != 0 && is != 1) {
          throw new IllegalArgumentException("truth: expected 0 or 1, got " + is);
        }
        // The sum makes one zero of both, which would compare as different.
        ofClass.get(c).add(new Scored(scores.getDouble(b, c) + 0.0, is == 1));
      }
    }
  }

  /** {@return the number of classes, at least 1} */
  public int classes() {
    return ofClass.size();
  }

  /**
   * The number of images that have a class.
   *
   * @param label the class
   * @return at least 0
   */
  public long positives(int label) {
    return ofClass.get(label).stream().filter(Scored::positive).count();
  }

  /**
   * The number of images that do not have it.
   *
   * @param label the class
   * @return at least 0
   */
  public long negatives(int label) {
    return ofClass.get(label).size() - positives(label);
  }

  /**
   * Whether some images have a class and some do not, so that there is a curve.
   *
   * @param label the class
   * @return true if so
   */
  public boolean isDecided(int label) {
    return positives(label) > 0 && negatives(label) > 0;
  }

  /**
   * The curve of a class, a point for each score that occurs.
   *
   * @param label the class
   * @return from (0, 0) to (1, 1), in decreasing order of score; empty if the class is not decided
   */
  public List<Point> curve(int label) {
    if (!isDecided(label)) {
      return List.of();
    }
    List<Point> points = new ArrayList<>();
    points.add(new Point(Double.POSITIVE_INFINITY, 0, 0));
    for (Tie tie : ties(label)) {
      points.add(
          new Point(
              tie.score,
              (double) tie.negatives / negatives(label),
              (double) tie.positives / positives(label)));
    }
    return List.copyOf(points);
  }

  /**
   * The area under the curve of a class.
   *
   * @param label the class
   * @return from 0 to 1; NaN if the class is not decided
   */
  public double auc(int label) {
    double halves = 0;
    long truePositives = 0;
    long falsePositives = 0;
    for (Tie tie : ties(label)) {
      halves += (double) (tie.negatives - falsePositives) * (truePositives + tie.positives);
      truePositives = tie.positives;
      falsePositives = tie.negatives;
    }
    return isDecided(label) ? halves / 2 / truePositives / falsePositives : Double.NaN;
  }

  /**
   * {@return the mean area under the curves of the classes that are decided, from 0 to 1; NaN if
   * there is none}
   */
  public double meanAuc() {
    return IntStream.range(0, classes())
        .filter(this::isDecided)
        .mapToDouble(this::auc)
        .average()
        .orElse(Double.NaN);
  }

  /** A score that occurs, and how many images of each kind have it or a larger one. */
  private record Tie(double score, long positives, long negatives) {}

  private List<Tie> ties(int label) {
    List<Scored> sorted = ofClass.get(label).stream().sorted(LARGEST_FIRST).toList();
    List<Tie> ties = new ArrayList<>();
    long positives = 0;
    for (int i = 0; i < sorted.size(); i++) {
      positives += sorted.get(i).positive ? 1 : 0;
      boolean last = i + 1 == sorted.size();
      if (last || sorted.get(i + 1).score != sorted.get(i).score) {
        ties.add(new Tie(sorted.get(i).score, positives, i + 1 - positives));
      }
    }
    return ties;
  }
}
