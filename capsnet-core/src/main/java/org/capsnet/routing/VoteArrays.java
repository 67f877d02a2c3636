package org.capsnet.routing;

import org.capsnet.capsule.VotesShape;
import org.capsnet.nn.Cost;

/**
 * Counts what a routing makes of a sample, in arrays of the five shapes that there are: of {@code
 * [in, out, dim]}, {@code [in, out]}, {@code [out, dim]}, {@code [out]} and {@code [in]}.
 */
record VoteArrays(VotesShape votes) {

  /** Arrays that a forward pass makes, {@code sums} of products over all votes among them. */
  Cost forward(long sums, long all, long pairs, long capsules, long out, long in) {
    return Cost.NONE
        .forward(all, votes.in(), votes.out(), votes.dim())
        .forward(pairs, votes.in(), votes.out())
        .forward(capsules, votes.out(), votes.dim())
        .forward(out, votes.out())
        .forward(in, votes.in())
        .multiplyAdds(sums, votes.in(), votes.out(), votes.dim());
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
}
