package org.capsnet.nn;

import org.capsnet.autograd.Scope;
import org.capsnet.autograd.Variable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A trainable array of a {@link Module}: a leaf of every graph that uses it, updated in place
 * between steps.
 */
public final class Parameter {

  private final Variable variable;
  private final boolean decayed;

  /**
   * Makes a parameter that owns a copy of its initial value.
   *
   * @param initial the initial value, float or double
   * @param decayed whether weight decay and L1/L2 regularization apply: true for weights, false for
   *     biases and scales
   */
  public Parameter(INDArray initial, boolean decayed) {
    this.variable = Variable.leaf(Scope.copyDetached(initial));
    this.decayed = decayed;
  }

  /**
   * The leaf to compute with.
   *
   * @return the same variable at every call
   */
  public Variable variable() {
    return variable;
  }

  /**
   * The current value.
   *
   * @return the array itself, which an optimiser changes in place
   */
  public INDArray value() {
    return variable.value();
  }

  /**
   * Whether regularization applies to it.
   *
   * @return true for weights
   */
  public boolean decayed() {
    return decayed;
  }
}
