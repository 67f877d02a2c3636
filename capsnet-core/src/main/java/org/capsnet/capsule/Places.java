package org.capsnet.capsule;

import org.capsnet.autograd.Variable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Where the capsules of an image stand. */
final class Places {

  private Places() {}

  /**
   * Capsules whose poses say where they stand, {@code a·x} and {@code a·y} behind what they say
   * else, from -1 to 1.
   *
   * @param grid poses {@code [batch, types, dim, height, width]}
   * @return poses {@code [batch, types · height · width, dim + 2]}
   */
  static Capsules beside(Capsules grid) {
    long height = grid.grid()[0];
    long width = grid.grid()[1];
    DataType type = grid.pose().dataType();
    Variable a = grid.activation().reshape(grid.batch(), grid.types(), 1, height, width);
    Variable x = Variable.constant(middles(width, -1, 1, type).reshape(1, 1, 1, 1, width));
    Variable y = Variable.constant(middles(height, -1, 1, type).reshape(1, 1, 1, height, 1));
    return new Capsules(Variable.concat(2, grid.pose(), a.times(x), a.times(y)), grid.activation())
        .flat();
  }

  /** The middles of n equal cells. */
  static INDArray middles(long n, double from, double to, DataType type) {
    double[] at = new double[Math.toIntExact(n)];
    for (int i = 0; i < n; i++) {
      at[i] = from + (to - from) * (2 * i + 1.0) / (2 * n);
    }
    return Nd4j.createFromArray(at).castTo(type);
  }
}
