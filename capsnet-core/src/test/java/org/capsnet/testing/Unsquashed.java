package org.capsnet.testing;

import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;

/** Capsules whose poses are left as they are, to see what a layer made of votes. */
public final class Unsquashed {

  private Unsquashed() {}

  /** With activations {@code n / (1 + n)} of the length n, as those of any capsules from 0 to 1. */
  public static Capsules of(Variable pose) {
    Variable length = pose.norm(false, 1e-8, 2);
    return new Capsules(pose, length.dividedBy(length.plus(1)));
  }
}
