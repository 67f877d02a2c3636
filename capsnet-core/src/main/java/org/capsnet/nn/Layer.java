package org.capsnet.nn;

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
   * @throws IllegalArgumentException if the shape does not fit
   */
  public abstract Variable forward(Variable x);
}
