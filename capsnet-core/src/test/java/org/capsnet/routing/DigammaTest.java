package org.capsnet.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.capsnet.autograd.Variable;
import org.capsnet.testing.GradientCheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class DigammaTest {

  private static final double EULER = 0.5772156649015329;

  @Test
  void hasItsKnownValues() {
    assertThat(Digamma.value(1)).isCloseTo(-EULER, within(1e-13));
    assertThat(Digamma.value(0.5)).isCloseTo(-EULER - 2 * Math.log(2), within(1e-13));
    assertThat(Digamma.value(4)).isCloseTo(1 + 1 / 2.0 + 1 / 3.0 - EULER, within(1e-13));
    assertThat(Digamma.slope(1)).isCloseTo(Math.PI * Math.PI / 6, within(1e-13));
    assertThat(Digamma.slope(0.5)).isCloseTo(Math.PI * Math.PI / 2, within(1e-13));
  }

  /** ψ(x + 1) = ψ(x) + 1/x, from one to the other side of where the series begins. */
  @ParameterizedTest
  @ValueSource(doubles = {1e-3, 0.7, 8.9, 9.5, 11, 1e6})
  void growsByTheReciprocal(double x) {
    double size = Math.max(1, 1 / x);
    assertThat(Digamma.value(x + 1) - Digamma.value(x)).isCloseTo(1 / x, within(1e-13 * size));
    assertThat(Digamma.slope(x) - Digamma.slope(x + 1))
        .isCloseTo(1 / (x * x), within(1e-13 * size * size));
  }

  /** What is exported: the same function of other operations. */
  @Test
  void isComposedOfOtherOperations() {
    INDArray x = Nd4j.createFromArray(1e-2, 0.5, 1, 4, 9.99, 10, 30, 1e4);
    INDArray composed = Digamma.composed(Variable.constant(x)).value();
    for (long i = 0; i < x.length(); i++) {
      double value = Digamma.value(x.getDouble(i));
      assertThat(composed.getDouble(i)).isCloseTo(value, within(1e-12 * Math.max(1, -value)));
    }
  }

  @Test
  void hasTheGradientOfItsSlope() {
    GradientCheck.check(
        x -> Digamma.of(x[0]), Nd4j.createFromArray(0.4, 1, 2.5, 9.99, 30).reshape(5, 1));
  }
}
