package org.capsnet.bench;

import java.util.function.Supplier;
import org.capsnet.autograd.NoGrad;
import org.capsnet.autograd.Scope;
import org.capsnet.autograd.Variable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Passes through a part of a network, in the scopes that a user would open around them. */
final class Passes {

  private Passes() {}

  /** As in a prediction: records nothing. Returns a number of the output. */
  static double forward(Supplier<Variable> part) {
    try (Scope scope = Scope.open();
        NoGrad constant = NoGrad.enter()) {
      return part.get().value().getDouble(0);
    }
  }

  /**
   * As in a training step: forward, and backward from a gradient of the output. The gradients of
   * the leaves are forgotten. Returns a number of the output.
   */
  static double forwardAndBackward(Supplier<Variable> part, INDArray upstream, Variable... leaves) {
    try (Scope scope = Scope.open()) {
      Variable y = part.get();
      double number = y.value().getDouble(0);
      y.backward(upstream);
      for (Variable leaf : leaves) {
        leaf.clearGradient();
      }
      return number;
    }
  }
}
