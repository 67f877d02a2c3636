package org.capsnet.autograd;

import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.capsnet.kernel.Kernels;
import org.capsnet.kernel.VoteProducts;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The sums of products by which capsules are routed, by their kernel: of votes {@code [batch, in,
 * out, dim]} with the weights {@code [batch, in, out]} of a sum over input capsules, or with
 * directions {@code [batch, out, dim]}. Each of the four may be several axes, and {@code out} none.
 */
final class VoteSums {

  /** An axis that the votes alone have. */
  static final char OWN = 'o';

  /** An axis that both have, and the sum too. */
  static final char KEPT = 'k';

  /** An axis that both have, and over which they are summed. */
  static final char SUMMED = 's';

  private static final Pattern WEIGHED = Pattern.compile("(k+)(s+)(k*)(o+)");
  private static final Pattern AGREED = Pattern.compile("(k+)(o+)(k*)(s+)");

  private VoteSums() {}

  /**
   * The sum, if it is of one of the two kinds and the kernel takes it.
   *
   * @param votes of any axes
   * @param kinds of each of them, what it is
   * @param others with the axes of the votes that are no {@link #OWN} ones, in their order
   * @return with the axes of the votes that are not {@link #SUMMED}, in their order
   */
  static Optional<Variable> of(Variable votes, String kinds, Variable others) {
    if (!Kernels.fused(votes.dataType())) {
      return Optional.empty();
    }
    Matcher agreed = AGREED.matcher(kinds);
    if (agreed.matches()) {
      return products(votes, agreed).map(p -> agreement(votes, kinds, others, p));
    }
    Matcher weighed = WEIGHED.matcher(kinds);
    if (weighed.matches()) {
      return products(votes, weighed).map(p -> weighed(votes, kinds, others, p));
    }
    return Optional.empty();
  }

  private static Optional<VoteProducts> products(Variable votes, MatchResult groups) {
    long[] sizes =
        IntStream.rangeClosed(1, 4)
            .mapToLong(
                group ->
                    IntStream.range(groups.start(group), groups.end(group))
                        .mapToLong(votes::size)
                        .reduce(1, Math::multiplyExact))
            .toArray();
    return VoteProducts.of(sizes[0], sizes[1], sizes[2], sizes[3]);
  }

  private static Variable weighed(
      Variable votes, String kinds, Variable weights, VoteProducts products) {
    INDArray v = Raw.dense(votes.value());
    INDArray w = Raw.dense(weights.value());
    return Variable.of(
        "weighedSum",
        products.sums(w, v).reshape('c', kept(votes, kinds)),
        (g, needed) ->
            new INDArray[] {
              needed[0] ? products.outer(w, g).reshape('c', votes.shape()) : null,
              needed[1] ? products.agreements(v, g).reshape('c', weights.shape()) : null
            },
        votes,
        weights);
  }

  private static Variable agreement(
      Variable votes, String kinds, Variable directions, VoteProducts products) {
    INDArray v = Raw.dense(votes.value());
    INDArray y = Raw.dense(directions.value());
    return Variable.of(
        "agreement",
        products.agreements(v, y).reshape('c', kept(votes, kinds)),
        (g, needed) ->
            new INDArray[] {
              needed[0] ? products.outer(g, y).reshape('c', votes.shape()) : null,
              needed[1] ? products.sums(g, v).reshape('c', directions.shape()) : null
            },
        votes,
        directions);
  }

  private static long[] kept(Variable votes, String kinds) {
    return IntStream.range(0, kinds.length())
        .filter(axis -> kinds.charAt(axis) != SUMMED)
        .mapToLong(votes::size)
        .toArray();
  }
}
