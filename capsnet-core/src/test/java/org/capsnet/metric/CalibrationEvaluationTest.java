package org.capsnet.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.capsnet.metric.CalibrationEvaluation.Bin;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class CalibrationEvaluationTest {

  @Test
  void theUpperEdgeOfABinIsItsOwn() {
    for (int bins = 1; bins <= 100; bins++) {
      CalibrationEvaluation evaluation = new CalibrationEvaluation(bins);
      for (int i = 1; i <= bins; i++) {
        evaluation.add((double) i / bins, true);
      }
      assertThat(evaluation.bins())
          .allMatch(bin -> bin.count() == 1 && bin.confidence() == bin.to());
    }
  }

  @Test
  void theErrorIsTheMeanGapOfTheBins() {
    CalibrationEvaluation evaluation = new CalibrationEvaluation(4);
    evaluation.add(0.9, true);
    evaluation.add(0.8, false);
    evaluation.add(1, true);
    evaluation.add(0.6, false);
    evaluation.add(0.1, false);
    // |2.7 - 2| + |0.6 - 0| + |0.1 - 0|, of 5
    assertThat(evaluation.expectedCalibrationError()).isCloseTo(1.4 / 5, within(1e-12));
    Bin last = evaluation.bins().get(3);
    assertThat(last.from()).isEqualTo(0.75);
    assertThat(last.to()).isEqualTo(1);
    assertThat(last.count()).isEqualTo(3);
    assertThat(last.confidence()).isCloseTo(0.9, within(1e-12));
    assertThat(last.accuracy()).isCloseTo(2 / 3.0, within(1e-12));
    Bin empty = evaluation.bins().get(1);
    assertThat(empty.count()).isZero();
    assertThat(empty.confidence()).isNaN();
    assertThat(empty.accuracy()).isNaN();
  }

  @Test
  void anUpperEdgeBelongsToItsBin() {
    CalibrationEvaluation evaluation = new CalibrationEvaluation(4);
    for (double edge : new double[] {0, 0.25, 0.5, 0.75, 1}) {
      evaluation.add(edge, true);
    }
    assertThat(evaluation.bins()).extracting(Bin::count).containsExactly(2L, 1L, 1L, 1L);
    assertThat(CalibrationEvaluation.standard().bins()).hasSize(15);
  }

  @Test
  void whatAModelSaysAtRandomIsCalibratedWhereItSaysSo() {
    CalibrationEvaluation evaluation = CalibrationEvaluation.standard();
    for (int i = 0; i < 100; i++) {
      evaluation.add(0.8, i < 80);
      evaluation.add(0.3, i < 30);
    }
    assertThat(evaluation.expectedCalibrationError()).isCloseTo(0, within(1e-12));
  }

  @Test
  void ofAClassifierTheDecisionCounts() {
    INDArray labels = Nd4j.createFromArray(new double[][] {{1, 0, 0}, {0, 0, 1}, {0, 1, 0}});
    INDArray lengths =
        Nd4j.createFromArray(new double[][] {{0.9, 0.2, 0.5}, {0.1, 0.7, 0.6}, {0.3, 0.4, 0.4}});
    CalibrationEvaluation evaluation = new CalibrationEvaluation(10);
    evaluation.add(labels, lengths);
    // sure of 0.9 and right, of 0.7 and wrong, of 0.4 and right
    assertThat(evaluation.expectedCalibrationError())
        .isCloseTo((0.1 + 0.7 + 0.6) / 3, within(1e-12));
  }

  @Test
  void badInputIsNamed() {
    CalibrationEvaluation evaluation = new CalibrationEvaluation(10);
    assertThatThrownBy(() -> evaluation.add(1.5, true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("probability: expected 0 to 1, got 1.5");
    assertThatThrownBy(() -> evaluation.add(Double.NaN, true))
        .hasMessage("probability: expected 0 to 1, got NaN");
    assertThatThrownBy(() -> evaluation.add(Nd4j.zeros(2, 2), Nd4j.zeros(2, 3)))
        .hasMessage("labels: expected [2, 3], got [2, 2]");
    assertThatThrownBy(() -> new CalibrationEvaluation(0))
        .hasMessage("bins: expected at least 1, got 0");
    assertThat(evaluation.expectedCalibrationError()).isNaN();
  }
}
