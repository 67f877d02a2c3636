package org.capsnet.capsule;

import org.capsnet.autograd.Variable;
import org.capsnet.kernel.Kernels;
import org.capsnet.kernel.SquashKernel;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * The squash of Sabour et al. (2017, equation 1), {@code v = |s|²/(1+|s|²) · s/√(|s|²+ε)} with ε =
 * 1e-8: by a kernel in floats on the CPU.
 */
public record SabourSquash() implements Squash {

  /** An element above which {@code 1 + |s|²} and {@code |s|² + ε} are {@code |s|²}. */
  private static final double LONG = 1e9;

  @Override
  public Variable squash(Variable s) {
    return Kernels.fused(s.value()) ? fused(s) : plain(s);
  }

  private static Variable fused(Variable s) {
    return Variable.of(
        "squash",
        SquashKernel.forward(s.value()),
        (g, needed) -> new INDArray[] {SquashKernel.backward(s.value(), g)},
        s);
  }

  /** The twin of the fused kernel, and its specification. */
  static Variable plain(Variable vectors) {
    Variable s = bounded(vectors);
    Variable n2 = s.square().sum(true, -1);
    Variable scale = n2.dividedBy(n2.plus(1)).dividedBy(n2.plus(SquashKernel.EPSILON).sqrt());
    return s.times(scale);
  }

  /**
   * Shortens long vectors, of which the direction alone is left to the last bit: squares of floats
   * from 1.8e19 on are infinite. As {@code (1 - vvᵀ)/|s|} is their gradient, a factor that is taken
   * for a constant keeps that, too.
   */
  private static Variable bounded(Variable s) {
    INDArray x = s.value();
    if (x.amaxNumber().doubleValue() <= LONG) {
      return s;
    }
    INDArray longest = Transforms.max(Transforms.abs(x, true).max(true, -1), LONG, false);
    return s.times(Variable.constant(longest.rdivi(LONG)));
  }
}
