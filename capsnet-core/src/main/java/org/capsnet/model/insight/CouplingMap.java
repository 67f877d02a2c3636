package org.capsnet.model.insight;

import java.util.Arrays;
import org.capsnet.autograd.Scope;
import org.capsnet.autograd.Values;
import org.capsnet.capsule.RoutingTrace;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Which places of an image an output capsule was made of: coupling times activation of the input
 * capsules, summed over the types at each place of their grid.
 */
public final class CouplingMap {

  private static final int AXES = 2;

  private CouplingMap() {}

  /**
   * The map of an output capsule.
   *
   * @param routed what a layer did whose input capsules stand on a grid of two axes and are voters,
   *     each of them one, for output capsules without a grid
   * @param output which output capsule, from 0
   * @return {@code [batch, height, width]} of the grid, which belongs to no scope
   * @throws IllegalArgumentException if there is no such capsule
   * @throws UnsupportedOperationException if the layer is another, or its routing has no couplings
   * @throws ArithmeticException if couplings or activations are NaN
   */
  public static INDArray of(RoutingTrace.Routed routed, int output) {
    if (routed.input().gridRank() != AXES || routed.output().gridRank() != 0) {
      throw new UnsupportedOperationException(
          "coupling map: expected capsules on a grid of two axes that vote for capsules without"
              + " one, got a grid of %s and one of %s"
                  .formatted(
                      Arrays.toString(routed.input().grid()),
                      Arrays.toString(routed.output().grid())));
    }
    if (output < 0 || output >= routed.output().types()) {
      throw new IllegalArgumentException(
          "output capsule: expected 0 to %d, got %d"
              .formatted(routed.output().types() - 1, output));
    }
    INDArray coupling = routed.layer().routing().coupling(routed.routingInput()).value();
    INDArray activation = routed.input().activation().value();
    long voters = activation.length() / activation.size(0);
    if (coupling.size(1) != voters) {
      throw new UnsupportedOperationException(
          "coupling map: expected %d voters, one for each input capsule, got %d"
              .formatted(voters, coupling.size(1)));
    }
    INDArray own = coupling.slice(output, AXES).dup('c').reshape('c', activation.shape());
    INDArray map = own.mul(activation).sum(1);
    Values.requireNumbers("coupling map", map);
    return Scope.copyDetached(map);
  }
}
