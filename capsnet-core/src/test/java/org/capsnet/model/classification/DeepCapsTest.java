package org.capsnet.model.classification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import org.capsnet.autograd.OneHot;
import org.capsnet.autograd.Variable;
import org.capsnet.model.Classifier.Classification;
import org.capsnet.model.ImageShape;
import org.capsnet.model.Summary;
import org.capsnet.nn.Init;
import org.capsnet.testing.GradientCheck;
import org.capsnet.testing.Numbers;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class DeepCapsTest {

  private static DeepCaps net() {
    return DeepCaps.Config.paper()
        .with("image", new ImageShape(1, 12, 12))
        .with("classes", 3)
        .with("stem", 4)
        .with("types", 2)
        .with("dims", List.of(3, 3))
        .with("classDim", 4)
        .with("decoder", List.of(6))
        .build(Init.seed(1).type(DataType.DOUBLE));
  }

  /** Counted by hand: 15 convolutions of capsules, one of them routed. */
  @Test
  void ofThePaperHasTheSizesOfItsCells() {
    Summary summary = DeepCaps.Config.paper().build(Init.shapesOnly(DataType.FLOAT)).summary();
    long stem = 9 * 128 + 128 + 256;
    long first = 4 * conv(128, 128);
    long second = conv(128, 256) + 3 * conv(256, 256);
    long third = 4 * conv(256, 256);
    long routed = 3 * conv(256, 256) + 256 * 8 * 9 + 256;
    long classes = (32 * 16 + 32 * 4) * 10 * 32 * 8 + 10 * 32;
    long decoder = 32 * 512 + 512 + 512 * 1024 + 1024 + 1024 * 784 + 784;
    assertThat(summary.parameters())
        .isEqualTo(stem + first + second + third + routed + classes + decoder);
    assertThat(summary.toString())
        .containsPattern("cell0.0.capsules +\\[32, 4, 14, 14] ")
        .containsPattern("cell3.1.projection +\\[32, 8, 2, 2] ");
  }

  private static long conv(long in, long out) {
    return 9 * in * out + out;
  }

  /** The same pose draws the same image, whichever class it is of. */
  @Test
  void theDecoderDoesNotKnowTheClass() {
    DeepCaps net = net();
    net.eval();
    INDArray x = GradientCheck.random(new Random(1), 1, 1, 12, 12).muli(0.3).addi(0.5);
    Classification found = net.classify(Variable.constant(x));
    ImageClassifier classifier = new ImageClassifier(net, List.of("a", "b", "c"));
    INDArray pose = found.classes().pose().value().slice(0).getRow(1).dup();
    INDArray drawn = classifier.draw(1, pose);
    assertThat(classifier.draw(2, pose)).isEqualTo(drawn);
    INDArray one = OneHot.of(new int[] {1}, 3, DataType.DOUBLE);
    INDArray reconstructed = net.reconstruct(found.classes(), one).value();
    assertThat(Numbers.difference(reconstructed, drawn.reshape(1, 144))).isLessThan(1e-12);
  }

  @Test
  void votersAreTheCapsulesOfTheLastTwoCells() {
    INDArray x = GradientCheck.random(new Random(1), 2, 1, 12, 12).muli(0.3).addi(0.5);
    Classification found = net().classify(Variable.constant(x));
    // Two types on 6×6, and two on 3×3.
    assertThat(found.voters().pose().shape()).containsExactly(2, 2 * 36 + 2 * 9, 3);
    assertThat(found.classes().pose().shape()).containsExactly(2, 3, 4);
    assertThatThrownBy(() -> DeepCaps.Config.paper().with("dims", List.of(2, 3)))
        .hasMessage("dimensions of the last two cells: expected the same, got 2 and 3");
  }
}
