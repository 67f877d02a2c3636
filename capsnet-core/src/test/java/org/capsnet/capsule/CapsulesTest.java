package org.capsnet.capsule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.capsnet.autograd.Variable;
import org.capsnet.testing.GradientCheck;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class CapsulesTest {

  @Test
  void theActivationOfCapsulesOfLengthIsTheirLength() {
    INDArray poses = Nd4j.createFromArray(new double[][][] {{{3, 4}, {0, 0}, {-5, 12}}});
    Capsules capsules = Capsules.ofLength(Variable.constant(poses));
    assertThat(capsules.count()).isEqualTo(3);
    assertThat(capsules.dim()).isEqualTo(2);
    double[] lengths = {5, 1e-4, 13}; // √1e-8 keeps the gradient at zero finite
    for (int i = 0; i < lengths.length; i++) {
      assertThat(capsules.activation().value().getDouble(0, i)).isCloseTo(lengths[i], within(1e-8));
    }
  }

  @Test
  void lengthHasAFiniteGradientAtZero() {
    for (DataType type : new DataType[] {DataType.FLOAT, DataType.DOUBLE}) {
      Variable zero = Variable.leaf(Nd4j.zeros(type, 1, 2, 3));
      Capsules.ofLength(zero).activation().sum().backward();
      assertThat(zero.gradient().amaxNumber().doubleValue()).isZero();
    }
    GradientCheck.check(
        x -> Capsules.ofLength(x[0]).activation(), GradientCheck.random(new Random(1), 2, 3, 4));
  }

  @Test
  void wrongShapesAreToldWhatWasExpected() {
    Variable flat = Variable.constant(Nd4j.zeros(2, 3));
    Variable pose = Variable.constant(Nd4j.zeros(2, 3, 4));
    assertThatThrownBy(() -> Capsules.ofLength(flat))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("pose: expected [batch, capsules, dim], got [2, 3]");
    assertThatThrownBy(() -> new Capsules(flat, flat))
        .hasMessage("pose: expected [batch, capsules, dim], got [2, 3]");
    assertThatThrownBy(() -> new Capsules(pose, Variable.constant(Nd4j.zeros(2, 4))))
        .hasMessage("activation: expected [2, 3], got [2, 4]");
  }
}
