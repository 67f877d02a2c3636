package org.capsnet.kernel;

import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What votes are made of, for a kernel that makes them itself and never all at once. A sample of a
 * batch has one or more positions, each of which has votes of its own.
 */
public abstract class VoteOperands {

  /** The gradients of the operands: an object for each backward pass. */
  interface Gradients {
    /** The arrays, in the order of the operands: once, when all rows have been used. */
    List<INDArray> arrays();

    /** Rows for a worker. */
    VoteRows rows();
  }

  VoteOperands() {}

  /**
   * Votes that are there.
   *
   * @param votes float {@code [samples, in, out, dim]}
   * @return the operand
   */
  public static VoteOperands given(INDArray votes) {
    return new GivenVotes(votes);
  }

  /**
   * Votes by a matrix for each pair, {@code û_ij = W_ij u_i}.
   *
   * @param poses float {@code [samples, in, inDim]}
   * @param weight float {@code [in, out, dim, inDim]}
   * @return the operands
   */
  public static VoteOperands matrices(INDArray poses, INDArray weight) {
    return ProductVotes.ofVectors(poses, weight);
  }

  /**
   * Votes of poses that are matrices, {@code û_ij = P_i W_ij}.
   *
   * @param poses float {@code [samples, in, m · n]}
   * @param weight float {@code [groups, out, n, o]}: each for {@code in / groups} input capsules
   *     that follow each other
   * @param places float {@code [in, m · o]}, which is added to votes; null for nothing
   * @return the operands
   */
  public static VoteOperands poses(INDArray poses, INDArray weight, INDArray places) {
    return ProductVotes.ofMatrices(poses, weight, places);
  }

  /**
   * These operands, if they are factors of votes: reading given votes would cost what a kernel
   * saves.
   *
   * @throws IllegalArgumentException if they are votes
   */
  final VoteOperands requireProducts() {
    if (this instanceof GivenVotes) {
      throw new IllegalArgumentException(
          "votes: expected products of poses and matrices, got given ones");
    }
    return this;
  }

  /** The samples, times positions. */
  abstract long samples();

  abstract int in();

  abstract int out();

  abstract int dim();

  /** The numbers in the gradients of what samples share, as rows. */
  abstract long sharedNumbers();

  /** Rows without gradients. */
  abstract VoteRows rows(VoteSizes sizes, VoteLoops loops);

  /** Arrays for gradients, and rows that lead to them. */
  abstract Gradients gradients(VoteSizes sizes, VoteLoops loops, int parts, int workers);
}
