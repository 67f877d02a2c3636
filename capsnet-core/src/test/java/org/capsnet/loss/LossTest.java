package org.capsnet.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.capsnet.autograd.Variable;
import org.capsnet.testing.Golden;
import org.capsnet.testing.GradientCheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class LossTest {

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void marginLossAgreesWithGoldenValues(DataType type) {
    Golden golden = Golden.read("margin_loss");
    Variable length = Variable.leaf(golden.get("length", type));
    Variable loss = MarginLoss.standard().of(length, golden.get("onehot"));
    assertThat(loss.value().dataType()).isEqualTo(type);
    golden.assertClose("loss", loss.value().reshape(1));
    loss.backward();
    golden.assertClose("length_grad", length.gradient());
  }

  /** Lengths 0.5 and 0.9: a sample of class 0 costs 0.16 + 0.32, one of class 1 costs 0.08. */
  @Test
  void marginLossWeighsSamplesByTheirClass() {
    Variable lengths =
        Variable.constant(Nd4j.createFromArray(new double[][] {{0.5, 0.9}, {0.5, 0.9}}));
    INDArray labels = Nd4j.createFromArray(new double[][] {{1, 0}, {0, 1}});
    assertThat(
            MarginLoss.standard().weightedBySample(3, 5).of(lengths, labels).value().getDouble(0))
        .isCloseTo((3 * 0.48 + 5 * 0.08) / 2, within(1e-12));
    assertThat(MarginLoss.standard().weightedBySample().of(lengths, labels).value().getDouble(0))
        .isCloseTo((0.48 + 0.08) / 2, within(1e-12));
    assertThat(MarginLoss.weighted(3, 5).of(lengths, labels).value().getDouble(0))
        .isCloseTo((3 * 0.16 + 5 * 0.32 + 3 * 0.08) / 2, within(1e-12));
    // The absent class at 0.9 costs (0.9 - 0.1)², the present one at 0.5 (0.9 - 0.5)².
    ClassLoss rarer = MarginLoss.standard().withLambda(0.25).weightedBySample(3, 5);
    assertThat(rarer.of(lengths, labels).value().getDouble(0))
        .isCloseTo((3 * (0.16 + 0.25 * 0.64) + 5 * 0.25 * 0.16) / 2, within(1e-12));
    assertThatThrownBy(() -> MarginLoss.standard().withLambda(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("lambda: expected at least 0, got -1.0");
    assertThatThrownBy(() -> MarginLoss.standard().weightedBySample(3).of(lengths, labels))
        .hasMessage("class weights: expected 2, got 1");
  }

  @Test
  void marginLossWeighsClasses() {
    INDArray length = Nd4j.createFromArray(new double[][] {{0.5, 0.3}});
    INDArray present = Nd4j.createFromArray(new double[][] {{1, 0}});
    Variable loss = new MarginLoss(0.9, 0.1, 0.5, 2, 3).of(Variable.constant(length), present);
    assertThat(loss.value().getDouble(0))
        .isCloseTo(2 * 0.4 * 0.4 + 3 * 0.5 * 0.2 * 0.2, within(1e-12));
  }

  @Property(tries = 50, seed = "1")
  void marginLossIsZeroInsideTheMarginsAndNowhereElse(
      @ForAll @DoubleRange(min = 0.9, max = 1) double present,
      @ForAll @DoubleRange(min = 0, max = 0.1) double absent,
      @ForAll @DoubleRange(min = 0.01, max = 0.5) double off) {
    assertThat(loss(present, absent)).isZero();
    assertThat(loss(0.9 - off, absent)).isPositive();
    assertThat(loss(present, 0.1 + off)).isPositive();
  }

  private static double loss(double present, double absent) {
    INDArray lengths = Nd4j.createFromArray(new double[][] {{present, absent}});
    INDArray labels = Nd4j.createFromArray(new double[][] {{1, 0}});
    return MarginLoss.standard().of(Variable.constant(lengths), labels).value().getDouble(0);
  }

  @Test
  void reconstructionLossesAreSumsOverPixelsAndMeansOverTheBatch() {
    INDArray drawn = Nd4j.createFromArray(new double[][] {{0.2, 0.5}, {0.9, 0.4}});
    INDArray image = Nd4j.createFromArray(new double[][] {{0, 1}, {1, 0}}).reshape(2, 1, 1, 2);
    assertThat(value(ReconstructionLoss.SQUARED_ERROR, drawn, image))
        .isCloseTo((0.04 + 0.25 + 0.01 + 0.16) / 2, within(1e-12));
    assertThat(value(ReconstructionLoss.BINARY_CROSS_ENTROPY, drawn, image))
        .isCloseTo(
            -(Math.log(0.8) + Math.log(0.5) + Math.log(0.9) + Math.log(0.6)) / 2, within(1e-9));
  }

  private static double value(ReconstructionLoss loss, INDArray drawn, INDArray image) {
    return loss.of(Variable.constant(drawn), image).value().getDouble(0);
  }

  @ParameterizedTest
  @EnumSource
  void reconstructionLossesHaveTheGradientOfTheirSlope(ReconstructionLoss loss) {
    INDArray drawn = GradientCheck.random(new Random(1), 2, 3).muli(0.3).addi(0.5);
    INDArray image = GradientCheck.random(new Random(2), 2, 3).muli(0.3).addi(0.5);
    GradientCheck.check(x -> loss.of(x[0], image), drawn);
  }

  @Test
  void crossEntropyIsFiniteForPixelsThatAreSurelyWrong() {
    for (DataType type : new DataType[] {DataType.FLOAT, DataType.DOUBLE}) {
      Variable drawn = Variable.leaf(Nd4j.createFromArray(new double[][] {{0, 1}}).castTo(type));
      INDArray image = Nd4j.createFromArray(new double[][] {{1, 0}}).castTo(type);
      Variable loss = ReconstructionLoss.BINARY_CROSS_ENTROPY.of(drawn, image);
      assertThat(loss.value().getDouble(0)).isEqualTo(200);
      loss.backward();
      assertThat(drawn.gradient().getDouble(0, 0)).isCloseTo(-1e12, within(1e6));
      assertThat(drawn.gradient().getDouble(0, 1)).isCloseTo(1e12, within(1e6));
    }
  }

  @Test
  void crossEntropyOfPixelsThatAreSurelyRightIsNothing() {
    Variable drawn = Variable.leaf(Nd4j.createFromArray(new float[][] {{0, 1}}));
    Variable loss =
        ReconstructionLoss.BINARY_CROSS_ENTROPY.of(
            drawn, Nd4j.createFromArray(new float[][] {{0, 1}}));
    assertThat(loss.value().getDouble(0)).isZero();
    loss.backward();
    assertThat(drawn.gradient().sumNumber().doubleValue()).isZero();
  }

  @Test
  void crossEntropyDoesNotHideWhatIsNotANumber() {
    INDArray drawn = Nd4j.createFromArray(new double[][] {{0.5, Double.NaN}});
    INDArray image = Nd4j.createFromArray(new double[][] {{1, 0}});
    assertThat(value(ReconstructionLoss.BINARY_CROSS_ENTROPY, drawn, image)).isNaN();
  }

  @Test
  void wrongInputIsToldWhatWasExpected() {
    Variable lengths = Variable.constant(Nd4j.zeros(2, 3));
    MarginLoss loss = MarginLoss.standard();
    assertThatThrownBy(() -> loss.of(lengths, Nd4j.zeros(2, 4)))
        .hasMessage("labels: expected [2, 3], got [2, 4]");
    assertThatThrownBy(() -> loss.of(lengths, Nd4j.ones(2, 3).mul(7)))
        .hasMessage("labels: expected values from 0 to 1, got 7.0 to 7.0");
    assertThatThrownBy(() -> new MarginLoss(0.1, 0.9, 0.5))
        .hasMessage("margins: expected 0 <= minus < plus <= 1, got minus 0.9 and plus 0.1");
    assertThatThrownBy(() -> new MarginLoss(0.9, 0.1, 0.5, 1, 2).of(lengths, Nd4j.zeros(2, 3)))
        .hasMessage("class weights: expected 3, got 2");
    assertThatThrownBy(() -> ReconstructionLoss.SQUARED_ERROR.of(lengths, Nd4j.zeros(2, 1, 2, 2)))
        .hasMessage("images: expected [2, 3], got [2, 4]");
  }

  @Test
  void rareClassesWeighMoreByInverseFrequency() {
    double[] weights = ClassWeights.inverseFrequency(60, 30, 10);
    assertThat(weights[0]).isCloseTo(100 / 180.0, within(1e-12));
    assertThat(weights[1]).isCloseTo(100 / 90.0, within(1e-12));
    assertThat(weights[2]).isCloseTo(100 / 30.0, within(1e-12));
    assertThatThrownBy(() -> ClassWeights.inverseFrequency(3, 0))
        .hasMessage("counts: expected at least 1 sample of each class, got [3, 0]");

    // present class 0 at 0.5 and absent class 1 at 0.3, with weights of 2 and 3
    INDArray lengths = Nd4j.createFromArray(new double[][] {{0.5, 0.3}});
    INDArray labels = Nd4j.createFromArray(new double[][] {{1, 0}});
    assertThat(
            MarginLoss.weighted(2, 3).of(Variable.constant(lengths), labels).value().getDouble(0))
        .isCloseTo(2 * 0.16 + 3 * 0.5 * 0.04, within(1e-12));
  }

  @Test
  void aMaskedReconstructionIsToShowTheMaskedPartOnBlack() {
    INDArray drawn = Nd4j.createFromArray(new double[] {0.5, 0.2, 0.3, 0.9}).reshape(1, 2, 1, 2);
    INDArray image = Nd4j.createFromArray(new double[] {1, 0.6, 0.4, 0.8}).reshape(1, 2, 1, 2);
    INDArray mask = Nd4j.createFromArray(new double[] {1, 0}).reshape(1, 1, 1, 2);
    Variable leaf = Variable.constant(drawn);
    assertThat(ReconstructionLoss.SQUARED_ERROR.ofMasked(leaf, image, mask).value().getDouble(0))
        .isCloseTo(0.25 + 0.04 + 0.01 + 0.81, within(1e-12));
    GradientCheck.check(x -> ReconstructionLoss.SQUARED_ERROR.ofMasked(x[0], image, mask), drawn);
    assertThatThrownBy(
            () -> ReconstructionLoss.SQUARED_ERROR.ofMasked(leaf, image, Nd4j.zeros(1, 2, 1, 2)))
        .hasMessage("masks: expected [1, 1, 1, 2], got [1, 2, 1, 2]");
  }
}
