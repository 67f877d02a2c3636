package org.capsnet.bench.measure;

import java.util.function.Supplier;
import org.capsnet.autograd.NoGrad;
import org.capsnet.autograd.Scope;
import org.capsnet.autograd.Variable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Passes through a part of a network, in the scopes that a user would open around them. */
public final class Passes {

  private Passes() {}

  /**
   * As in a prediction: records nothing.
   *
   * @param part makes the output
   * @return a number of the output
   */
  public static double forward(Supplier<Variable> part) {
    try (Scope scope = Scope.open();
        NoGrad constant = NoGrad.enter()) {
      return part.get().value().getDouble(0);
    }
  }

  /**
   * As in a training step: forward, and backward from a gradient of the output.
   *
   * @param part makes the output
   * @param upstream the gradient of the output
   * @param leaves whose gradients are forgotten
   * @return a number of the output
   */
  public static double forwardAndBackward(
      Supplier<Variable> part, INDArray upstream, Variable... leaves) {
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
