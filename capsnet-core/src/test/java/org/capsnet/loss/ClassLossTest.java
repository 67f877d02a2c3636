package org.capsnet.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.capsnet.autograd.OneHot;
import org.capsnet.autograd.Variable;
import org.capsnet.testing.Golden;
import org.capsnet.testing.GradientCheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.schedule.ISchedule;

class ClassLossTest {

  private static void assertGolden(String file, String scores, ClassLoss loss, DataType type) {
    Golden golden = Golden.read(file);
    Variable x = Variable.leaf(golden.get(scores, type));
    INDArray labels = OneHot.of(golden.get("target"), Math.toIntExact(x.size(1)), type);
    Variable made = loss.of(x, labels);
    golden.assertClose("loss", made.value().reshape(1));
    made.backward();
    golden.assertClose(scores + "_grad", x.gradient());
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void agreeWithGoldenValues(DataType type) {
    assertGolden("spread_loss", "activation", new SpreadLoss(0.9), type);
    assertGolden("cross_entropy", "logits", new CrossEntropyLoss(), type);
    assertGolden("activation_nll", "activation", new NegativeLogLikelihood(), type);
  }

  @Test
  void haveTheGradientOfTheirSlope() {
    INDArray labels = OneHot.of(new int[] {1, 0, 2}, 4, DataType.DOUBLE);
    INDArray scores = GradientCheck.random(new Random(2), 3, 4).muli(0.2).addi(0.5);
    for (ClassLoss loss :
        List.of(new SpreadLoss(0.5), new CrossEntropyLoss(), new NegativeLogLikelihood())) {
      GradientCheck.check(x -> loss.of(x[0], labels), scores);
    }
  }

  /** The right class at 0.8; the others cost (0.5 - 0.2)² and nothing. */
  @Test
  void spreadLossIsOfTheGapsBelowTheMarginAlone() {
    INDArray a = Nd4j.createFromArray(new double[][] {{0.6, 0.8, 0.1}});
    INDArray labels = OneHot.of(new int[] {1}, 3, DataType.DOUBLE);
    assertThat(loss(new SpreadLoss(0.5), a, labels)).isCloseTo(0.09, within(1e-12));
    assertThat(loss(new SpreadLoss(0.2), a, labels)).isCloseTo(0, within(1e-12));
  }

  @Test
  void smoothedLabelsAreShares() {
    INDArray a = Nd4j.createFromArray(new double[][] {{0.2, 0.8}});
    INDArray labels = Nd4j.createFromArray(new double[][] {{0.1, 0.9}});
    double expected = -0.1 * Math.log(0.2) - 0.9 * Math.log(0.8);
    assertThat(loss(new NegativeLogLikelihood(), a, labels)).isCloseTo(expected, within(1e-10));
    // Logits of which the softmax is the same.
    INDArray logits = Nd4j.createFromArray(new double[][] {{Math.log(0.2), Math.log(0.8)}});
    assertThat(loss(new CrossEntropyLoss(), logits, labels)).isCloseTo(expected, within(1e-12));
  }

  @Test
  void anyLossCanTakeAShareFromTheLabels() {
    INDArray a = Nd4j.createFromArray(new double[][] {{0.2, 0.7, 0.1}});
    INDArray labels = OneHot.of(new int[] {1}, 3, DataType.DOUBLE);
    INDArray shared = Nd4j.createFromArray(new double[][] {{0.1, 0.8, 0.1}});
    for (ClassLoss loss :
        List.of(new CrossEntropyLoss(), new NegativeLogLikelihood(), MarginLoss.standard())) {
      ClassLoss smoothed = loss.smoothed(0.3);
      assertThat(loss(smoothed, a, labels)).isCloseTo(loss(loss, a, shared), within(1e-12));
      assertThat(loss(smoothed.at(3, 1), a, labels)).isEqualTo(loss(smoothed, a, labels));
      assertThat(smoothed.term()).isEqualTo(loss.term());
      assertThat(loss.smoothed(0)).isSameAs(loss);
      // The weight is that of the class that is there.
      assertThat(loss(smoothed.weightedBySample(5, 2, 7), a, labels))
          .isCloseTo(2 * loss(loss, a, shared), within(1e-12));
    }
    assertThat(labels).isEqualTo(OneHot.of(new int[] {1}, 3, DataType.DOUBLE));
    for (double share : new double[] {-0.1, 1, Double.NaN}) {
      assertThatThrownBy(() -> new CrossEntropyLoss().smoothed(share))
          .hasMessage("share: expected 0 to below 1, got " + share);
    }
  }

  @Test
  void areFiniteWhereTheRightClassHasNothing() {
    INDArray labels = OneHot.of(new int[] {0}, 2, DataType.FLOAT);
    Variable none = Variable.leaf(Nd4j.createFromArray(new float[][] {{0, 1}}));
    Variable likelihood = new NegativeLogLikelihood().of(none, labels);
    assertThat(likelihood.value().getDouble(0)).isCloseTo(-Math.log(1e-12), within(1e-3));
    likelihood.backward();
    assertThat(none.gradient().getDouble(0, 0)).isFinite();
    INDArray far = Nd4j.createFromArray(new float[][] {{-1e4f, 1e4f}});
    assertThat(loss(new CrossEntropyLoss(), far, labels)).isCloseTo(2e4, within(1.0));
  }

  @Test
  void theMarginGrowsLinearlyAndStays() {
    ISchedule margin = new MarginSchedule(100);
    assertThat(margin.valueAt(0, 0)).isCloseTo(0.2, within(1e-12));
    assertThat(margin.valueAt(50, 3)).isCloseTo(0.55, within(1e-12));
    assertThat(margin.valueAt(100, 5)).isCloseTo(0.9, within(1e-12));
    assertThat(margin.valueAt(1_000_000, 9)).isCloseTo(0.9, within(1e-12));
    assertThat(margin.clone()).isEqualTo(margin);
  }

  @Test
  void aSpreadLossHasTheMarginOfTheStep() {
    ClassLoss growing = new SpreadLoss(new MarginSchedule(0.2, 0.9, 100));
    INDArray a = Nd4j.createFromArray(new double[][] {{0.6, 0.8, 0.1}});
    INDArray labels = OneHot.of(new int[] {1}, 3, DataType.DOUBLE);
    assertThat(loss(growing, a, labels)).isCloseTo(0, within(1e-12));
    assertThat(loss(growing.at(100, 0), a, labels))
        .isCloseTo(loss(new SpreadLoss(0.9), a, labels), within(1e-12));
    assertThat(loss(growing.weightedBySample(1, 2, 1).at(100, 0), a, labels))
        .isCloseTo(2 * loss(new SpreadLoss(0.9), a, labels), within(1e-12));
  }

  /** Two samples of the first class and one of the second, each with the loss that it has alone. */
  @Test
  void anyLossCanWeighASampleByItsClass() {
    INDArray a = Nd4j.createFromArray(new double[][] {{0.5, 0.5}, {0.7, 0.3}, {0.4, 0.6}});
    INDArray labels = OneHot.of(new int[] {0, 0, 1}, 2, DataType.DOUBLE);
    for (ClassLoss loss :
        List.of(
            new SpreadLoss(0.5),
            new CrossEntropyLoss(),
            new NegativeLogLikelihood(),
            MarginLoss.standard(),
            (ClassLoss) (x, t) -> x.minus(Variable.constant(t)).square().sum(1))) {
      double expected = 0;
      for (int i = 0; i < 3; i++) {
        expected += (i < 2 ? 3 : 5) * loss(loss, a.get(row(i)), labels.get(row(i))) / 3;
      }
      assertThat(loss(loss.weightedBySample(3, 5), a, labels)).isCloseTo(expected, within(1e-12));
      assertThat(loss.weightedBySample()).isSameAs(loss);
      assertThat(loss.weightedBySample(3, 5).term()).isEqualTo(loss.term());
      assertThatThrownBy(() -> loss(loss.weightedBySample(3), a, labels))
          .hasMessage("class weights: expected 2, got 1");
      assertThatThrownBy(() -> loss.weightedBySample(3, -1))
          .hasMessage("class weights: expected at least 0, got [3.0, -1.0]");
    }
  }

  private static INDArrayIndex[] row(int i) {
    return new INDArrayIndex[] {NDArrayIndex.interval(i, i + 1), NDArrayIndex.all()};
  }

  @Test
  void sayWhatIsWrong() {
    Variable scores = Variable.constant(Nd4j.createFromArray(new double[][] {{0.5, 0.5}}));
    INDArray half = Nd4j.createFromArray(new double[][] {{0.5, 0.5}});
    INDArray both = Nd4j.createFromArray(new double[][] {{1.0, 1.0}});
    assertThatThrownBy(() -> new SpreadLoss(0.5).of(scores, half))
        .hasMessage("labels: expected a single class for each sample, got shares for sample 0");
    assertThatThrownBy(() -> new CrossEntropyLoss().of(scores, both))
        .hasMessage("labels: expected a sum of 1 for each sample, got 2.0 for sample 0");
    assertThatThrownBy(() -> new NegativeLogLikelihood().of(scores, Nd4j.zeros(2, 2)))
        .hasMessage("labels: expected [1, 2], got [2, 2]");
    assertThatThrownBy(() -> new SpreadLoss(0))
        .hasMessage("margin: expected 0 < margin <= 1, got 0.0");
    assertThatThrownBy(() -> new MarginSchedule(0.9, 0.2, 10))
        .hasMessage("margins: expected first <= last, got 0.9 and 0.2");
    assertThatThrownBy(() -> new MarginSchedule(0)).hasMessage("steps: expected at least 1, got 0");
  }

  private static double loss(ClassLoss loss, INDArray scores, INDArray labels) {
    return loss.of(Variable.constant(scores), labels).value().getDouble(0);
  }
}
