package org.capsnet.capsule;

import org.capsnet.autograd.Variable;
import org.capsnet.nn.Cost;
import org.capsnet.nn.Setting;

/**
 * A nonlinearity of capsules: it keeps the direction of a vector and brings its length below 1, so
 * that it can be a probability. Vectors lie along the last axis, and the shape stays. A value
 * without state, best a record; {@link SabourSquash} is the one that routings and layers have where
 * no other is asked for.
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

  /**
   * What it makes.
   *
   * @param vectors their number
   * @param dim their dimension
   * @param setting where the layer stands that squashes
   * @return the cost; an estimate unless overridden
   */
  default Cost cost(long vectors, long dim, Setting setting) {
    return Cost.NONE.forward(2, vectors, dim).backward(5, vectors, dim).estimate();
  }
}
