package org.capsnet.model.classification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.capsnet.autograd.Variable;
import org.capsnet.model.CapsuleConv;
import org.capsnet.model.Classifier.Classification;
import org.capsnet.model.Conv;
import org.capsnet.model.ImageShape;
import org.capsnet.nn.Init;
import org.capsnet.testing.GradientCheck;
import org.capsnet.testing.Numbers;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class AttentionCapsNetTest {

  private static AttentionCapsNet.Config small() {
    return AttentionCapsNet.Config.paper()
        .with("image", new ImageShape(1, 12, 12))
        .with("classes", 3)
        .with("stem", List.of(new Conv(4, 3, 2)))
        .with("types", 2)
        .with("layers", List.of(new CapsuleConv(2, 3, 1)));
  }

  private static Classification classify(AttentionCapsNet.Config config) {
    AttentionCapsNet net = config.build(Init.seed(1).type(DataType.DOUBLE));
    INDArray x = GradientCheck.random(new Random(1), 2, 1, 12, 12).muli(0.3).addi(0.5);
    return net.classify(Variable.constant(x));
  }

  @Test
  void primaryPosesAreNormalizedAndClassesSumToOne() {
    Classification found = classify(small());
    INDArray pose = found.voters().flat().pose().value();
    assertThat(pose.mean(2).amaxNumber().doubleValue()).isLessThan(1e-12);
    INDArray squares = pose.mul(pose).mean(2);
    assertThat(squares.maxNumber().doubleValue()).isBetween(0.9, 1.0); // ε is within
    INDArray sums = found.classes().activation().value().sum(1);
    assertThat(sums.getDouble(0)).isCloseTo(1, within(1e-12));
    assertThat(sums.getDouble(1)).isCloseTo(1, within(1e-12));
  }

  /** Of one layer a stack is that layer; of two, iterations change what both find. */
  @Test
  void iterationsBearOnTheClasses() {
    for (List<CapsuleConv> layers :
        List.of(List.<CapsuleConv>of(), List.of(new CapsuleConv(2, 3, 1)))) {
      INDArray one =
          classify(small().with("layers", layers).with("iterations", 1))
              .classes()
              .activation()
              .value();
      INDArray three =
          classify(small().with("layers", layers).with("iterations", 3))
              .classes()
              .activation()
              .value();
      assertThat(Numbers.difference(one, three)).isGreaterThan(1e-6);
    }
  }

  /** Counted by hand: matrices of 16 numbers for each pair that a kernel joins. */
  @Test
  void ofThePaperHasTheSizesOfItsLayers() {
    long layers = 2 * (9 * 32 * 32 * 16 + 32);
    long classes = 32 * 25 * 10 * 16 + 48;
    assertThat(
            AttentionCapsNet.Config.paper().build(Init.shapesOnly(DataType.FLOAT)).parameterCount())
        .isEqualTo(27 * 128 + 128 + 129 * 32 * 16 + layers + classes);
    assertThatThrownBy(() -> small().with("iterations", 0))
        .hasMessage("iterations: expected at least 1, got 0");
  }
}
