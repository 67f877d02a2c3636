package org.capsnet.model.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.nn.Init;
import org.capsnet.nn.Shape;
import org.capsnet.testing.GradientCheck;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class BoxHeadTest {

  private static BoxHead head(int classes, int dim, int hidden, double reach, double size) {
    return new BoxHead(
        Shape.of(classes, dim, 2, 3), hidden, reach, size, Init.seed(3).type(DataType.DOUBLE));
  }

  private static INDArray boxes(BoxHead head, INDArray poses) {
    return head.forward(Capsules.ofLength(Variable.constant(poses))).value();
  }

  private static void set(BoxHead head, String name, double... values) {
    INDArray array = head.parameters().get(name).value();
    array.assign(Nd4j.createFromArray(values).reshape(array.shape()));
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  /**
   * Two classes of 2 D with one hidden unit each, on 2 by 3 cells. Class 0: h = relu(2a - b + 0.5),
   * t = (h, -h, 2h, 0.25). Class 1: h = relu(-b), t = (1, 2, h, 3h).
   */
  @Test
  void readsTheBoxOfEachClassByItsOwnNumbersAtItsOwnCell() {
    BoxHead head = head(2, 2, 1, 2, 0.5);
    set(head, "layers.0.weight", 2, -1, 0, -1);
    set(head, "layers.0.bias", 0.5, 0);
    set(head, "layers.2.weight", 1, -1, 2, 0, 0, 0, 1, 3);
    set(head, "layers.2.bias", 0, 0, 0, 0.25, 1, 2, 0, 0);
    INDArray poses = Nd4j.zeros(DataType.DOUBLE, 1, 2, 2, 2, 3);
    poses.putScalar(new int[] {0, 0, 0, 1, 2}, 0.4); // a of class 0 in row 1, column 2
    poses.putScalar(new int[] {0, 0, 1, 1, 2}, 0.6); // b: h = 0.8 - 0.6 + 0.5 = 0.7
    poses.putScalar(new int[] {0, 1, 1, 0, 1}, -0.5); // b of class 1 in row 0, column 1: h = 0.5
    INDArray boxes = boxes(head, poses);
    assertThat(boxes.shape()).containsExactly(1, 2, 4, 2, 3);
    double h = 0.7;
    assertBox(
        boxes,
        new int[] {0, 1, 2},
        (2 + 2 * sigmoid(h) - 0.5) / 3,
        (1 + 2 * sigmoid(-h) - 0.5) / 2,
        sigmoid(2 * h),
        sigmoid(0.25));
    assertBox(
        boxes,
        new int[] {1, 0, 1},
        (1 + 2 * sigmoid(1) - 0.5) / 3,
        (0 + 2 * sigmoid(2) - 0.5) / 2,
        sigmoid(0.5),
        sigmoid(1.5));
    assertBox(
        boxes,
        new int[] {1, 1, 0},
        (0 + 2 * sigmoid(1) - 0.5) / 3,
        (1 + 2 * sigmoid(2) - 0.5) / 2,
        0.5,
        0.5);
  }

  private static void assertBox(INDArray boxes, int[] classRowColumn, double... expected) {
    for (int i = 0; i < 4; i++) {
      assertThat(boxes.getDouble(0, classRowColumn[0], i, classRowColumn[1], classRowColumn[2]))
          .as("number %d", i)
          .isCloseTo(expected[i], within(1e-12));
    }
  }

  /** On one cell with a reach of 1 all four are plain logistic functions. */
  @Test
  void ofOneCellTheCentreIsAShareOfTheImage() {
    BoxHead head = head(1, 1, 1, 1, 0.5);
    set(head, "layers.0.weight", 1);
    set(head, "layers.2.weight", 1, 2, 3, 4);
    INDArray boxes = boxes(head, Nd4j.createFromArray(0.5).reshape(1, 1, 1, 1, 1));
    assertBox(boxes, new int[] {0, 0, 0}, sigmoid(0.5), sigmoid(1), sigmoid(1.5), sigmoid(2));
  }

  @Test
  void untrainedBoxesStandInTheirCellsWithTheSizeAskedFor() {
    INDArray poses = GradientCheck.random(new Random(1), 2, 3, 16, 2, 4).muli(0.02);
    INDArray boxes = boxes(head(3, 16, 32, 2, 0.2), poses);
    for (int c = 0; c < 3; c++) {
      for (int y = 0; y < 2; y++) {
        for (int x = 0; x < 4; x++) {
          assertThat(boxes.getDouble(1, c, 0, y, x)).isCloseTo((x + 0.5) / 4, within(0.08));
          assertThat(boxes.getDouble(1, c, 1, y, x)).isCloseTo((y + 0.5) / 2, within(0.15));
          assertThat(boxes.getDouble(1, c, 2, y, x)).isCloseTo(0.2, within(0.05));
          assertThat(boxes.getDouble(1, c, 3, y, x)).isCloseTo(0.2, within(0.05));
        }
      }
    }
  }

  @Test
  void gradientsAreTheSlopes() {
    BoxHead head = head(2, 3, 4, 2, 0.3);
    INDArray poses = GradientCheck.random(new Random(5), 2, 2, 3, 2, 3);
    GradientCheck.check(x -> head.forward(Capsules.ofLength(x[0])), poses);
    GradientCheck.checkParameters(
        head, () -> head.forward(Capsules.ofLength(Variable.constant(poses))));
  }

  @Test
  void refusesNonsense() {
    assertThatThrownBy(() -> head(1, 1, 1, 0, 0.5)).hasMessage("reach: expected above 0, got 0.0");
    assertThatThrownBy(() -> head(1, 1, 1, 1, 1))
        .hasMessage("initial size: expected above 0 and below 1, got 1.0");
  }
}
