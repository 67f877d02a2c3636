package org.capsnet.model.classification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.model.Conv;
import org.capsnet.model.ImageShape;
import org.capsnet.nn.Init;
import org.capsnet.testing.GradientCheck;
import org.capsnet.testing.Numbers;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class PathCapsNetTest {

  private static PathCapsNet net(double drop) {
    return PathCapsNet.Config.paper()
        .with("image", new ImageShape(1, 12, 12))
        .with("classes", 3)
        .with("paths", 4)
        .with("before", List.of(Conv.same(2, 3, 1)))
        .with("after", List.of(Conv.same(3, 3, 1)))
        .with("dim", 5)
        .with("drop", drop)
        .with("decoder", null)
        .build(Init.seed(1).type(DataType.DOUBLE));
  }

  private static Capsules voters(PathCapsNet net) {
    INDArray x = GradientCheck.random(new Random(1), 6, 1, 12, 12).muli(0.3).addi(0.5);
    return net.classify(Variable.constant(x)).voters();
  }

  /** The weights of one path move the capsules of its type alone. */
  @Test
  void pathsDoNotMeetBeforeTheClasses() {
    PathCapsNet net = net(0);
    INDArray before = voters(net).pose().value().dup();
    INDArray last = net.parameters().get("paths.3.weight").value(); // [4 · 3, 2, 3, 3]
    for (int channel = 3; channel < 6; channel++) {
      last.slice(channel).addi(0.5);
    }
    INDArray after = voters(net).pose().value();
    for (int type = 0; type < 4; type++) {
      double moved = Numbers.difference(after.slice(type, 1), before.slice(type, 1));
      assertThat(moved > 1e-6).as("type %s", type).isEqualTo(type == 1);
    }
  }

  /** As often as asked for, all capsules of a type or none; the others are raised for it. */
  @Test
  void pathsAreLeftOutAsAWholeInTrainingAlone() {
    PathCapsNet net = net(0.5);
    INDArray all = voters(net(0)).pose().value();
    int left = 0;
    for (int step = 0; step < 20; step++) {
      INDArray some = voters(net).pose().value();
      for (int b = 0; b < 6; b++) {
        for (int type = 0; type < 4; type++) {
          INDArray own = some.slice(b).slice(type);
          double factor = own.norm2Number().doubleValue() == 0 ? 0 : 2;
          INDArray expected = all.slice(b).slice(type).mul(factor);
          assertThat(Numbers.difference(own.dup(), expected)).isLessThan(1e-12);
          left += factor == 0 ? 1 : 0;
        }
      }
    }
    assertThat(left / 480.0).isCloseTo(0.5, within(0.1));
    net.eval();
    assertThat(voters(net).pose().value()).isEqualTo(all);
  }

  @Test
  void hasAFractionOfThePapersCapsNet() {
    Init shapes = Init.shapesOnly(DataType.FLOAT);
    long own = PathCapsNet.Config.paper().build(shapes).parameterCount();
    long paths = 128 * 9 + 128 + 16 * (8 * 8 * 9 + 8) + 16 * (16 * 8 * 9 + 16);
    long primary = 16 * (16 * 8 * 9 + 8);
    assertThat(own).isEqualTo(paths + primary + 784 * 10 * 16 * 8 + 1_411_344);
    assertThatThrownBy(() -> PathCapsNet.Config.paper().with("drop", 1.0))
        .hasMessage("drop: expected 0 to below 1, got 1.0");
  }
}
