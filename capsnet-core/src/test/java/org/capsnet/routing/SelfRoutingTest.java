package org.capsnet.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.CapsuleLayer;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.ConvVotes;
import org.capsnet.capsule.DenseVotes;
import org.capsnet.nn.Init;
import org.capsnet.nn.Shape;
import org.capsnet.testing.GradientCheck;
import org.capsnet.testing.Numbers;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class SelfRoutingTest {

  private static final Init INIT = Init.seed(2).type(DataType.DOUBLE);

  @Test
  void activationsOfOutputCapsulesSumToOne() {
    CapsuleLayer layer =
        new CapsuleLayer(Shape.of(6, 5), 3, 4, new DenseVotes(), new SelfRouting(), INIT);
    Random random = new Random(1);
    layer.parameters().get("route").value().addi(GradientCheck.random(random, 6, 3, 5));
    INDArray a = GradientCheck.random(random, 2, 6).muli(0.3).addi(0.5);
    Capsules in =
        new Capsules(
            Variable.constant(GradientCheck.random(random, 2, 6, 5)), Variable.constant(a));
    INDArray sums = layer.forward(in).activation().value().sum(1);
    assertThat(Numbers.difference(sums, Nd4j.onesLike(sums))).isLessThan(1e-11);
  }

  @Test
  void saysThatVotesByAConvolutionHaveNoPoses() {
    CapsuleLayer layer =
        new CapsuleLayer(
            Shape.of(2, 5, 4, 4), 3, 4, new ConvVotes(3, Conv2dSpec.UNIT), new SelfRouting(), INIT);
    Capsules in =
        Capsules.ofLength(Variable.constant(GradientCheck.random(new Random(1), 1, 2, 5, 4, 4)));
    assertThatThrownBy(() -> layer.forward(in))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage("poses of input capsules: there is no single one behind each of these votes");
  }
}
