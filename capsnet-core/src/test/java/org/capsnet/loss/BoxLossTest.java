package org.capsnet.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.capsnet.autograd.Variable;
import org.capsnet.testing.GradientCheck;
import org.capsnet.testing.Numbers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class BoxLossTest {

  private static final BoxLoss L1 = new BoxLoss(1, 0, 0.5);
  private static final BoxLoss GIOU = new BoxLoss(0, 1, 0.5);

  private static double loss(BoxLoss loss, double[] box, double[] truth) {
    INDArray one = Nd4j.createFromArray(new double[][][] {{box}});
    INDArray other = Nd4j.createFromArray(new double[][][] {{truth}});
    return loss.of(Variable.constant(one), other, Nd4j.ones(1, 1)).value().getDouble(0);
  }

  @Test
  void smoothL1IsAParabolaBelowBeta() {
    double[] truth = {5, 5, 2, 2};
    double[] box = {5.1, 4.6, 3, 2.5};
    // 0.1²/2β + 0.4²/2β + (1 - β/2) + (0.5 - β/2), with β = 0.5
    assertThat(loss(L1, box, truth)).isCloseTo(0.01 + 0.16 + 0.75 + 0.25, within(1e-12));
    assertThat(loss(L1, truth, truth)).isZero();
  }

  /** True box from (0, 0) to (2, 2); worked out by hand. */
  @ParameterizedTest
  @CsvSource({
    "1, 1, 2, 2, 1", // the same
    "2, 1, 2, 2, 0.33333333333", // shifted by half: 2 / 6 - 0 / 6
    "2, 2, 2, 2, -0.07936507937", // to (3, 3): 1 / 7 - 2 / 9
    "1, 1, 1, 1, 0.25", // inside: 1 / 4 - 0 / 4
    "4, 1, 2, 2, -0.2", // apart by 1: 0 - 2 / 10
    "3, 1, 2, 2, 0", // side by side: 0 - 0 / 8
    "4, 4, 2, 2, -0.68" // apart in both: 0 - 17 / 25
  })
  void generalizedIouIsAsWorkedOutByHand(double x, double y, double w, double h, double expected) {
    assertThat(loss(GIOU, new double[] {x, y, w, h}, new double[] {1, 1, 2, 2}))
        .isCloseTo(1 - expected, within(1e-8));
  }

  @Test
  void boxesWithoutAreaHaveAFiniteLossAndGradient() {
    for (DataType type : new DataType[] {DataType.FLOAT, DataType.DOUBLE}) {
      Variable boxes = Variable.leaf(Nd4j.zeros(type, 1, 1, 4));
      Variable loss =
          BoxLoss.standard().of(boxes, Nd4j.zeros(type, 1, 1, 4), Nd4j.ones(type, 1, 1));
      assertThat(loss.value().getDouble(0)).isEqualTo(1);
      loss.backward();
      assertThat(Arrays.stream(Numbers.of(boxes.gradient())).allMatch(Double::isFinite)).isTrue();
    }
  }

  @Test
  void onlyPresentBoxesCountAndTheBatchIsAveraged() {
    INDArray boxes =
        Nd4j.createFromArray(new double[] {1, 1, 2, 2, 4, 1, 2, 2, 2, 1, 2, 2, 9, 9, 1, 1});
    INDArray truth =
        Nd4j.createFromArray(new double[] {1, 1, 2, 2, 1, 1, 2, 2, 1, 1, 2, 2, 0, 0, 0, 0});
    INDArray present = Nd4j.createFromArray(new double[][] {{1, 1}, {1, 0}});
    Variable leaf = Variable.leaf(boxes.reshape(2, 2, 4));
    Variable loss = new BoxLoss(2, 3, 1).of(leaf, truth.reshape(2, 2, 4), present);
    double first = 2 * 2.5 + 3 * 1.2; // of the box that is 3 to the right
    double second = 2 * 0.5 + 3 * (1 - 1.0 / 3);
    assertThat(loss.value().getDouble(0)).isCloseTo((first + second) / 2, within(1e-8));
    loss.backward();
    INDArray g = leaf.gradient();
    assertThat(g.getDouble(0, 1, 0)).isPositive();
    for (int k = 0; k < 4; k++) {
      assertThat(g.getDouble(1, 1, k)).isZero();
    }
  }

  @Test
  void hasTheGradientOfItsSlope() {
    Random random = new Random(3);
    for (int round = 0; round < 3; round++) {
      INDArray boxes = GradientCheck.random(random, 2, 3, 4).muli(0.3).addi(0.6);
      INDArray truth = GradientCheck.random(random, 2, 3, 4).muli(0.3).addi(0.6);
      INDArray present = Nd4j.createFromArray(new double[][] {{1, 0, 1}, {1, 0.5, 0}});
      GradientCheck.check(x -> new BoxLoss(0.7, 1.3, 0.2).of(x[0], truth, present), boxes);
    }
  }

  @Test
  void boxesOfAGridCountLikeOthers() {
    Random random = new Random(4);
    INDArray boxes = GradientCheck.random(random, 2, 1, 4, 2, 3).muli(0.3).addi(0.6);
    INDArray truth = GradientCheck.random(random, 2, 1, 4, 2, 3).muli(0.3).addi(0.6);
    INDArray present = GradientCheck.random(random, 2, 1, 2, 3).gt(0).castTo(DataType.DOUBLE);
    BoxLoss loss = BoxLoss.standard();
    double expected =
        loss.of(Variable.constant(flat(boxes)), flat(truth), present.dup('c').reshape('c', 2, 6))
            .value()
            .getDouble(0);
    assertThat(expected).isPositive();
    assertThat(loss.of(Variable.constant(boxes), truth, present).value().getDouble(0))
        .isCloseTo(expected, within(1e-12));
    GradientCheck.check(x -> loss.of(x[0], truth, present), boxes);
  }

  private static INDArray flat(INDArray grid) {
    return grid.permute(0, 1, 3, 4, 2).dup('c').reshape('c', 2, 6, 4);
  }

  @Test
  void whatDoesNotFitIsToldWhatWasExpected() {
    Variable boxes = Variable.constant(Nd4j.zeros(2, 3, 4));
    INDArray present = Nd4j.zeros(2, 3);
    BoxLoss loss = BoxLoss.standard();
    assertThatThrownBy(() -> loss.of(boxes.reshape(2, 12), Nd4j.zeros(2, 12), present))
        .hasMessage("boxes: expected [batch, classes, 4], got [2, 12]");
    assertThatThrownBy(() -> loss.of(boxes, Nd4j.zeros(2, 2, 4), present))
        .hasMessage("true boxes: expected [2, 3, 4], got [2, 2, 4]");
    assertThatThrownBy(() -> loss.of(boxes, boxes.value(), Nd4j.zeros(2, 4)))
        .hasMessage("present: expected [2, 3], got [2, 4]");
    assertThatThrownBy(() -> loss.of(boxes, boxes.value(), Nd4j.ones(2, 3).mul(2)))
        .hasMessage("present: expected values from 0 to 1, got 2.0 to 2.0");
    assertThatThrownBy(() -> new BoxLoss(1, -1, 1))
        .hasMessage("weights: expected at least 0, got 1.0 and -1.0");
    assertThatThrownBy(() -> new BoxLoss(1, 1, 0))
        .hasMessage("beta: expected more than 0, got 0.0");
  }
}
