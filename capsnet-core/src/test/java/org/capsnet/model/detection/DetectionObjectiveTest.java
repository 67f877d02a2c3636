package org.capsnet.model.detection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.capsnet.loss.BoxLoss;
import org.capsnet.loss.MarginLoss;
import org.capsnet.loss.ReconstructionLoss;
import org.capsnet.nn.Init;
import org.capsnet.testing.GradientCheck;
import org.capsnet.train.Step;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.schedule.FixedSchedule;

class DetectionObjectiveTest {

  /** The logit of 0.25. */
  private static final double QUARTER = Math.log(1.0 / 3);

  private static final INDArray IMAGES = Nd4j.zeros(DataType.DOUBLE, 2, 1, 16, 24);

  private static double loss(DetectionObjective objective, INDArray labels) {
    return objective.loss(new DataSet(IMAGES, labels), Step.FIRST).total().value().getDouble(0);
  }

  private static DetectionObjective objective(
      Detector net, double boxWeight, double reconstructionWeight) {
    return new DetectionObjective(
        net,
        MarginLoss.standard(),
        BoxLoss.standard(),
        new FixedSchedule(boxWeight),
        ReconstructionLoss.SQUARED_ERROR,
        new FixedSchedule(reconstructionWeight));
  }

  private static void put(INDArray labels, int[] at, double... box) {
    int[] index = {at[0], at[1], 0, at[2], at[3]};
    labels.putScalar(index, 1);
    for (int i = 0; i < 4; i++) {
      index[2] = i + 1;
      labels.putScalar(index, box[i]);
    }
  }

  /**
   * Class 0 has a capsule (2, 0, ..) before squashing, length 0.8, class 1 one of (0.5, 0, ..),
   * length 0.2; each box is (0.5, 0.5, 0.25, 0.25). The first image shows class 0 a quarter of an
   * image to the right: the boxes touch, so that generalised IoU is 0, and the difference of 0.25
   * costs 0.25 - 1/18. The second image is empty.
   */
  @Test
  void oneCellByHand() {
    CapsuleDetector net =
        new CapsuleDetector.Config(Detectors.SIZES, List.of())
            .build(Init.seed(0).type(DataType.DOUBLE));
    zero(net, "classes.bias");
    INDArray labels = Nd4j.zeros(DataType.DOUBLE, 2, 2, 5);
    put(labels.reshape(2, 2, 5, 1, 1), new int[] {0, 0, 0, 0}, 0.75, 0.5, 0.25, 0.25);
    double first = square(0.9 - 0.8) + 0.5 * square(0.2 - 0.1);
    double second = 0.5 * square(0.8 - 0.1) + 0.5 * square(0.2 - 0.1);
    double box = 0.25 - 1.0 / 18 + 1;
    assertThat(loss(objective(net, 0, 0), labels)).isCloseTo((first + second) / 2, within(1e-7));
    assertThat(loss(objective(net, 3, 0), labels))
        .isCloseTo((first + second) / 2 + 3 * box / 2, within(1e-7));
    // The decoder draws 0.5 everywhere, the images are black.
    assertThat(loss(objective(net, 3, 0.01), labels))
        .isCloseTo((first + second) / 2 + 3 * box / 2 + 0.01 * 0.25 * 16 * 24, within(1e-7));
    assertThat(loss(DetectionObjective.standard(net), labels))
        .isCloseTo((first + second) / 2 + box / 2 + 0.0005 * 0.25 * 16 * 24, within(1e-7));
    // The same labels, with the axes of the one cell.
    assertThat(loss(objective(net, 3, 0), labels.reshape(2, 2, 5, 1, 1)))
        .isEqualTo(loss(objective(net, 3, 0), labels));
  }

