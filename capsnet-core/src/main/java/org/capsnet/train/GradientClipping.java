package org.capsnet.train;

import java.util.List;
import org.capsnet.autograd.Scope;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

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
    return gradients -> {};
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
    return gradients -> {
      double squares = 0;
      for (INDArray gradient : gradients) {
        try (Scope temporaries = Scope.open()) {
          double norm = gradient.norm2Number().doubleValue();
          squares += norm * norm;
        }
      }
      double norm = Math.sqrt(squares);
      if (norm > length) {
        gradients.forEach(gradient -> gradient.muli(length / norm));
      }
    };
  }

  /**
   * Cuts each element.
   *
   * @param most the largest magnitude, above 0
   * @return the rule
   */
  static GradientClipping byValue(double most) {
    requirePositive(most);
    return gradients -> {
      for (INDArray gradient : gradients) {
        try (Scope temporaries = Scope.open()) {
          Transforms.max(gradient, -most, false);
          Transforms.min(gradient, most, false);
        }
      }
    };
  }

  private static void requirePositive(double bound) {
    if (!(bound > 0)) {
      throw new IllegalArgumentException("the bound: expected above 0, got " + bound);
    }
  }
}
