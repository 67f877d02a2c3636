package org.capsnet.model.classification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.capsnet.autograd.Variable;
import org.capsnet.loss.NegativeLogLikelihood;
import org.capsnet.model.Classifier;
import org.capsnet.model.Summary;
import org.capsnet.nn.Init;
import org.capsnet.testing.GradientCheck;
import org.capsnet.testing.SmallNetworks;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** ResNet-20, and the capsules on it. */
class ResidualNetworksTest {

  /** Counted by hand: three blocks of two 3×3 convolutions in each stage, with scale and shift. */
  @Test
  void haveTheSizesOfTheirPapers() {
    long stem = conv(3, 16, 9) + stage(16, 16) + stage(16, 32) + stage(32, 64);
    Init shapes = Init.shapesOnly(DataType.FLOAT);
    Summary plain = ResNet.Config.paper().build(shapes).summary();
    assertThat(plain.parameters()).isEqualTo(stem + 64 * 10 + 10);
    assertThat(plain.toString()).containsPattern("stem.* +\\[64, 8, 8] ");
    Summary capsules = SelfRoutingCapsNet.Config.paper().build(shapes).summary();
    long primary = conv(64, 32 * 16, 9) + conv(64, 32, 9);
    long classes = 2048 * 10 * (16 + 16 + 1);
    assertThat(capsules.parameters()).isEqualTo(stem + primary + classes);
    assertThat(capsules.toString()).containsPattern("primary +\\[32, 16, 8, 8] ");
  }

  /** With a bias, and the scale and shift of the normalization behind it. */
  private static long conv(long in, long out, long area) {
    return in * out * area + 3 * out;
  }

  private static long stage(long in, long out) {
    return conv(in, out, 9) + 5 * conv(out, out, 9) + (in == out ? 0 : conv(in, out, 1));
  }

  @Test
  void probabilitiesOfClassesSumToOne() {
    for (Classifier net :
        List.of(
            ResNet.Config.paper().with("image", SmallNetworks.IMAGE).build(0),
            SelfRoutingCapsNet.Config.paper().with("image", SmallNetworks.IMAGE).build(0))) {
      INDArray sums = net.classify(images()).classes().activation().value().sum(1);
      assertThat(sums.minNumber().doubleValue()).isCloseTo(1, within(1e-5));
      assertThat(sums.maxNumber().doubleValue()).isCloseTo(1, within(1e-5));
      assertThat(net.loss()).isEqualTo(new NegativeLogLikelihood());
    }
  }

  private static Variable images() {
    INDArray random = GradientCheck.random(new Random(1), 4, 1, 16, 16);
    return Variable.constant(random.muli(0.3).addi(0.5).castTo(DataType.FLOAT));
  }
}
