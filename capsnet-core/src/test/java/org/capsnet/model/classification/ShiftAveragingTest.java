package org.capsnet.model.classification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.capsnet.autograd.Variable;
import org.capsnet.data.ImageIterator;
import org.capsnet.data.LabeledImages;
import org.capsnet.model.Classifier;
import org.capsnet.testing.Numbers;
import org.capsnet.testing.SmallNetworks;
import org.junit.jupiter.api.Test;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class ShiftAveragingTest {

  private static final int SIDE = SmallNetworks.IMAGE.height();

  private static Classifier net() {
    Classifier net = (Classifier) SmallNetworks.all().get(0).build(1);
    net.network().eval();
    return net;
  }

  private static LabeledImages images() {
    byte[] pixels = new byte[4 * SIDE * SIDE];
    new Random(1).nextBytes(pixels);
    int[] labels = IntStream.range(0, 4).map(i -> i % SmallNetworks.CLASSES).toArray();
    return new LabeledImages(pixels, 1, SIDE, SIDE, labels, List.of("a", "b", "c"));
  }

  private static INDArray shifted(INDArray images, int down, int right) {
    INDArray moved = Nd4j.zeros(images.dataType(), images.shape());
    for (int b = 0; b < images.size(0); b++) {
      for (int y = 0; y < SIDE; y++) {
        for (int x = 0; x < SIDE; x++) {
          int fromY = y - down;
          int fromX = x - right;
          if (fromY >= 0 && fromY < SIDE && fromX >= 0 && fromX < SIDE) {
            moved.putScalar(new int[] {b, 0, y, x}, images.getDouble(b, 0, fromY, fromX));
          }
        }
      }
    }
    return moved;
  }

  @Test
  void averagesOverAllShifts() {
    Classifier net = net();
    INDArray images = ImageIterator.builder(images(), 4).build().next().getFeatures();
    INDArray expected = Nd4j.zeros(DataType.FLOAT, 4, SmallNetworks.CLASSES);
    for (int down = -1; down <= 1; down++) {
      for (int right = -1; right <= 1; right++) {
        Variable one = Variable.constant(shifted(images, down, right));
        expected.addi(net.classify(one).classes().activation().value().div(9));
      }
    }
    ShiftAveraging average = new ShiftAveraging(1);
    assertThat(average.shifts()).isEqualTo(9);
    INDArray made = average.activations(net, images);
    assertThat(Numbers.of(made)).containsExactly(Numbers.of(expected), within(1e-6));
    INDArray single = net.classify(Variable.constant(images)).classes().activation().value();
    assertThat(Numbers.difference(made, single)).isGreaterThan(1e-4);
  }

  @Test
  void judgesByTheAverages() {
    Classifier net = net();
    INDArray scores =
        new ShiftAveraging(2)
            .activations(net, ImageIterator.builder(images(), 4).build().next().getFeatures());
    Evaluation evaluation =
        new ShiftAveraging(2).evaluate(net, ImageIterator.builder(images(), 3).build());
    int right = 0;
    for (int i = 0; i < 4; i++) {
      right += Nd4j.argMax(scores, 1).getInt(i) == images().label(i) ? 1 : 0;
    }
    assertThat(evaluation.accuracy()).isEqualTo(right / 4.0);
    assertThat(evaluation.getNumRowCounter()).isEqualTo(4);
  }

  @Test
  void refusesWhatItCannotAverage() {
    Classifier net = net();
    assertThatThrownBy(() -> new ShiftAveraging(0))
        .hasMessage("pixels: expected at least 1, got 0");
    assertThatThrownBy(() -> new ShiftAveraging(1).activations(net, Nd4j.zeros(2, 1, 3, 3)))
        .hasMessage("images: expected [batch, 1, 16, 16], got [2, 1, 3, 3]");
    net.network().train();
    assertThatThrownBy(() -> new ShiftAveraging(1).activations(net, Nd4j.zeros(2, 1, 16, 16)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the network is in training mode: call eval() first");
  }

  @Test
  void refusesShiftsThatLeaveNothing() {
    Classifier net = net();
    ShiftAveraging most = new ShiftAveraging(SIDE - 1);
    assertThat(most.activations(net, Nd4j.zeros(1, 1, SIDE, SIDE)).length()).isEqualTo(3);
    assertThatThrownBy(
            () -> new ShiftAveraging(SIDE).activations(net, Nd4j.zeros(1, 1, SIDE, SIDE)))
        .hasMessage(
            "height and width of images that are shifted by 16: expected at least 17, got 16");
    assertThatThrownBy(() -> new ShiftAveraging(Integer.MAX_VALUE))
        .hasMessage("shifts: expected at most 2147483647, got 4294967295 × 4294967295");
  }

  /** Of which the largest would be that of the other classes. */
  @Test
  void refusesToAverageNaN() {
    Classifier net = net();
    net.network().parameters().get("classes.bias").value().slice(1).assign(Double.NaN);
    assertThatThrownBy(() -> new ShiftAveraging(1).activations(net, Nd4j.zeros(1, 1, SIDE, SIDE)))
        .isInstanceOf(ArithmeticException.class)
        .hasMessage("activations: expected numbers, got NaN");
  }
}
