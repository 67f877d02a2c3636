package org.capsnet.autograd;

import java.util.List;

/**
 * What flows between the layers of a network: a {@link Variable}, or a few that belong together. It
 * is all that a skip connection or gradient checkpointing has to know of them.
 *
 * @param <T> the class itself
 */
public interface Flow<T extends Flow<T>> {

  /** {@return the variables, always as many} */
  List<Variable> variables();

  /**
   * The same kind of thing of other variables.
   *
   * @param variables as many as {@link #variables()}
   * @return them together
   */
  T withVariables(List<Variable> variables);

  /**
   * The sum, as a skip connection wants it.
   *
   * @param other of the same shape
   * @return the sum
   * @throws IllegalArgumentException if the shapes differ
   */
  T plus(T other);
}
