package org.capsnet.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.capsnet.metric.RocEvaluation.Point;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class RocEvaluationTest {

  private static RocEvaluation of(double[] truth, double[] scores) {
    RocEvaluation roc = new RocEvaluation(1);
    for (int i = 0; i < truth.length; i++) { // one by one, as batches come
      roc.add(column(truth[i]), column(scores[i]));
    }
    return roc;
  }

  private static INDArray column(double value) {
    return Nd4j.createFromArray(new double[][] {{value}});
  }

  @Test
  void aConstantScoreIsChanceInWhateverOrder() {
    double[] scores = {0.3, 0.3, 0.3, 0.3};
    for (double[] truth : new double[][] {{1, 1, 0, 0}, {0, 0, 1, 1}, {0, 1, 0, 1}, {1, 0, 0, 0}}) {
      RocEvaluation roc = of(truth, scores);
      assertThat(roc.auc(0)).isEqualTo(0.5);
      assertThat(roc.curve(0))
          .containsExactly(new Point(Double.POSITIVE_INFINITY, 0, 0), new Point(0.3, 1, 1));
    }
  }

  @Test
  void aTieIsOnePointOfTheCurve() {
    RocEvaluation roc =
        of(new double[] {1, 0, 1, 0, 1, 0}, new double[] {0.9, 0.5, 0.5, 0.5, 0.1, -0.0});
    assertThat(roc.curve(0))
        .containsExactly(
            new Point(Double.POSITIVE_INFINITY, 0, 0),
            new Point(0.9, 0, 1 / 3.0),
            new Point(0.5, 2 / 3.0, 2 / 3.0),
            new Point(0.1, 2 / 3.0, 1),
            new Point(0, 1, 1));
    assertThat(roc.auc(0)).isCloseTo((3 + 2 + 1) / 9.0, within(1e-15));
  }

  /** The definition: how often a positive has the larger score, ties counting half. */
  @Test
  void isTheProbabilityOfTheRightOrderWhateverTheOrderOfTheImages() {
    Random random = new Random(4);
    for (int round = 0; round < 50; round++) {
      List<double[]> images =
          IntStream.range(0, 2 + random.nextInt(30))
              .mapToObj(i -> new double[] {random.nextInt(2), random.nextInt(6) / 5.0})
              .collect(Collectors.toList());
      double right = 0;
      long pairs = 0;
      for (double[] one : images) {
        for (double[] other : images) {
          if (one[0] == 1 && other[0] == 0) {
            pairs++;
            right += one[1] > other[1] ? 1 : one[1] == other[1] ? 0.5 : 0;
          }
        }
      }
      RocEvaluation roc = of(images);
      Collections.shuffle(images, random);
      RocEvaluation shuffled = of(images);
      assertThat(shuffled.auc(0)).isEqualTo(Double.valueOf(roc.auc(0)));
      assertThat(shuffled.curve(0)).isEqualTo(roc.curve(0));
      if (pairs == 0) {
        assertThat(roc.auc(0)).isNaN();
        assertThat(roc.curve(0)).isEmpty();
      } else {
        assertThat(roc.auc(0)).isCloseTo(right / pairs, within(1e-12));
        assertThat(area(roc.curve(0))).isCloseTo(right / pairs, within(1e-12));
      }
    }
  }

  private static RocEvaluation of(List<double[]> images) {
    return of(
        images.stream().mapToDouble(image -> image[0]).toArray(),
        images.stream().mapToDouble(image -> image[1]).toArray());
  }

  private static double area(List<Point> curve) {
    double area = 0;
    for (int i = 1; i < curve.size(); i++) {
      double width = curve.get(i).falsePositiveRate() - curve.get(i - 1).falsePositiveRate();
      area += width * (curve.get(i).truePositiveRate() + curve.get(i - 1).truePositiveRate()) / 2;
    }
    return area;
  }

  @Test
  void eachClassIsOnItsOwnAndTheMeanOfThoseThatAreDecided() {
    RocEvaluation roc = new RocEvaluation(3);
    roc.add(
        Nd4j.createFromArray(new double[][] {{1, 0, 0}, {0, 1, 0}}),
        Nd4j.createFromArray(new double[][] {{0.9, 0.5, 0.1}, {0.2, 0.5, 0.3}}));
    assertThat(roc.auc(0)).isEqualTo(1);
    assertThat(roc.auc(1)).isEqualTo(0.5);
    assertThat(roc.auc(2)).isNaN();
    assertThat(roc.isDecided(2)).isFalse();
    assertThat(roc.meanAuc()).isEqualTo(0.75);
    assertThat(roc.positives(0)).isEqualTo(1);
    assertThat(roc.negatives(2)).isEqualTo(2);
    assertThat(new RocEvaluation(2).meanAuc()).isNaN();
  }

  @Test
  void refusesWhatIsNoScoreAndNoTruth() {
    RocEvaluation roc = new RocEvaluation(1);
    assertThatThrownBy(() -> roc.add(column(0.5), column(0.5)))
        .hasMessage("truth: expected 0 or 1, got 0.5");
    assertThatThrownBy(() -> roc.add(column(1), column(Double.NaN)))
        .hasMessage("scores: expected numbers, got NaN");
    assertThatThrownBy(() -> new RocEvaluation(0)).hasMessageContaining("at least 1, got 0");
  }
}
