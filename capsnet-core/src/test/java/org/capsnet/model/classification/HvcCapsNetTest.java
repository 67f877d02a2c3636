package org.capsnet.model.classification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.capsnet.autograd.Variable;
import org.capsnet.model.Classifier.Classification;
import org.capsnet.model.ImageShape;
import org.capsnet.nn.Init;
import org.capsnet.testing.GradientCheck;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class HvcCapsNetTest {

  private static HvcCapsNet.Config small() {
    return HvcCapsNet.Config.paper()
        .with("image", new ImageShape(1, 10, 12))
        .with("classes", 3)
        .with("channels", 2)
        .with("growth", 1)
        .with("branches", List.of(1, 3));
  }

  /** Counted by hand: weights of convolutions and of votes, and what normalizes them. */
  @Test
  void ofThePaperHasThreeBranches() {
    long convolutions = 0;
    long in = 1;
    for (long out = 32; out <= 160; out += 16) {
      convolutions += 9 * in * out + 3 * out;
      in = out;
    }
    long votes = 10 * (22 * 22 * 64 + 16 * 16 * 112 + 10 * 10 * 160);
    HvcCapsNet net = HvcCapsNet.Config.paper().build(Init.shapesOnly(DataType.FLOAT));
    assertThat(net.parameterCount())
        .isEqualTo(convolutions + votes + 64 + 112 + 160 + 3 + 6)
        .isEqualTo(1_515_417);
  }

  /** At its beginning the norm of the merge, in evaluation, divides by √(1 + 1e-5). */
  @Test
  void classesAreASoftmaxOfTheSumOfBranches() {
    HvcCapsNet net = small().build(Init.seed(1).type(DataType.DOUBLE));
    net.parameters().get("weight").value().putScalar(0, 0.5).putScalar(1, -2);
    net.eval();
    INDArray x = GradientCheck.random(new Random(1), 2, 1, 10, 12).muli(0.3).addi(0.5);
    Classification found = net.classify(Variable.constant(x));
    INDArray pose = found.classes().pose().value();
    assertThat(pose.shape()).containsExactly(2, 3, 2 + 4);
    INDArray activation = found.classes().activation().value();
    for (int b = 0; b < 2; b++) {
      double[] scores = new double[3];
      for (int k = 0; k < 3; k++) {
        scores[k] =
            Math.exp(
                (0.5 * length(pose, b, k, 0, 2) - 2 * length(pose, b, k, 2, 6))
                    / Math.sqrt(1 + 1e-5));
      }
      for (int k = 0; k < 3; k++) {
        assertThat(activation.getDouble(b, k))
            .isCloseTo(scores[k] / (scores[0] + scores[1] + scores[2]), within(1e-9));
      }
    }
    assertThat(found.voters().grid()).containsExactly(4, 6);
  }

  private static double length(INDArray pose, int b, int k, int from, int to) {
    double squares = 1e-8;
    for (int d = from; d < to; d++) {
      squares += pose.getDouble(b, k, d) * pose.getDouble(b, k, d);
    }
    return Math.sqrt(squares);
  }

  @Test
  void sizesThatDoNotFitAreToldInOneLine() {
    assertThatThrownBy(() -> small().with("branches", List.of(3, 3)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("branch: expected at least 4, got 3");
    assertThatThrownBy(() -> small().with("branches", List.of(5)).build(0))
        .hasMessageStartingWith("stem convolution 5: a 3×3 kernel does not fit the 2×4 features");
  }
}
