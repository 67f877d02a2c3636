package org.capsnet.routing;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import org.capsnet.autograd.Tracing;
import org.capsnet.autograd.Variable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The digamma function ψ, the derivative of log Γ: what expectations of logarithms are made of
 * under Dirichlet and Wishart distributions.
 */
final class Digamma {

  /** From where on the series below are exact to 1e-14. */
  private static final double LARGE = 10;

  private Digamma() {}

  /** {@code ψ(x)} of each element, all of them positive. */
  static Variable of(Variable x) {
    if (Tracing.on()) {
      return composed(x);
    }
    return Variable.of(
        "digamma",
        mapped(x.value(), Digamma::value),
        (g, needed) -> new INDArray[] {g.mul(mapped(x.value(), Digamma::slope))},
        x);
  }

  /** The same series, from as many steps on as bring every number to where it converges. */
  static Variable composed(Variable x) {
    Variable less = x.pow(-1);
    for (int step = 1; step < LARGE; step++) {
      less = less.plus(x.plus(step).pow(-1));
    }
    Variable at = x.plus(LARGE);
    Variable s = at.pow(-2);
    Variable series = s.times(-1 / 132.0).plus(1 / 240.0);
    for (double divisor : new double[] {252, 120, 12}) {
      series = series.times(s).negate().plus(1 / divisor);
    }
    return at.log().minus(at.pow(-1).times(0.5)).minus(series.times(s)).minus(less);
  }

  private static INDArray mapped(INDArray x, DoubleUnaryOperator function) {
    double[] all = x.castTo(DataType.DOUBLE).dup('c').reshape(-1).toDoubleVector();
    return Nd4j.createFromArray(Arrays.stream(all).map(function).toArray())
        .castTo(x.dataType())
        .reshape(x.shape());
  }

  /** By ψ(x) = ψ(x + 1) − 1/x to where the series in 1/x² converges. */
  static double value(double x) {
    double less = 0;
    double at = x;
    for (; at < LARGE; at++) {
      less += 1 / at;
    }
    double s = 1 / (at * at);
    double series = s * (1 / 12.0 - s * (1 / 120.0 - s * (1 / 252.0 - s * (1 / 240.0 - s / 132))));
    return Math.log(at) - 0.5 / at - series - less;
  }

  /** The derivative, ψ'(x) = ψ'(x + 1) + 1/x². */
  static double slope(double x) {
    double more = 0;
    double at = x;
    for (; at < LARGE; at++) {
      more += 1 / (at * at);
    }
    double s = 1 / (at * at);
    double series = s * (1 / 6.0 - s * (1 / 30.0 - s * (1 / 42.0 - s * (1 / 30.0 - s * 5 / 66.0))));
    return 1 / at + 0.5 * s + series / at + more;
  }
}
