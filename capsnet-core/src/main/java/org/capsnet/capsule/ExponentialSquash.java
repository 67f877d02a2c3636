package org.capsnet.capsule;

import org.capsnet.autograd.Variable;

/**
 * The squash of Efficient-CapsNet, {@code v = (1 - e^{-|s|}) · s/|s|}, where {@code |s|} is {@code
 * √(Σ s² + ε)} with ε = 1e-8 (Mazzia et al. 2021): steeper at zero than {@link SabourSquash}, so
 * that short vectors keep a gradient.
 */
public record ExponentialSquash() implements Squash {

  @Override
  public Variable squash(Variable s) {
    Variable length = s.norm(true, Capsules.EPSILON, -1);
    return s.times(length.negate().exp().negate().plus(1).dividedBy(length));
  }
}
