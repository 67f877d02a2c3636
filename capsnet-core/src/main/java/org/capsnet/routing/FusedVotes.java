package org.capsnet.routing;

import java.util.List;
import java.util.Optional;
import org.capsnet.autograd.Shapes;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.PoseProducts;
import org.capsnet.capsule.RoutingInput;
import org.capsnet.capsule.VotesForm;
import org.capsnet.capsule.VotesShape;
import org.capsnet.kernel.Kernels;
import org.capsnet.kernel.Threads;
import org.capsnet.kernel.VoteOperands;
import org.capsnet.nn.Cost;
import org.capsnet.nn.Setting;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What votes are made of, for kernels that take any: products of matrices and poses, which are
 * never all made, or the votes.
 *
 * @param inputs the variables
 * @param operands the same as a kernel takes it
 */
record FusedVotes(List<Variable> inputs, VoteOperands operands) {

  /** Those of a routing's input that are products. */
  static Optional<FusedVotes> products(RoutingInput in) {
    Optional<PoseProducts> products = in.cast().products();
    if (products.isPresent()) {
      Variable weight = products.get().weight();
      INDArray places = products.get().places();
      return Optional.of(
          new FusedVotes(
              List.of(in.pose(), weight),
              VoteOperands.poses(in.pose().value(), weight.value(), places)));
    }
    return in.cast()
        .matrices()
        .map(
            weight ->
                new FusedVotes(
                    List.of(in.pose(), weight),
                    VoteOperands.matrices(in.pose().value(), weight.value())));
  }

  /** Those that are products, in floats on the CPU. */
  static Optional<FusedVotes> fusedProducts(RoutingInput in) {
    return Kernels.fused(in.type()) ? products(in) : Optional.empty();
  }

  /** Those of a routing's input: the votes where they are no products. */
  static FusedVotes of(RoutingInput in) {
    return products(in).orElseGet(() -> given(in));
  }

  private static FusedVotes given(RoutingInput in) {
    Variable votes = in.votes();
    Shapes.require("votes", votes.value(), "batch", "in", "out", "dim");
    return new FusedVotes(List.of(votes), VoteOperands.given(votes.value()));
  }

  /** What a kernel says of its scratch memory. */
  interface Scratch {
    /** Bytes, by the samples with all their positions and the sizes. */
    long bytes(
        long samples,
        int in,
        int out,
        int dim,
        int iterations,
        long pose,
        long matrix,
        int workers);
  }

  /**
   * What a kernel costs that takes products alone, and makes votes of them itself: output capsules
   * and scratch memory.
   *
   * @param iterations of the routing
   * @param passes how often each vote is multiplied and added
   * @return the cost; empty where the kernel does not take the votes
   */
  static Optional<Cost> costOfProducts(
      VotesShape votes,
      VotesForm form,
      Setting setting,
      int iterations,
      long passes,
      Scratch scratch) {
    boolean taken = form == VotesForm.MATRICES || form == VotesForm.POSES;
    if (!taken || !setting.fused()) {
      return Optional.empty();
    }
    long voters = Math.multiplyExact(votes.positions(), votes.in());
    return Optional.of(
        Cost.NONE
            .forward(1, votes.output().numbers())
            .multiplyAdds(passes, voters, votes.out(), votes.dim())
            .scratch(samples -> bytes(samples, iterations, votes, form, scratch)));
  }

  private static long bytes(
      int samples, int iterations, VotesShape votes, VotesForm form, Scratch scratch) {
    if (votes.voters().numbers() > Integer.MAX_VALUE) {
      return 0; // no array would hold the poses of a sample
    }
    return scratch.bytes(
        Math.multiplyExact(samples, votes.positions()),
        Math.toIntExact(votes.in()),
        Math.toIntExact(votes.out()),
        Math.toIntExact(votes.dim()),
        iterations,
        pose(votes, form),
        matrix(votes, form),
        Threads.count());
  }

  /** The numbers of the pose of a voter that a kernel makes votes of; 0 where they are given. */
  static long pose(VotesShape votes, VotesForm form) {
    return form == VotesForm.VOTES ? 0 : votes.inDim();
  }

  /** The numbers of the matrix of a pair; 0 where votes are given. */
  static long matrix(VotesShape votes, VotesForm form) {
    return form == VotesForm.POSES ? votes.dim() : pose(votes, form) * votes.dim();
  }
}
