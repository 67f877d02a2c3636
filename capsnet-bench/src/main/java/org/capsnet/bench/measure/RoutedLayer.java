package org.capsnet.bench.measure;

import java.util.Map;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.CastVotes;
import org.capsnet.capsule.RoutingInput;
import org.capsnet.routing.DynamicRouting;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Votes and dynamic routing of a dense layer, from capsules of 8 dimensions to capsules of 16 as in
 * the paper, on random operands.
 */
public final class RoutedLayer {

  private static final int IN_DIM = 8;
  private static final int OUT_DIM = 16;

  private final DynamicRouting routing;
  private final Capsules capsules;
  private final Variable weight;
  private final Variable bias;
  private final INDArray upstream;

  /**
   * Makes the operands.
   *
   * @param batch the samples
   * @param in the input capsules
   * @param out the output capsules
   * @param iterations of the routing
   */
  public RoutedLayer(int batch, int in, int out, int iterations) {
    routing = new DynamicRouting(iterations);
    capsules = Operands.capsules(batch, in, IN_DIM);
    weight = Operands.leaf(0.1, in, out, OUT_DIM, IN_DIM);
    bias = Operands.leaf(0, out, OUT_DIM);
    upstream = Operands.normal(1, batch, out, OUT_DIM);
  }

  /**
   * Prediction.
   *
   * @return a number of the result
   */
  public double forward() {
    return Passes.forward(this::route);
  }

  /**
   * A training step's share.
   *
   * @return a number of the result
   */
  public double forwardAndBackward() {
    return Passes.forwardAndBackward(this::route, upstream, capsules.pose(), weight, bias);
  }

  private Variable route() {
    RoutingInput in = RoutingInput.of(CastVotes.dense(capsules, weight), Map.of("bias", bias));
    return routing.routeFused(in).orElseGet(() -> routing.route(in)).pose();
  }

  /**
   * The memory of the weights.
   *
   * @return bytes
   */
  public long weightBytes() {
    return Float.BYTES * weight.value().length();
  }

  /**
   * The memory that the votes of the batch would take.
   *
   * @return bytes
   */
  public long voteBytes() {
    return Float.BYTES * capsules.pose().size(1) * upstream.length();
  }
}
