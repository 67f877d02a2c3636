package org.capsnet.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class SegmentationEvaluationTest {

  /** A mask from rows of dots and hashes. */
  private static INDArray mask(String... rows) {
    INDArray mask = Nd4j.zeros(DataType.FLOAT, 1, 1, rows.length, rows[0].length());
    for (int y = 0; y < rows.length; y++) {
      for (int x = 0; x < rows[y].length(); x++) {
        mask.putScalar(new int[] {0, 0, y, x}, rows[y].charAt(x) == '#' ? 1 : 0);
      }
    }
    return mask;
  }

  private static SegmentationEvaluation of(INDArray truth, INDArray predicted) {
    SegmentationEvaluation evaluation = new SegmentationEvaluation(1);
    evaluation.add(truth, predicted);
    return evaluation;
  }

  private static double distance(INDArray truth, INDArray predicted) {
    return of(truth, predicted).mean(0).hausdorff95();
  }

  @Test
  void figuresAreAsCountedByHand() {
    INDArray truth = mask("##..", "##..", "....");
    INDArray predicted = mask(".##.", ".##.", "....");
    SegmentationEvaluation evaluation = of(truth, predicted);
    assertThat(evaluation.pooled(0)).isEqualTo(new MaskCounts(2, 2, 2, 6));
    MaskScores scores = evaluation.mean(0);
    assertThat(scores.dice()).isEqualTo(0.5);
    assertThat(scores.iou()).isCloseTo(1 / 3.0, within(1e-12));
    assertThat(scores.sensitivity()).isEqualTo(0.5);
    assertThat(scores.specificity()).isEqualTo(0.75);
    assertThat(scores.hausdorff95()).isEqualTo(1);
  }

  @Test
  void imagesCountAlikeInTheMeanAndPixelsInThePool() {
    SegmentationEvaluation evaluation = new SegmentationEvaluation(1);
    evaluation.add(mask("####", "####"), mask("####", "####"));
    evaluation.add(mask("#...", "...."), mask("...#", "...."));
    assertThat(evaluation.mean(0).dice()).isEqualTo(0.5);
    assertThat(evaluation.pooled(0).dice()).isCloseTo(16 / 18.0, within(1e-12));
    assertThat(evaluation.mean(0).sensitivity()).isEqualTo(0.5);
    // The first image has no background, so the second one's share is the mean.
    assertThat(evaluation.mean(0).specificity()).isCloseTo(6 / 7.0, within(1e-12));
  }

  @Test
  void classesAreApart() {
    INDArray truth = Nd4j.concat(1, mask("#."), mask(".#"));
    INDArray predicted = Nd4j.concat(1, mask("#."), mask("#."));
    SegmentationEvaluation evaluation = new SegmentationEvaluation(2);
    evaluation.add(Nd4j.concat(0, truth, truth), Nd4j.concat(0, predicted, truth));
    assertThat(evaluation.mean(0).dice()).isEqualTo(1);
    assertThat(evaluation.mean(1).dice()).isEqualTo(0.5);
    assertThat(evaluation.pooled(1)).isEqualTo(new MaskCounts(1, 1, 1, 1));
  }

  @Test
  void emptyMasksFollowTheConventions() {
    INDArray empty = mask("...", "...", "...", "...");
    INDArray some = mask("#..", "...", "...", "...");
    SegmentationEvaluation both = of(empty, empty);
    assertThat(both.mean(0)).isEqualTo(new MaskScores(1, 1, Double.NaN, 1, 0));
    assertThat(of(empty, some).mean(0))
        .isEqualTo(new MaskScores(0, 0, Double.NaN, 11 / 12.0, 5)); // the diagonal of 3 by 4
    assertThat(of(some, empty).mean(0)).isEqualTo(new MaskScores(0, 0, 0, 1, 5));
    MaskScores nothing = new SegmentationEvaluation(1).mean(0);
    assertThat(nothing.dice()).isNaN();
    assertThat(nothing.hausdorff95()).isNaN();
  }

  @Test
  void distancesAreBetweenBoundaries() {
    // The inner pixel is no boundary: without it nothing is further than it was.
    INDArray disc = mask(".....", ".###.", ".###.", ".###.", ".....");
    INDArray ring = mask(".....", ".###.", ".#.#.", ".###.", ".....");
    assertThat(distance(disc, ring)).isZero();
    assertThat(distance(mask("#....", "....."), mask("....#", "....."))).isEqualTo(4);
    assertThat(distance(mask("#...", "....", "...."), mask("....", "....", "...#")))
        .isCloseTo(Math.sqrt(13), within(1e-12));
    assertThat(distance(mask("#..."), mask("##.#"))).isCloseTo(1 + 0.9 * 2, within(1e-12));
  }

  /** The direction that is further counts, and 5 % of its distances are left out. */
  @Test
  void oneStrayPixelInManyIsLeftOut() {
    INDArray truth = Nd4j.zeros(DataType.FLOAT, 1, 1, 1, 100);
    INDArray predicted = Nd4j.zeros(DataType.FLOAT, 1, 1, 1, 100);
    for (int x = 0; x < 41; x++) {
      truth.putScalar(new int[] {0, 0, 0, x}, 1);
      predicted.putScalar(new int[] {0, 0, 0, x}, 1);
    }
    predicted.putScalar(new int[] {0, 0, 0, 99}, 1);
    assertThat(distance(truth, predicted)).isZero();
    assertThat(distance(predicted, truth)).isZero();
  }

  @Test
  void withoutDistancesTheOtherFiguresAreTheSame() {
    SegmentationEvaluation whole = new SegmentationEvaluation(1);
    SegmentationEvaluation overlap = SegmentationEvaluation.ofOverlap(1);
    for (SegmentationEvaluation one : List.of(whole, overlap)) {
      one.add(mask("##.."), mask(".##."));
    }
    assertThat(overlap.mean(0).dice()).isEqualTo(0.5).isEqualTo(whole.mean(0).dice());
    assertThat(overlap.mean(0).hausdorff95()).isNaN();
    assertThat(overlap.pooled(0)).isEqualTo(whole.pooled(0));
  }

  @Test
  void badInputIsNamed() {
    SegmentationEvaluation evaluation = new SegmentationEvaluation(1);
    assertThatThrownBy(() -> evaluation.add(mask("#."), mask("#..")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("predicted: expected [1, 1, 1, 2], got [1, 1, 1, 3]");
    assertThatThrownBy(() -> evaluation.add(Nd4j.zeros(1, 2, 3, 3), Nd4j.zeros(1, 2, 3, 3)))
        .hasMessage("truth: expected [batch, 1, height, width], got [1, 2, 3, 3]");
    assertThatThrownBy(() -> evaluation.add(mask("#."), mask("#.").mul(0.25)))
        .hasMessage("predicted: expected 0 or 1, got 0.25");
    assertThatThrownBy(() -> new SegmentationEvaluation(0))
        .hasMessage("classes: expected at least 1, got 0");
    assertThat(evaluation.mean(0).dice()).isNaN();
  }
}
