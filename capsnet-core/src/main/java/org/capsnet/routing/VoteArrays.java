package org.capsnet.routing;

import org.capsnet.capsule.VotesShape;
import org.capsnet.nn.Cost;
import org.capsnet.nn.Setting;

/**
 * Counts what a routing makes of a sample, in arrays of the five shapes that there are: of {@code
 * [in, out, dim]}, {@code [in, out]}, {@code [out, dim]}, {@code [out]} and {@code [in]}; and what
 * sums of products with the votes make, which are votes weighed and summed, or their agreement.
 */
final class VoteArrays {

  private final VotesShape votes;
  private final boolean fused;

  VoteArrays(VotesShape votes, Setting setting) {
    this.votes = votes;
    fused = setting.fused();
  }

  /** Arrays that a forward pass makes. */
  Cost forward(long all, long pairs, long capsules, long out, long in) {
    return Cost.NONE
        .forward(all, votes.in(), votes.out(), votes.dim())
        .forward(pairs, votes.in(), votes.out())
        .forward(capsules, votes.out(), votes.dim())
        .forward(out, votes.out())
        .forward(in, votes.in());
  }

  /** Arrays that a backward pass makes. */
  Cost backward(long all, long pairs, long capsules, long out, long in) {
    return Cost.NONE
        .backward(all, votes.in(), votes.out(), votes.dim())
        .backward(pairs, votes.in(), votes.out())
        .backward(capsules, votes.out(), votes.dim())
        .backward(out, votes.out())
        .backward(in, votes.in());
  }

  /** Sums of products over all votes, besides their results: the products, without a kernel. */
  Cost sums(long count) {
    return multiplyAdds(count).plus(forward(fused ? 0 : count, 0, 0, 0, 0));
  }

  /** Their gradients, besides those of what the votes are multiplied by. */
  Cost gradients(long count) {
    return backward(fused ? count : 3 * count, 0, 0, 0, 0);
  }

  /** The same where what they are multiplied by is a constant. */
  Cost gradientsOfVotes(long count) {
    return backward(fused ? count : 2 * count, 0, 0, 0, 0);
  }

  /** The gradient of the votes if they are used so often. */
  Cost gradientOfUses(long uses) {
    return backward(uses > 1 ? 1 : 0, 0, 0, 0, 0);
  }

  Cost multiplyAdds(long perVote) {
    return Cost.NONE.multiplyAdds(perVote, votes.in(), votes.out(), votes.dim());
  }
}