  /** The same capsules in each of 4 × 6 cells; image 0 shows class 0 in one, class 1 in another. */
  @Test
  void aGridByHand() {
    GridCapsuleDetector net = Detectors.grid().build(Init.seed(0).type(DataType.DOUBLE));
    zero(net, "classes.votes.bias");
    INDArray labels = Nd4j.zeros(DataType.DOUBLE, 2, 2, 5, 4, 6);
    // Just where and what the boxes of these cells are.
    put(labels, new int[] {0, 0, 1, 5}, 5.5 / 6, 1.5 / 4, 0.25, 0.25);
    put(labels, new int[] {0, 1, 3, 0}, 0.5 / 6, 3.5 / 4, 0.25, 0.25);
    double ofImage = 24 * (0.5 * square(0.8 - 0.1) + 0.5 * square(0.2 - 0.1));
    double found =
        square(0.9 - 0.8) - 0.5 * square(0.8 - 0.1) + square(0.9 - 0.2) - 0.5 * square(0.2 - 0.1);
    assertThat(loss(objective(net, 5, 1), labels)).isCloseTo(ofImage + found / 2, within(1e-6));
    // Half as wide: the difference of 0.125 costs 0.125 - 1/18, and IoU is a half.
    labels.putScalar(new int[] {0, 1, 3, 3, 0}, 0.125);
    assertThat(loss(objective(net, 5, 1), labels))
        .isCloseTo(ofImage + found / 2 + 5 * (0.125 - 1.0 / 18 + 0.5) / 2, within(1e-6));
    // Weights of classes count in each cell.
    DetectionObjective weighted =
        new DetectionObjective(
            net,
            MarginLoss.weighted(2, 0),
            BoxLoss.standard(),
            new FixedSchedule(0),
            ReconstructionLoss.SQUARED_ERROR,
            new FixedSchedule(0));
    assertThat(loss(weighted, labels))
        .isCloseTo(
            2 * (24 * 0.5 * square(0.8 - 0.1) + (square(0.9 - 0.8) - 0.5 * square(0.8 - 0.1)) / 2),
            within(1e-6));
  }

  private static double square(double x) {
    return x * x;
  }

  private static void zero(Detector net, String bias) {
    Detectors.zeroBut(net.network(), bias, 2, 0, 0, 0, 0, 0, 0.5, 0, 0, 0, 0, 0);
    Detectors.set(
        net.network(), "boxes.layers.2.bias", 0, 0, QUARTER, QUARTER, 0, 0, QUARTER, QUARTER);
  }

  /** Through every layer, in evaluation mode, since normalization over a batch makes all slopes. */
  @Test
  void gradientsReachTheFirstWeights() {
    for (Detector net :
        new Detector[] {
          Detectors.dense().build(Init.seed(0).type(DataType.DOUBLE)),
          Detectors.grid().build(Init.seed(0).type(DataType.DOUBLE))
        }) {
      INDArray x = GradientCheck.random(new Random(1), 2, 1, 16, 24).muli(0.3).addi(0.5);
      INDArray labels = Nd4j.zeros(DataType.DOUBLE, 2, 2, 5, net.rows(), net.columns());
      put(labels, new int[] {0, 0, 0, 0}, 0.3, 0.4, 0.2, 0.3);
      DetectionObjective objective = objective(net, 1, 0);
      net.network().eval();
      DataSet batch = new DataSet(x, labels);
      objective.loss(batch, Step.FIRST).total().backward();
      for (String name : new String[] {"backbone.features.0.0.weight", "boxes.layers.0.weight"}) {
        INDArray weight = net.network().parameters().get(name).value();
        INDArray gradient = net.network().parameters().get(name).variable().gradient();
        // Along the gradient the slope is its length.
        INDArray step = gradient.mul(1e-6 / gradient.norm2Number().doubleValue());
        double slope =
            (lossAt(net, batch, weight, step) - lossAt(net, batch, weight, step.neg())) / 2e-6;
        assertThat(slope).as(name).isPositive();
        assertThat(gradient.norm2Number().doubleValue())
            .as(name)
            .isCloseTo(slope, within(1e-5 * slope + 1e-8));
      }
    }
  }

  private static double lossAt(Detector net, DataSet batch, INDArray weight, INDArray step) {
    weight.addi(step);
    net.network().eval(); // forgets what was made of the weights
    double loss = objective(net, 1, 0).loss(batch, Step.FIRST).total().value().getDouble(0);
    weight.subi(step);
    net.network().eval();
    return loss;
  }

  @Test
  void refusesWhatDoesNotFit() {
    Detector grid = Detectors.grid().build(0);
    Detector dense = Detectors.dense().build(0);
    assertThatThrownBy(() -> objective(grid, -1, 0))
        .hasMessage("weight of box: expected at least 0 and finite, got -1.0");
    assertThatThrownBy(() -> objective(grid, 1, Double.NaN))
        .hasMessage("weight of reconstruction: expected at least 0 and finite, got NaN");
    assertThatThrownBy(() -> loss(objective(grid, 1, 0), Nd4j.zeros(2, 2, 5)))
        .hasMessage("labels: expected [batch, 2, 5, 4, 6], got [2, 2, 5]");
    assertThatThrownBy(() -> loss(objective(dense, 1, 0), Nd4j.zeros(2, 3, 5)))
        .hasMessage("labels: expected [batch, 2, 5], got [2, 3, 5]");
    INDArray bytes = IMAGES.add(200);
    assertThatThrownBy(
            () -> objective(dense, 1, 0).loss(new DataSet(bytes, Nd4j.zeros(2, 2, 5)), Step.FIRST))
        .hasMessage("images: expected values from 0 to 1, got 200.0 to 200.0");
  }
}
