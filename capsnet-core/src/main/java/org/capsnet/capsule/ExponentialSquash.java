package org.capsnet.capsule;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import org.capsnet.autograd.Tracing;
import org.capsnet.autograd.Variable;
import org.capsnet.kernel.Kernels;
import org.capsnet.kernel.SquashKernel;
import org.capsnet.kernel.SquashScale;
import org.capsnet.nn.Cost;
import org.capsnet.nn.Setting;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The squash of Efficient-CapsNet, {@code v = (1 - e^{-|s|}) · s/|s|}, where {@code |s|} is {@code
 * √(Σ s² + ε)} with ε = 1e-8 (Mazzia et al. 2021): steeper at zero than {@link SabourSquash}, so
 * that short vectors keep a gradient. By a kernel in floats on the CPU.
 */
public record ExponentialSquash() implements Squash {

  @Override
  public Variable squash(Variable s) {
    return Kernels.fused(s.value()) ? fused(s) : plain(s);
  }

  private static Variable fused(Variable s) {
    return Variable.of(
        "exponentialSquash",
        SquashKernel.forward(s.value(), SquashScale.EXPONENTIAL),
        (g, needed) ->
            new INDArray[] {SquashKernel.backward(s.value(), g, SquashScale.EXPONENTIAL)},
        s);
  }

  /** The twin of the fused kernel, and its specification. */
  static Variable plain(Variable vectors) {
    Variable s = LongVectors.shortened(vectors);
    Variable length = s.norm(true, Capsules.EPSILON, -1);
    return s.times(Tracing.on() ? composed(length) : scale(length));
  }

  /** By {@code 1 - e^-n = 2t / (1 + t)} with {@code t = tanh(n / 2)}, which keeps its digits. */
  static Variable composed(Variable length) {
    Variable t = length.times(0.5).tanh();
    return t.times(2).dividedBy(t.plus(1).times(length));
  }

  /** {@code (1 - e^-n) / n}, which as a difference of floats would lose its digits at small n. */
  private static Variable scale(Variable length) {
    INDArray n = length.value();
    return Variable.of(
        "exponentialScale",
        mapped(n, x -> -Math.expm1(-x) / x),
        (g, needed) ->
            new INDArray[] {g.mul(mapped(n, x -> (x * Math.exp(-x) + Math.expm1(-x)) / (x * x)))},
        length);
  }

  private static INDArray mapped(INDArray lengths, DoubleUnaryOperator function) {
    double[] all = lengths.castTo(DataType.DOUBLE).dup('c').reshape(-1).toDoubleVector();
    return Nd4j.createFromArray(Arrays.stream(all).map(function).toArray())
        .castTo(lengths.dataType())
        .reshape(lengths.shape());
  }

  /**
   * By a kernel the result and the gradient. Else the squares and the product; then of these two
   * five gradients. Lengths go through arrays of doubles, which of floats are copies.
   */
  @Override
  public Cost cost(long vectors, long dim, Setting setting) {
    if (setting.fused()) {
      return Cost.NONE.forward(1, vectors, dim).backward(1, vectors, dim);
    }
    long lengths = setting.type() == DataType.DOUBLE ? 5 : 10;
    return Cost.NONE
        .forward(2, vectors, dim)
        .forward(lengths, vectors)
        .backward(5, vectors, dim)
        .backward(lengths, vectors);
  }
}
