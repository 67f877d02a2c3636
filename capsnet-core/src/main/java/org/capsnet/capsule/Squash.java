package org.capsnet.capsule;

import org.capsnet.autograd.Variable;

/**
 * A nonlinearity of capsules: it keeps the direction of a vector and brings its length below 1, so
 * that it can be a probability. A value without state, best a record; {@link SabourSquash} is the
 * one that routings and layers have where no other is asked for.
 */
@FunctionalInterface
public interface Squash {

  /**
   * Squashes every vector along the last axis.
   *
   * @param s {@code [.., dim]}
   * @return v, of the same shape, each length below 1 but for rounding; zero stays zero, with a
   *     finite gradient
   */
  Variable squash(Variable s);
}
