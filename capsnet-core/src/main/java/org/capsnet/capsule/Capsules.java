package org.capsnet.capsule;

import org.capsnet.autograd.Shapes;
import org.capsnet.autograd.Variable;

/**
 * A layer of capsules: for each sample, n entities, each with a pose and a probability of being
 * there.
 *
 * @param pose {@code [batch, n, dim]}
 * @param activation {@code [batch, n]}, from 0 to 1
 */
public record Capsules(Variable pose, Variable activation) {

  /** What keeps the gradient of a length finite at zero. */
  static final double EPSILON = 1e-8;

  /**
   * Checks that the shapes fit each other.
   *
   * @param pose {@code [batch, n, dim]}
   * @param activation {@code [batch, n]}, from 0 to 1
   */
  public Capsules {
    Shapes.require("pose", pose.value(), "batch", "capsules", "dim");
    Shapes.require("activation", activation.value(), pose.size(0), pose.size(1));
  }

  /**
   * Capsules whose activation is the length of their pose, {@code √(|pose|²+1e-8)}.
   *
   * @param pose {@code [batch, n, dim]}, squashed
   * @return the capsules
   */
  public static Capsules ofLength(Variable pose) {
    Shapes.require("pose", pose.value(), "batch", "capsules", "dim");
    return new Capsules(pose, pose.norm(false, EPSILON, -1));
  }

  /**
   * The number of capsules of a sample.
   *
   * @return n
   */
  public long count() {
    return pose.size(1);
  }

  /**
   * The dimension of a pose.
   *
   * @return dim
   */
  public long dim() {
    return pose.size(2);
  }
}
