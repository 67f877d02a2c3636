package org.capsnet.routing;

import java.util.function.UnaryOperator;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.RoutingInput;
import org.nd4j.linalg.factory.Nd4j;

/** Weights of votes, and what stands beside votes. */
final class Weighing {

  private Weighing() {}

  /** {@code 1 / out} for each pair: at each position of a grid all output capsules alike. */
  static Variable equal(RoutingInput in) {
    Variable votes = in.votes();
    long[] shape = {votes.size(0), votes.size(1), votes.size(2)};
    return Variable.constant(Nd4j.valueArrayOf(shape, 1.0 / votes.size(2), in.type()));
  }

  /**
   * How input capsules are divided in the last iteration: at first among all alike, then as each
   * iteration but the last one finds.
   *
   * @param iterations at least 1
   * @param next gives a division {@code [b, i, j]} by the one before
   */
  static Variable refined(RoutingInput in, int iterations, UnaryOperator<Variable> next) {
    Variable r = equal(in);
    for (int t = 1; t < iterations; t++) {
      r = next.apply(r);
    }
    return r;
  }

  /**
   * What belongs to output capsules, the same for all input capsules.
   *
   * @param x {@code [b, j]} or {@code [b, j, d]}
   * @return {@code [b, 1, j]} or {@code [b, 1, j, d]}
   */
  static Variable forEachInput(Variable x) {
    return x.rank() == 2
        ? x.reshape(x.size(0), 1, x.size(1))
        : x.reshape(x.size(0), 1, x.size(1), x.size(2));
  }
}
