package org.capsnet.nn;

import org.capsnet.autograd.Shapes;
import org.capsnet.autograd.Variable;

/** A module that makes one variable from one. */
public abstract class Layer extends Module {

  /** For subclasses. */
  protected Layer() {}

  /**
   * Computes the layer.
   *
   * @param x the input; its shape is the layer's to state
   * @return the output
   * @throws IllegalArgumentException if the shape does not fit, or the type is not that of the
   *     layer's parameters
   */
  public abstract Variable forward(Variable x);

  /**
   * Requires an input of the type of the weights, before an operation blames one of them for it.
   */
  static void requireType(Variable input, Parameter weight) {
    Shapes.requireType("input", input.value(), weight.value().dataType());
  }
}
