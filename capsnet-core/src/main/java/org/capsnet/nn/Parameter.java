package org.capsnet.nn;

import org.capsnet.autograd.Reclaim;
import org.capsnet.autograd.Scope;
import org.capsnet.autograd.Shapes;
import org.capsnet.autograd.Variable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A trainable array of a {@link Module}: a leaf of every graph that uses it, updated in place
 * between steps.
 */
public final class Parameter {

  static final String NO_NUMBERS = "this network was built of shapes only, and has no numbers";

  private final long[] shape;
  private final DataType type;
  private final boolean decayed;
  private Variable variable;

  /**
   * Makes a parameter.
   *
   * @param initial the initial value, float or double; its array is taken over and belongs to the
   *     parameter from now on, unless it is a view or lives in a scope, and is copied
   * @param decayed whether weight decay and L1/L2 regularization apply: true for weights, false for
   *     biases and scales
   */
  Parameter(InitialValue initial, boolean decayed) {
    this.shape = initial.shape();
    this.type = initial.type();
    this.decayed = decayed;
    initial.array().ifPresent(this::adopt);
  }

  void adopt(INDArray array) {
    variable = Variable.leaf(owned(array));
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
   * @throws IllegalStateException if the module of this parameter was closed, or was built of
   *     shapes only
   */
  public Variable variable() {
    requireOpen();
    return variable;
  }

  /**
   * The current value.
   *
   * @return the array itself, which an optimiser changes in place
   * @throws IllegalStateException if the module of this parameter was closed, or was built of
   *     shapes only
   */
  public INDArray value() {
    requireOpen();
    return variable.value();
  }

  private void requireOpen() {
    if (variable == null) {
      throw new IllegalStateException(NO_NUMBERS);
    }
    if (variable.value().wasClosed()) {
      throw new IllegalStateException("the module of this parameter was closed");
    }
  }

  boolean hasNumbers() {
    return variable != null;
  }

  /** {@return its shape, whether or not it has numbers} */
  public long[] shape() {
    return shape.clone();
  }

  /** {@return FLOAT or DOUBLE} */
  public DataType type() {
    return type;
  }

  /** Frees its value and its gradient. */
  void close() {
    if (variable != null) {
      Reclaim.free(variable.value());
      variable.releaseGradient();
    }
  }

  /** {@return whether regularization applies to it: true for weights} */
  public boolean decayed() {
    return decayed;
  }
}
