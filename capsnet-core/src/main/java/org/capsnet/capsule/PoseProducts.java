package org.capsnet.capsule;

import java.util.Objects;
import org.capsnet.autograd.Variable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Votes that are products of poses, which are matrices of 4×4, and matrices: for a kernel that
 * makes them itself.
 *
 * @param weight {@code [groups, out, 4, 4]}: each for {@code in / groups} input capsules that
 *     follow each other
 * @param places {@code [in, 16]}, what is added to votes of an input capsule; null for nothing
 */
public record PoseProducts(Variable weight, INDArray places) {

  /** Checks that there are matrices. */
  public PoseProducts {
    Objects.requireNonNull(weight, "weight");
  }
}
