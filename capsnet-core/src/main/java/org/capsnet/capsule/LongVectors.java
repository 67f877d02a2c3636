package org.capsnet.capsule;

import org.capsnet.autograd.Variable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Vectors of which a squash leaves the direction alone. */
final class LongVectors {

  /** An element above which {@code 1 + |s|²} and {@code |s|² + ε} are {@code |s|²}. */
  private static final double LONG = 1e9;

  private LongVectors() {}

  /**
   * Shortens long vectors, of which the direction alone is left to the last bit: squares of floats
   * from 1.8e19 on are infinite. As {@code (1 - vvᵀ)/|s|} is their gradient, a factor that is taken
   * for a constant keeps that, too.
   *
   * @param s {@code [.., dim]}
   * @return the same vectors, with elements of at most 1e9
   */
  static Variable shortened(Variable s) {
    INDArray x = s.value();
    if (x.amaxNumber().doubleValue() <= LONG) {
      return s;
    }
    INDArray longest = Transforms.max(Transforms.abs(x, true).max(true, -1), LONG, false);
    return s.times(Variable.constant(longest.rdivi(LONG)));
  }
}
