package org.capsnet.capsule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.capsnet.autograd.OneHot;
import org.capsnet.autograd.Variable;
import org.capsnet.testing.GradientCheck;
import org.capsnet.testing.Numbers;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class MaskingTest {

  private static final double[][][] POSES = {
    {{1, 2}, {3, 4}, {5, 6}},
    {{-9, 8}, {0, 7}, {1, 1}}
  };

  private static Capsules capsules(DataType type) {
    return Capsules.ofLength(Variable.leaf(Nd4j.createFromArray(POSES).castTo(type)));
  }

  @Test
  void aLabelKeepsItsCapsule() {
    for (DataType type : new DataType[] {DataType.FLOAT, DataType.DOUBLE}) {
      INDArray labels = OneHot.of(new int[] {1, 2}, 3, DataType.INT32);
      INDArray masked = Masking.byMask(capsules(type), labels).value();
      assertThat(masked.dataType()).isEqualTo(type);
      assertThat(masked.shape()).containsExactly(2, 6);
      // With a zero added, since the product of a zero and a negative number is -0.
      assertThat(Numbers.of(masked.add(0))).containsExactly(0, 0, 3, 4, 0, 0, 0, 0, 0, 0, 1, 1);
    }
  }

  @Test
  void theMaskOfTheLongestKeepsTheLongest() {
    Capsules capsules = capsules(DataType.FLOAT);
    INDArray masked = Masking.byMask(capsules, Masking.longest(capsules)).value();
    assertThat(Numbers.of(masked)).containsExactly(0, 0, 0, 0, 5, 6, -9, 8, 0, 0, 0, 0);
  }

  @Test
  void theLongestIsTheMostActiveWhereItIsNotTheLength() {
    Variable pose = Variable.constant(Nd4j.createFromArray(POSES));
    Variable activation =
        Variable.constant(Nd4j.createFromArray(new double[][] {{.9, .1, .2}, {.3, .3, .2}}));
    Capsules capsules = new Capsules(pose, activation);
    INDArray masked = Masking.byMask(capsules, Masking.longest(capsules)).value();
    // Of equals, the first.
    assertThat(Numbers.of(masked)).containsExactly(1, 2, 0, 0, 0, 0, -9, 8, 0, 0, 0, 0);
  }

  @Test
  void gradientsFlowToTheCapsuleThatIsKept() {
    Capsules capsules = capsules(DataType.DOUBLE);
    Masking.byMask(capsules, Masking.longest(capsules)).sum().backward();
    assertThat(Numbers.of(capsules.pose().gradient()))
        .containsExactly(0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0);
    INDArray labels = OneHot.of(new int[] {2, 0}, 3, DataType.DOUBLE);
    GradientCheck.check(
        x -> Masking.byMask(Capsules.ofLength(x[0]), labels),
        GradientCheck.random(new Random(1), 2, 3, 4));
  }

  @Test
  void wrongLabelsAreToldWhatWasExpected() {
    assertThatThrownBy(() -> Masking.byMask(capsules(DataType.FLOAT), Nd4j.zeros(2, 4)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("mask: expected [2, 3], got [2, 4]");
  }
}
