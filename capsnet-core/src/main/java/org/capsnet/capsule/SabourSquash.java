package org.capsnet.capsule;

import org.capsnet.autograd.Variable;
import org.capsnet.kernel.Kernels;
import org.capsnet.kernel.SquashKernel;
import org.capsnet.kernel.SquashScale;
import org.capsnet.nn.Cost;
import org.capsnet.nn.Setting;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The squash of Sabour et al. (2017, equation 1), {@code v = |s|²/(1+|s|²) · s/√(|s|²+ε)} with ε =
 * 1e-8: short vectors nearly vanish, long ones approach 1. By a kernel in floats on the CPU.
 */
public record SabourSquash() implements Squash {

  @Override
  public Variable squash(Variable s) {
    return Kernels.fused(s.value()) ? fused(s) : plain(s);
  }

  private static Variable fused(Variable s) {
    return Variable.of(
        "squash",
        SquashKernel.forward(s.value(), SquashScale.SABOUR),
        (g, needed) -> new INDArray[] {SquashKernel.backward(s.value(), g, SquashScale.SABOUR)},
        s);
  }

  /** The twin of the fused kernel, and its specification. */
  static Variable plain(Variable vectors) {
    Variable s = LongVectors.shortened(vectors);
    Variable n2 = s.square().sum(true, -1);
    Variable scale = n2.dividedBy(n2.plus(1)).dividedBy(n2.plus(SquashKernel.EPSILON).sqrt());
    return s.times(scale);
  }

  /**
   * By a kernel the result and the gradient. Else the squares and the product, and six numbers a
   * vector; then of the product and the squares five gradients, and eight numbers a vector.
   */
  @Override
  public Cost cost(long vectors, long dim, Setting setting) {
    return setting.fused()
        ? Cost.NONE.forward(1, vectors, dim).backward(1, vectors, dim)
        : Cost.NONE
            .forward(2, vectors, dim)
            .forward(6, vectors)
            .backward(5, vectors, dim)
            .backward(8, vectors);
  }
}
