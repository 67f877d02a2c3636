package org.capsnet.model.insight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.capsnet.autograd.NoGrad;
import org.capsnet.autograd.Scope;
import org.capsnet.autograd.Variable;
import org.capsnet.model.Conv;
import org.capsnet.model.ImageShape;
import org.capsnet.model.Primary;
import org.capsnet.model.classification.CapsNet;
import org.capsnet.nn.Init;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class OcclusionTest {

  private static final int HEIGHT = 12;
  private static final int WIDTH = 10;

  /** A sixth of the shorter side. */
  private static final int SIDE = 2;

  private static CapsNet net() {
    CapsNet net =
        CapsNet.Config.paper()
            .with("image", new ImageShape(2, HEIGHT, WIDTH))
            .with("classes", 3)
            .with("stem", List.of(new Conv(4, 3, 1)))
            .with("primary", new Primary(2, 4, 3, 2))
            .with("decoder", null)
            .build(Init.seed(3).type(DataType.DOUBLE));
    net.eval();
    return net;
  }

  private static double activation(CapsNet net, INDArray image, int label) {
    try (Scope scope = Scope.open();
        NoGrad constant = NoGrad.enter()) {
      return net.classify(Variable.constant(image.reshape(1, 2, HEIGHT, WIDTH)))
          .classes()
          .activation()
          .value()
          .getDouble(0, label);
    }
  }

  /** Number by number, with the squares that reach a place from above and from the left. */
  private static double fall(CapsNet net, INDArray image, int label, int y, int x) {
    double sum = 0;
    int squares = 0;
    for (int top = Math.max(0, y - 1); top <= y; top++) {
      for (int left = Math.max(0, x - 1); left <= x; left++) {
        INDArray covered = image.dup();
        for (int c = 0; c < 2; c++) {
          double mean = image.slice(c).meanNumber().doubleValue();
          for (int v = top; v < Math.min(HEIGHT, top + SIDE); v++) {
            for (int u = left; u < Math.min(WIDTH, left + SIDE); u++) {
              covered.putScalar(new int[] {c, v, u}, mean);
            }
          }
        }
        sum += activation(net, image, label) - activation(net, covered, label);
        squares++;
      }
    }
    return sum / squares;
  }

  @Test
  void saysByHowMuchTheClassFallsWhereItIsCovered() {
    CapsNet net = net();
    INDArray image = Nd4j.rand(DataType.DOUBLE, 2, HEIGHT, WIDTH);
    INDArray map = Occlusion.of(net, image, 1);
    assertThat(map.shape()).containsExactly(HEIGHT, WIDTH);
    for (int[] place : new int[][] {{0, 0}, {5, 4}, {11, 9}, {0, 9}, {7, 0}}) {
      double expected = fall(net, image, 1, place[0], place[1]);
      assertThat(Math.abs(expected)).isGreaterThan(1e-7);
      assertThat(map.getDouble(place[0], place[1])).isCloseTo(expected, within(1e-12));
    }
  }

  @Test
  void refusesWhatItCannotCover() {
    CapsNet net = net();
    INDArray image = Nd4j.rand(DataType.DOUBLE, 2, HEIGHT, WIDTH);
    assertThatThrownBy(() -> Occlusion.of(net, image, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("label: expected 0 to 2, got 3");
    assertThatThrownBy(() -> Occlusion.of(net, image.slice(0), 1))
        .hasMessage("image: expected [2, 12, 10], got [12, 10]");
    assertThatThrownBy(() -> Occlusion.of(net, image.mul(2), 1))
        .hasMessageStartingWith("image: expected values from 0 to 1");
    net.train();
    assertThatThrownBy(() -> Occlusion.of(net, image, 1)).isInstanceOf(IllegalStateException.class);
  }
}
