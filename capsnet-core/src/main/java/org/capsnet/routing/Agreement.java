package org.capsnet.routing;

import java.util.function.UnaryOperator;
import org.capsnet.autograd.Shapes;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.VotesShape;
import org.capsnet.nn.Cost;
import org.capsnet.nn.Setting;
import org.nd4j.linalg.factory.Nd4j;

/** Routing by agreement (Sabour et al. 2017, procedure 1), whatever capsules compete. */
final class Agreement {

  private Agreement() {}

  /**
   * The logits that couple the last iteration: {@code b = 0}, and before each iteration but the
   * first {@code b += û·v}.
   *
   * @param votes {@code [batch, in, out, dim]}
   * @param iterations at least 1
   * @param capsules gives output capsules {@code v [batch, out, dim]} by logits
   * @return {@code [batch, in, out]}
   */
  static Variable logits(Variable votes, int iterations, UnaryOperator<Variable> capsules) {
    Shapes.require("votes", votes.value(), "batch", "in", "out", "dim");
    Variable b =
        Variable.constant(
            Nd4j.zeros(votes.dataType(), votes.size(0), votes.size(1), votes.size(2)));
    for (int r = 1; r < iterations; r++) {
      b = b.plus(Variable.einsum("bijd,bjd->bij", votes, capsules.apply(b)));
    }
    return b;
  }

  /**
   * What iterations cost.
   *
   * @param votes their sizes
   * @param iterations at least 1
   * @param softmax what the coupling of one costs, whose first is of logits that are a constant
   * @param capsules what output capsules of one cost: the votes weighed, summed and squashed
   * @param lastOnly whether gradients flow through the last of them alone
   * @param setting where they stand
   * @return the cost
   */
  static Cost cost(
      VotesShape votes,
      int iterations,
      Cost softmax,
      Cost capsules,
      boolean lastOnly,
      Setting setting) {
    VoteArrays arrays = new VoteArrays(votes, setting);
    // One iteration has a coupling without a gradient: the first, or the only one.
    Cost ofConstant = arrays.sums(1).plus(arrays.gradientsOfVotes(1)).plus(capsules);
    // The weighed sum, and the agreement, which is added to the logits; then their gradients.
    Cost before =
        arrays
            .sums(2)
            .plus(arrays.forward(0, 2, 0, 0, 0))
            .plus(arrays.gradients(2))
            .plus(arrays.backward(0, 0, 1, 0, 0))
            .plus(capsules)
            .plus(softmax)
            .times(iterations - 1L)
            .plus(arrays.gradientOfUses(2L * iterations - 1));
    return ofConstant
        .plus(softmax.constant())
        .plus(lastOnly ? before.constant() : before)
        .forward(1, votes.in(), votes.out());
  }
}
