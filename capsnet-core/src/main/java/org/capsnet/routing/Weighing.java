package org.capsnet.routing;

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
