package org.capsnet.nn;

import org.capsnet.autograd.Reclaim;
import org.capsnet.autograd.Scope;
import org.capsnet.autograd.Shapes;
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
   * Makes a parameter.
   *
   * @param initial the initial value, float or double; it is taken over and belongs to the
   *     parameter from now on, unless it is a view or lives in a scope, and is copied
   * @param decayed whether weight decay and L1/L2 regularization apply: true for weights, false for
   *     biases and scales
   */
  public Parameter(INDArray initial, boolean decayed) {
    this.variable = Variable.leaf(owned(initial));
    this.decayed = decayed;
  }

  /** The array itself where nobody else holds its memory, else a copy. */
  static INDArray owned(INDArray initial) {
    boolean whole = !initial.isView() && !initial.isAttached() && Shapes.isDense(initial);
    INDArray own = whole && initial.closeable() ? initial : Scope.copyDetached(initial);
    Reclaim.made(own);
    return own;
  }

  /**
   * The leaf to compute with.
   *
   * @return the same variable at every call
   * @throws IllegalStateException if the module of this parameter was closed
   */
  public Variable variable() {
    requireOpen();
    return variable;
  }

  /**
   * The current value.
   *
   * @return the array itself, which an optimiser changes in place
   * @throws IllegalStateException if the module of this parameter was closed
   */
  public INDArray value() {
    requireOpen();
    return variable.value();
  }

  private void requireOpen() {
    if (variable.value().wasClosed()) {
      throw new IllegalStateException("the module of this parameter was closed");
    }
  }

  /** Frees its value and its gradient. */
  void close() {
    Reclaim.free(variable.value());
    variable.releaseGradient();
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
