package org.capsnet.model.insight;

import java.util.List;

/**
 * What the routing of a layer did over a data set. A coupling below 0, which self-attention may
 * learn, counts by its size, and its vote as one for the opposite.
 *
 * @param layer its name within the network
 * @param inputs the number of its input capsules, of all types and places
 * @param outputs the number of its output capsules
 * @param entropy after each iteration, the mean entropy of how an input capsule is divided among
 *     the output capsules, on a grid among those at a position: 0 where all goes to one, 1 where
 *     all get the same; empty if the routing has no couplings
 * @param agreement after each iteration, the mean cosine of a vote and the pose of the output
 *     capsule that it went to, weighed by the coupling, from -1 to 1; empty likewise
 * @param deadInputs the share of the input capsules that were active in no image
 * @param deadOutputs the share of the output capsules that were active in no image
 */
public record LayerStatistics(
    String layer,
    long inputs,
    long outputs,
    List<Double> entropy,
    List<Double> agreement,
    double deadInputs,
    double deadOutputs) {

  /** Copies the lists. */
  public LayerStatistics {
    entropy = List.copyOf(entropy);
    agreement = List.copyOf(agreement);
  }
}
