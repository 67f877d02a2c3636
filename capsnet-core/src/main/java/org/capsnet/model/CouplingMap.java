package org.capsnet.model;

import static org.nd4j.linalg.indexing.NDArrayIndex.all;
import static org.nd4j.linalg.indexing.NDArrayIndex.interval;

import java.util.Arrays;
import java.util.List;
import org.capsnet.autograd.Scope;
import org.capsnet.autograd.Values;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.RoutingTrace;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Which places of an image an output capsule was made of: coupling times activation of the input
 * capsules, summed over the types at each place of their grid. Capsules of several levels that vote
 * together, as those of {@link org.capsnet.model.classification.DeepCaps}, have grids of several
 * sizes: the map has the finest, and what a place of a coarser one gave is spread evenly over the
 * places that it covers.
 */
public final class CouplingMap {

  private static final int AXES = 2;

  private CouplingMap() {}

  /**
   * The map of an output capsule.
   *
   * @param routed what a layer did whose input capsules stand on a grid of two axes, or on several,
   *     and are voters, each of them one, for output capsules without a grid
   * @param output which output capsule, from 0
   * @return {@code [batch, height, width]} of the grid, which belongs to no scope
   * @throws IllegalArgumentException if there is no such capsule
   * @throws UnsupportedOperationException if the layer is another, or its routing has no couplings
   * @throws ArithmeticException if couplings or activations are NaN
   */
  public static INDArray of(RoutingTrace.Routed routed, int output) {
    requireOne(routed);
    List<Capsules> levels = routed.levels();
    levels.forEach(CouplingMap::requirePlaces);
    if (output < 0 || output >= routed.output().types()) {
      throw new IllegalArgumentException(
          "output capsule: expected 0 to %d, got %d"
              .formatted(routed.output().types() - 1, output));
    }
    INDArray coupling = routed.last().coupling().value();
    requireVoters(coupling, levels.stream().mapToLong(Capsules::count).sum());
    INDArray own = coupling.slice(output, AXES).dup('c'); // [batch, voters]
    long height = levels.stream().mapToLong(level -> level.grid()[0]).max().orElseThrow();
    long width = levels.stream().mapToLong(level -> level.grid()[1]).max().orElseThrow();
    INDArray map = Nd4j.zeros(own.dataType(), own.size(0), height, width);
    long from = 0;
    for (Capsules level : levels) {
      map.addi(spread(given(own, from, level), height, width));
      from += level.count();
    }
    Values.requireNumbers("coupling map", map);
    return Scope.copyDetached(map);
  }

  private static void requireOne(RoutingTrace.Routed routed) {
    if (routed.output().gridRank() != 0) {
      throw new UnsupportedOperationException(
          "coupling map: expected capsules without a grid, got one of "
              + Arrays.toString(routed.output().grid()));
    }
  }

  private static void requirePlaces(Capsules voters) {
    if (voters.gridRank() != AXES) {
      throw new UnsupportedOperationException(
          "coupling map: expected voters on a grid of two axes, got one of "
              + Arrays.toString(voters.grid()));
    }
  }

  private static void requireVoters(INDArray coupling, long voters) {
    if (coupling.size(1) != voters) {
      throw new UnsupportedOperationException(
          "coupling map: expected %d voters, one for each input capsule, got %d"
              .formatted(voters, coupling.size(1)));
    }
  }

  /** What the places of a level gave, {@code [batch, height, width]}. */
  private static INDArray given(INDArray coupling, long from, Capsules level) {
    INDArray activation = level.activation().value();
    INDArray own = coupling.get(all(), interval(from, from + level.count())).dup('c');
    return own.reshape('c', activation.shape()).mul(activation).sum(1);
  }

  /** The same on a finer grid. */
  private static INDArray spread(INDArray map, long height, long width) {
    INDArray rows = shares(height, map.size(1), map.dataType());
    INDArray columns = shares(width, map.size(2), map.dataType()).transpose();
    INDArray[] images = new INDArray[(int) map.size(0)];
    Arrays.setAll(images, i -> rows.mmul(map.slice(i)).mmul(columns));
    return Nd4j.stack(0, images);
  }

  /** What of each coarse place falls on each fine one, {@code [fine, coarse]}: columns sum to 1. */
  private static INDArray shares(long fine, long coarse, DataType type) {
    INDArray shares = Nd4j.zeros(type, fine, coarse);
    for (long i = 0; i < fine; i++) {
      for (long j = 0; j < coarse; j++) {
        // In units of 1 / (fine · coarse) of the side.
        long common = Math.min((i + 1) * coarse, (j + 1) * fine) - Math.max(i * coarse, j * fine);
        shares.putScalar(i, j, Math.max(0, common) / (double) fine);
      }
    }
    return shares;
  }
}
