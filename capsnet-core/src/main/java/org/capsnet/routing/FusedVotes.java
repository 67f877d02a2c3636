package org.capsnet.routing;

import java.util.List;
import java.util.Optional;
import org.capsnet.autograd.Shapes;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.PoseProducts;
import org.capsnet.capsule.RoutingInput;
import org.capsnet.capsule.VotesForm;
import org.capsnet.capsule.VotesShape;
import org.capsnet.kernel.VoteOperands;
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

  /** Those of a routing's input: the votes where they are no products. */
  static FusedVotes of(RoutingInput in) {
    return products(in).orElseGet(() -> given(in));
  }

  private static FusedVotes given(RoutingInput in) {
    Variable votes = in.votes();
    Shapes.require("votes", votes.value(), "batch", "in", "out", "dim");
    return new FusedVotes(List.of(votes), VoteOperands.given(votes.value()));
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
