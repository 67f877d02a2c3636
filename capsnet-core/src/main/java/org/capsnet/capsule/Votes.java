package org.capsnet.capsule;

import org.capsnet.autograd.Shapes;
import org.capsnet.autograd.Variable;

/** What in capsules predict of out capsules. */
public final class Votes {

  private Votes() {}

  /**
   * Every in capsule's vote for every out capsule, {@code û_bijd = Σ_k W_ijdk u_bik}.
   *
   * @param poses {@code [batch, in, inDim]}
   * @param weight {@code [in, out, dim, inDim]}
   * @return {@code [batch, in, out, dim]}
   */
  public static Variable dense(Variable poses, Variable weight) {
    require(poses, weight);
    return Variable.einsum("bik,ijdk->bijd", poses, weight);
  }

  /**
   * Checks what {@link #dense} takes.
   *
   * @param poses {@code [batch, in, inDim]}
   * @param weight {@code [in, out, dim, inDim]}
   * @throws IllegalArgumentException if the shapes do not fit
   */
  public static void require(Variable poses, Variable weight) {
    Shapes.require("weight", weight.value(), "in", "out", "dim", "inDim");
    Shapes.require("poses", poses.value(), "batch", weight.size(0), weight.size(3));
  }
}
