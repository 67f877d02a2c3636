package org.capsnet.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.capsnet.autograd.Variable;
import org.capsnet.testing.GradientCheck;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class MaskLossTest {

  private static final MaskLoss ENTROPY = new MaskLoss(1, 0);
  private static final MaskLoss DICE = new MaskLoss(0, 1);

  private static INDArray of(double... pixels) {
    return Nd4j.createFromArray(pixels);
  }

  private static double value(Variable loss) {
    return loss.value().getDouble(0);
  }

  @Test
  void binaryMasksAreAsWorkedOutByHand() {
    double[] p = {0.2, 0.9, 0.5, 0.6};
    INDArray probabilities = of(p).reshape(1, 1, 2, 2);
    INDArray masks = of(0, 1, 1, 0).reshape(1, 1, 2, 2);
    double entropy = -(Math.log(0.8) + Math.log(0.9) + Math.log(0.5) + Math.log(0.4)) / 4;
    double dice = 1 - (2 * 1.4 + 1) / (2.2 + 2 + 1);
    Variable given = Variable.constant(probabilities);
    Variable logits =
        Variable.constant(
            of(logit(p[0]), logit(p[1]), logit(p[2]), logit(p[3])).reshape(1, 1, 2, 2));
    assertThat(value(ENTROPY.ofProbabilities(given, masks))).isCloseTo(entropy, within(1e-12));
    assertThat(value(ENTROPY.ofLogits(logits, masks))).isCloseTo(entropy, within(1e-12));
    assertThat(value(DICE.ofProbabilities(given, masks))).isCloseTo(dice, within(1e-12));
    assertThat(value(DICE.ofLogits(logits, masks))).isCloseTo(dice, within(1e-12));
    assertThat(value(new MaskLoss(2, 3).ofLogits(logits, masks)))
        .isCloseTo(2 * entropy + 3 * dice, within(1e-12));
    assertThat(value(MaskLoss.standard().ofLogits(logits, masks)))
        .isCloseTo(entropy + dice, within(1e-12));
  }

  private static double logit(double p) {
    return Math.log(p / (1 - p));
  }

  @Test
  void classesOfPixelsAreAsWorkedOutByHand() {
    // Two pixels, three classes; the logits are logarithms of probabilities.
    double[][] p = {{0.7, 0.2}, {0.2, 0.3}, {0.1, 0.5}};
    INDArray logits = Nd4j.zeros(DataType.DOUBLE, 1, 3, 1, 2);
    for (int c = 0; c < 3; c++) {
      for (int x = 0; x < 2; x++) {
        logits.putScalar(new int[] {0, c, 0, x}, Math.log(p[c][x]) + 5);
      }
    }
    INDArray masks = of(1, 0, 0, 0, 0, 1).reshape(1, 3, 1, 2);
    Variable z = Variable.constant(logits);
    assertThat(value(ENTROPY.ofClassLogits(z, masks)))
        .isCloseTo(-(Math.log(0.7) + Math.log(0.5)) / 2, within(1e-12));
    double background = (2 * 0.7 + 1) / (0.9 + 1 + 1);
    double absent = 1 / (0.5 + 0 + 1);
    double other = (2 * 0.5 + 1) / (0.6 + 1 + 1);
    assertThat(value(DICE.ofClassLogits(z, masks)))
        .isCloseTo(1 - (background + absent + other) / 3, within(1e-12));
  }

  @Test
  void diceIsOfEachMaskOfEachSample() {
    // A mask of one pixel that is missed, and one of all pixels that is found.
    INDArray p = of(0, 0, 0, 0, 1, 1, 1, 1).reshape(2, 1, 2, 2);
    INDArray masks = of(1, 0, 0, 0, 1, 1, 1, 1).reshape(2, 1, 2, 2);
    assertThat(value(DICE.ofProbabilities(Variable.constant(p), masks)))
        .isCloseTo(1 - (0.5 + 1) / 2, within(1e-12));
    INDArray nothing = Nd4j.zeros(DataType.DOUBLE, 1, 1, 2, 2);
    assertThat(value(DICE.ofProbabilities(Variable.constant(nothing), nothing))).isZero();
  }

  @Test
  void hasTheGradientOfItsSlope() {
    Random random = new Random(1);
    INDArray logits = GradientCheck.random(random, 2, 3, 2, 2);
    INDArray probabilities = GradientCheck.random(random, 2, 3, 2, 2).muli(0.3).addi(0.5);
    INDArray masks = GradientCheck.random(random, 2, 3, 2, 2).gt(0).castTo(DataType.DOUBLE);
    INDArray oneHot = Nd4j.zeros(DataType.DOUBLE, 2, 3, 2, 2);
    for (int i = 0; i < 8; i++) {
      oneHot.putScalar(new int[] {i / 4, i % 3, i / 2 % 2, i % 2}, 1);
    }
    MaskLoss loss = new MaskLoss(0.7, 1.3);
    GradientCheck.check(x -> loss.ofLogits(x[0], masks), logits);
    GradientCheck.check(x -> loss.ofProbabilities(x[0], masks), probabilities);
    GradientCheck.check(x -> loss.ofClassLogits(x[0], oneHot), logits);
  }

  @Test
  void noLogitIsTooLarge() {
    for (DataType type : new DataType[] {DataType.FLOAT, DataType.DOUBLE}) {
      Variable z = Variable.leaf(of(1000, -1000, 1000, -1000).reshape(1, 1, 2, 2).castTo(type));
      Variable loss = ENTROPY.ofLogits(z, of(0, 1, 1, 0).reshape(1, 1, 2, 2));
      assertThat(value(loss)).isEqualTo(500);
      loss.backward();
      assertThat(z.gradient().reshape(4).toDoubleVector()).containsExactly(0.25, -0.25, 0, 0);
    }
  }

  @Test
  void whatDoesNotFitIsToldWhatWasExpected() {
    MaskLoss loss = MaskLoss.standard();
    Variable z = Variable.constant(Nd4j.zeros(2, 1, 4, 4));
    assertThatThrownBy(() -> loss.ofLogits(z, Nd4j.zeros(2, 1, 4, 3)))
        .hasMessage("masks: expected [2, 1, 4, 4], got [2, 1, 4, 3]");
    assertThatThrownBy(() -> loss.ofClassLogits(z, Nd4j.ones(2, 1, 4, 4).mul(3)))
        .hasMessage("masks: expected values from 0 to 1, got 3.0 to 3.0");
    assertThatThrownBy(() -> loss.ofProbabilities(z.reshape(2, 16), Nd4j.zeros(2, 16)))
        .hasMessage("probabilities: expected [batch, masks, height, width], got [2, 16]");
    assertThatThrownBy(() -> new MaskLoss(-1, 1))
        .hasMessage("weights: expected at least 0, got -1.0 and 1.0");
  }
}
