package org.capsnet.train;

import java.util.List;
import org.capsnet.autograd.Scope;
import org.capsnet.autograd.Values;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Bounds the gradients of a step, in place, before regularization and updater see them. */
@FunctionalInterface
public interface GradientClipping {

  /**
   * Bounds them.
   *
   * @param gradients one for each parameter that has any
   */
  void clip(List<INDArray> gradients);

  /**
   * Leaves them alone.
   *
   * @return the rule
   */
  static GradientClipping none() {
    return new NamedClipping("none", gradients -> {});
  }

  /**
   * Scales all of them by one factor, so that together, as one long vector, they are no longer than
   * a length (Pascanu et al. 2013).
   *
   * @param length the most, above 0
   * @return the rule
   */
  static GradientClipping byGlobalNorm(double length) {
    requirePositive(length);
    return new NamedClipping(
        "by global norm " + length,
        gradients -> {
          double squares = 0;
          for (INDArray gradient : gradients) {
            try (Scope temporaries = Scope.open()) {
              double norm = norm(gradient);
              squares += norm * norm;
            }
          }
          double norm = Math.sqrt(squares);
          if (norm > length) {
            gradients.forEach(gradient -> gradient.muli(length / norm));
          }
        });
  }

  /** The squares of floats from 1.8e19 on are infinite, and all gradients would become 0. */
  private static double norm(INDArray gradient) {
    double norm = gradient.norm2Number().doubleValue();
    return Double.isInfinite(norm)
        ? gradient.castTo(DataType.DOUBLE).norm2Number().doubleValue()
        : norm;
  }

  /**
   * Cuts each element.
   *
   * @param most the largest magnitude, above 0
   * @return the rule
   */
  static GradientClipping byValue(double most) {
    requirePositive(most);
    return new NamedClipping(
        "by value " + most,
        gradients -> {
          for (INDArray gradient : gradients) {
            try (Scope temporaries = Scope.open()) {
              Values.clampInPlace(gradient, -most, most);
            }
          }
        });
  }

  private static void requirePositive(double bound) {
    if (!(bound > 0)) {
      throw new IllegalArgumentException("the bound: expected above 0, got " + bound);
    }
  }
}
