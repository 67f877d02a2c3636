package org.capsnet.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.capsnet.testing.Numbers;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class VariableTest {

  private static Variable leaf(double... values) {
    return Variable.leaf(Nd4j.createFromArray(values));
  }

  @Test
  void gradientsOfManyUsesLeaveThoseOfOthersAlone() {
    Variable x = leaf(2, 3);
    Variable y = leaf(5, 7);
    Variable a = x.times(1);
    Variable b = y.times(1);

    // The gradient of the last sum is one array, which a is given first, and which others still
    // need.
    a.times(4).plus(a.square()).plus(a.plus(b)).sum().backward();

    assertThat(Numbers.of(x.gradient())).containsExactly(4 + 4 + 1, 4 + 6 + 1);
    assertThat(Numbers.of(y.gradient())).containsExactly(1, 1);
  }

  @Test
  void gradientsAccumulateOverUsesAndOverCallsUntilCleared() {
    Variable x = leaf(2, 3);
    x.times(x).plus(x).sum().backward();
    assertThat(x.gradient()).isEqualTo(Nd4j.createFromArray(5.0, 7.0));
    x.sum().backward();
    assertThat(x.gradient()).isEqualTo(Nd4j.createFromArray(6.0, 8.0));
    x.clearGradient();
    assertThat(x.hasGradient()).isFalse();
    x.sum().backward();
    assertThat(x.gradient()).isEqualTo(Nd4j.createFromArray(1.0, 1.0));
  }

  @Test
  void anIntermediateUsedTwiceIsPropagatedOnce() {
    Variable x = leaf(2);
    Variable y = x.times(3);
    y.times(y).plus(y).sum().backward();
    assertThat(x.gradient().getDouble(0)).isEqualTo(3 * (2 * 6 + 1));
  }

  @Test
  void aSecondBackwardSaysThatTheGraphIsGone() {
    Variable loss = leaf(2).exp().sum();
    loss.backward();
    assertThatThrownBy(loss::backward)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("freed by an earlier backward()");
  }

  @Test
  void backwardRefusesWhatHasNoGradient() {
    Variable x = leaf(2, 3);
    assertThatThrownBy(x::backward).hasMessageContaining("needs a scalar, got shape [2]");
    assertThatThrownBy(() -> x.detach().sum().backward())
        .hasMessageContaining("does not depend on any leaf");
    assertThatThrownBy(() -> x.backward(Nd4j.zeros(DataType.DOUBLE, 3)))
        .hasMessage("upstream gradient: expected [2], got [3]");
    assertThatThrownBy(x::gradient).hasMessageContaining("no gradient");
    assertThatThrownBy(() -> Variable.leaf(Nd4j.createFromArray(1, 2)))
        .hasMessageContaining("only floating point");
  }

  @Test
  void nothingIsRecordedInANoGradScope() {
    Variable x = leaf(2);
    try (NoGrad scope = NoGrad.enter()) {
      try (NoGrad inner = NoGrad.enter()) {
        assertThat(NoGrad.recording()).isFalse();
      }
      Variable y = x.exp();
      assertThat(y.needsGradient()).isFalse();
      assertThat(y.inputs()).isEmpty();
    }
    assertThat(NoGrad.recording()).isTrue();
    assertThat(x.exp().needsGradient()).isTrue();
  }

  @Test
  void gradientsStopAtADetachedVariable() {
    Variable x = leaf(2);
    x.times(x.detach()).sum().backward();
    assertThat(x.gradient().getDouble(0)).isEqualTo(2);
  }

  @Test
  void theGraphCanBeWalkedFromItsLeavesToItsRoot() {
    Variable x = leaf(2);
    Variable y = x.exp();
    Variable z = y.plus(x);
    assertThat(Variable.computedBefore(z)).isEqualTo(List.of(x, y, z));
    assertThat(z).hasToString("plus[1]");
    z.sum().backward();
    assertThat(z.inputs()).isEmpty();
  }

  @Test
  void aBackwardOfAWrongShapeIsNamed() {
    Variable x = leaf(2, 3);
    Variable wrong = Variable.of("wrong", x.value(), (g, needed) -> new INDArray[] {g.sum()}, x);
    assertThatThrownBy(() -> wrong.sum().backward())
        .hasMessage("gradient of input 0 of wrong: expected DOUBLE [2], got DOUBLE []");
  }

  @Test
  void aBackwardOfAWrongTypeIsNamed() {
    Variable x = leaf(2, 3);
    Variable wrong =
        Variable.of(
            "wrong",
            x.value(),
            (g, needed) -> new INDArray[] {Nd4j.ones(DataType.FLOAT, g.shape())},
            x);
    assertThatThrownBy(() -> wrong.sum().backward())
        .hasMessage("gradient of input 0 of wrong: expected DOUBLE [2], got FLOAT [2]");
  }

  /** A kernel would read the memory of doubles as floats. */
  @Test
  void backwardRefusesAGradientOfAnotherType() {
    Variable w = Variable.leaf(Nd4j.ones(DataType.FLOAT, 2, 1, 3, 3));
    Variable y =
        Convolution.conv2d(
            Variable.constant(Nd4j.ones(DataType.FLOAT, 1, 1, 8, 8)), w, null, Conv2dSpec.UNIT);
    assertThatThrownBy(() -> y.backward(Nd4j.ones(DataType.DOUBLE, y.shape())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("upstream gradient: expected FLOAT, got DOUBLE");
    assertThat(w.hasGradient()).isFalse();
  }

  @Test
  void anArrayWithoutElementsIsNoVariable() {
    assertThatThrownBy(() -> Variable.constant(Nd4j.create(DataType.FLOAT, 0, 1, 28, 28)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("constant: expected at least one element, got [0, 1, 28, 28]");
    assertThat(Variable.constant(Nd4j.scalar(2f)).rank()).isZero();
  }

  @Test
  void aLeafWhoseGradientIsNotWantedIsAConstant() {
    Variable weight = Variable.leaf(Nd4j.create(new double[] {1, 2}));
    Variable input = Variable.leaf(Nd4j.create(new double[] {3, 4}));
    weight.setNeedsGradient(false);
    assertThat(weight.square().needsGradient()).isFalse();
    weight.times(input).sum().backward();
    assertThat(weight.hasGradient()).isFalse();
    assertThat(input.gradient().toDoubleVector()).containsExactly(1, 2);
    weight.setNeedsGradient(true);
    weight.times(input).sum().backward();
    assertThat(weight.gradient().toDoubleVector()).containsExactly(3, 4);
    Variable square = weight.square();
    assertThatThrownBy(() -> square.setNeedsGradient(false))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("whether a gradient is needed is chosen for leaves, not for square");
  }
}
