package org.capsnet.routing;

import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.RoutingInput;
import org.capsnet.capsule.VotesShape;
import org.capsnet.kernel.AttentionKernel;
import org.capsnet.nn.Cost;
import org.capsnet.nn.Setting;

/**
 * The two steps of Tsai et al. (2020): poses by a division of the input capsules, and a division by
 * poses. {@link AttentionRouting} takes them for one layer, {@link AttentionStack} for all layers
 * of a stack at once.
 */
final class PoseAttention {

  static final String GAMMA = "gamma";
  static final String BETA = "beta";
  static final String READOUT = "readout";

  private PoseAttention() {}

  /** How input capsules are divided by the poses {@code [b, j, d]} of output capsules. */
  static Variable division(RoutingInput in, Variable poses) {
    return Variable.einsum("bijd,bjd->bij", in.votes(), poses)
        .dividedBy(Math.sqrt((double) poses.size(2)))
        .softmax(-1);
  }

  /** The poses {@code [b, j, d]} of output capsules by a division {@code [b, i, j]}. */
  static Variable poses(RoutingInput in, Variable r) {
    Variable s = Variable.einsum("bij,bijd->bjd", r, in.votes());
    Variable off = s.minus(s.mean(true, 2));
    Variable deviation = off.square().mean(true, 2).plus(AttentionKernel.EPSILON).sqrt();
    return off.dividedBy(deviation).times(in.parameter(GAMMA)).plus(in.parameter(BETA));
  }

  /** Poses with the activations that they have: their scores, if the layer has a readout. */
  static Capsules capsules(RoutingInput in, Variable poses) {
    return in.optional(READOUT)
        .map(w -> new Capsules(poses, Variable.einsum("bjd,d->bj", poses, w).softmax(-1)))
        .orElseGet(() -> Capsules.present(poses));
  }

  /** Poses in each iteration, a division between two of them. */
  static Cost cost(VotesShape votes, int iterations, Setting setting) {
    VoteArrays arrays = new VoteArrays(votes, setting);
    Cost poses =
        arrays.sums(1).plus(arrays.forward(0, 0, 6, 6, 0)).plus(arrays.backward(0, 0, 10, 4, 0));
    Cost division =
        arrays.sums(1).plus(arrays.forward(0, 3, 0, 0, 2)).plus(arrays.backward(0, 4, 1, 0, 1));
    return poses
        .plus(arrays.gradientsOfVotes(1))
        .plus(poses.plus(division).plus(arrays.gradients(2)).times(iterations - 1L))
        .plus(arrays.gradientOfUses(2L * iterations - 1))
        .forward(1, votes.in(), votes.out());
  }

  /** The scores of the poses. */
  static Cost costOfScores(VotesShape votes, Setting setting) {
    VoteArrays arrays = new VoteArrays(votes, setting);
    return arrays
        .forward(0, 0, 1, 0, 0)
        .plus(arrays.backward(0, 0, setting.activationGradient() ? 4 : 0, 0, 0))
        .multiplyAdds(votes.out(), votes.dim());
  }
}
