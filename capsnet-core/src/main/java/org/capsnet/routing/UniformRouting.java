package org.capsnet.routing;

import java.util.Objects;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.Routing;
import org.capsnet.capsule.RoutingInput;
import org.capsnet.capsule.SabourSquash;
import org.capsnet.capsule.Squash;
import org.capsnet.capsule.VotesShape;
import org.capsnet.nn.Cost;
import org.capsnet.nn.Setting;

/**
 * No routing: every input capsule goes to all output capsules alike, {@code v_j = squash(1/out ·
 * Σ_i û_ij)}. With votes by one matrix an output capsule, {@code new DenseVotes(Sharing.ALL,
 * false)}, it is Aff-CapsNet (Gu and Tresp 2020), whose authors found that such networks stand
 * affine changes of their images, on affNIST, better than with dynamic routing. It is what any
 * routing has to be compared with. Votes are {@code û [batch, in, out, dim]}; that the paper's
 * factor is {@code 1/out} could not be checked, and another one is a scale of the matrices.
 *
 * @param squash what brings output capsules below a length of 1; the paper's is that of Sabour et
 *     al. (2017)
 */
public record UniformRouting(Squash squash) implements Routing {

  /** Checks that there is a squash. */
  public UniformRouting {
    Objects.requireNonNull(squash, "squash");
  }

  /** With the paper's squash. */
  public UniformRouting() {
    this(new SabourSquash());
  }

  @Override
  public Capsules route(RoutingInput in) {
    Variable votes = in.votes();
    return Capsules.ofLength(squash.squash(votes.sum(1).dividedBy((double) votes.size(2))));
  }

  /**
   * {@inheritDoc}
   *
   * @return {@code 1 / out}
   */
  @Override
  public Variable coupling(RoutingInput in) {
    return Weighing.equal(in);
  }

  /** The sum, the quotient, squash and length; then their gradients. */
  @Override
  public Cost cost(VotesShape votes, Setting setting) {
    VoteArrays arrays = new VoteArrays(votes, setting);
    return arrays
        .forward(0, 0, 2, 0, 0)
        .plus(arrays.backward(1, 0, 1, 0, 0))
        .multiplyAdds(votes.out(), votes.dim())
        .plus(squash.cost(votes.out(), votes.dim(), setting))
        .plus(Capsules.costOfLength(votes.out(), votes.dim(), setting));
  }

  @Override
  public boolean readsActivations() {
    return false;
  }
}
