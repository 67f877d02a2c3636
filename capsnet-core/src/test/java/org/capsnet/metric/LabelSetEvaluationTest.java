package org.capsnet.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.capsnet.autograd.Variable;
import org.capsnet.data.digits.PairLabels;
import org.capsnet.nn.Module;
import org.capsnet.train.Loss;
import org.capsnet.train.Metric;
import org.capsnet.train.Step;
import org.capsnet.train.Trainable;
import org.capsnet.train.Validation;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.adapter.SingletonDataSetIterator;
import org.nd4j.linalg.factory.Nd4j;

class LabelSetEvaluationTest {

  private static INDArray rows(double[]... rows) {
    return Nd4j.createFromArray(rows);
  }

  private static LabelSetEvaluation of(INDArray truth, INDArray scores) {
    LabelSetEvaluation evaluation = new LabelSetEvaluation();
    evaluation.add(truth, scores);
    return evaluation;
  }

  /** Digits 1 and 3 of four. */
  private static final double[] ONE_AND_THREE = {0, 1, 0, 1};

  @Test
  void twoDigitsByHand() {
    LabelSetEvaluation evaluation =
        of(
            rows(ONE_AND_THREE, ONE_AND_THREE, ONE_AND_THREE, ONE_AND_THREE),
            rows(
                new double[] {0.1, 0.9, 0.3, 0.8}, // both
                new double[] {0.7, 0.71, 0.0, 0.72}, // both, the other way round
                new double[] {0.9, 0.8, 0.1, 0.7}, // 1 alone
                new double[] {0.9, 0.2, 0.8, 0.3})); // none
    assertThat(evaluation.images()).isEqualTo(4);
    assertThat(evaluation.allRight()).isEqualTo(2 / 4.0);
    assertThat(evaluation.labelError()).isEqualTo(3 / 8.0);
    evaluation.add(rows(ONE_AND_THREE), rows(new double[] {-3, -1, -2, -1.5}));
    assertThat(evaluation.allRight()).isEqualTo(3 / 5.0);
    assertThat(evaluation.labelError()).isEqualTo(3 / 10.0);
  }

  @Test
  void imagesMayHaveDifferentNumbersOfClasses() {
    LabelSetEvaluation evaluation =
        of(
            rows(new double[] {1, 0, 0}, new double[] {1, 1, 1}, new double[] {0, 1, 1}),
            rows(new double[] {2, 3, 1}, new double[] {0, 0, 0}, new double[] {5, 4, 9}));
    assertThat(evaluation.allRight()).isEqualTo(1 / 3.0);
    assertThat(evaluation.labelError()).isEqualTo(2 / 6.0);
  }

  @Test
  void equalScoresCountAgainstTheLabelsInWhateverOrder() {
    double[] constant = {0.5, 0.5, 0.5, 0.5};
    for (double[] truth : new double[][] {{1, 1, 0, 0}, {0, 0, 1, 1}, {1, 0, 0, 1}}) {
      assertThat(of(rows(truth), rows(constant)).labelError()).isEqualTo(1);
    }
    // Equal to each other and above the rest, they are both found.
    assertThat(of(rows(ONE_AND_THREE), rows(new double[] {0, 1, 0, 1})).allRight()).isEqualTo(1);
    LabelSetEvaluation half = of(rows(ONE_AND_THREE), rows(new double[] {0.5, 0.9, 0.1, 0.5}));
    assertThat(half.allRight()).isZero();
    assertThat(half.labelError()).isEqualTo(0.5);
    double[] zeros = {0.0, 9, -1, -0.0}; // one zero of both
    assertThat(of(rows(ONE_AND_THREE), rows(zeros)).labelError()).isEqualTo(0.5);
  }

  @Test
  void withoutImagesThereAreNoFigures() {
    assertThat(new LabelSetEvaluation().allRight()).isNaN();
    assertThat(new LabelSetEvaluation().labelError()).isNaN();
  }

  @Test
  void refusesWhatIsNoSetOfLabels() {
    INDArray two = rows(ONE_AND_THREE, ONE_AND_THREE);
    LabelSetEvaluation evaluation = new LabelSetEvaluation();
    assertThatThrownBy(() -> evaluation.add(two, rows(ONE_AND_THREE)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("scores: expected [2, 4], got [1, 4]");
    double[] unknown = {0, 1, Double.NaN, 2};
    assertThatThrownBy(() -> evaluation.add(two, rows(unknown, unknown)))
        .isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> evaluation.add(two.mul(0.5), two))
        .hasMessage("truth: expected 0 or 1, got 0.5");
    assertThatThrownBy(() -> evaluation.add(rows(ONE_AND_THREE, new double[4]), two))
        .hasMessage("truth: expected a class of each image, got none");
    assertThat(evaluation.images()).isZero();
  }

  /** Says that class 0 is there, then class 1, and so on. */
  private record Descending() implements Trainable {

    @Override
    public Module module() {
      return new Module() {};
    }

    @Override
    public Loss loss(DataSet batch, Step step) {
      INDArray scores = rows(new double[] {4, 3, 2, 1}, new double[] {4, 3, 2, 1});
      Variable nothing = Variable.constant(Nd4j.scalar(0.0));
      return Loss.of("nothing", nothing).withOutput("activations", scores);
    }
  }

  /** Of the labels of pairs: 0 and 1, 2 and 0. */
  @Test
  void metricsOfAnEpochByName() {
    PairLabels layout = new PairLabels(List.of("a", "b", "c", "d"), 1, 1);
    INDArray labels =
        Nd4j.createFromArray(
            new double[][][] {
              {{1, 0, 0, 0, 0.5}, {0, 1, 0, 0, 0.5}}, {{0, 0, 1, 0, 0.5}, {1, 0, 0, 0, 0.5}}
            });
    Metric right = LabelSetEvaluation.allRight(layout::present, "activations");
    Metric error = LabelSetEvaluation.labelError(layout::present, "activations");
    DataSet batch = new DataSet(Nd4j.zeros(2, 1, 1, 1), labels);
    Validation validation =
        Validation.of(new Descending(), new SingletonDataSetIterator(batch), right, error);
    for (int run = 0; run < 2; run++) {
      Validation.Outcome outcome = validation.run();
      assertThat(outcome.get(right)).isEqualTo(0.5);
      assertThat(outcome.get(error)).isEqualTo(0.25);
      assertThat(outcome.metrics()).containsKeys("validation_all_right", "validation_label_error");
    }
  }
}
