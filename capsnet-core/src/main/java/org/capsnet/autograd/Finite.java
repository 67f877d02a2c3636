package org.capsnet.autograd;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.reduce.longer.MatchCondition;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.conditions.Conditions;

/** Finds out whether arrays contain NaN or infinities. */
public final class Finite {

  private Finite() {}

  /**
   * Whether all numbers of an array are finite.
   *
   * @param array of any type and shape
   * @return false if one is NaN or infinite
   */
  public static boolean all(INDArray array) {
    if (!array.dataType().isFPType() || array.isEmpty()) {
      return true;
    }
    try (Scope temporaries = Scope.open()) {
      // A sum is several times faster than a count; but that of finite numbers may overflow.
      return Double.isFinite(array.sumNumber().doubleValue())
          || Nd4j.getExecutioner()
                  .exec(new MatchCondition(array, Conditions.notFinite()))
                  .getLong(0)
              == 0;
    }
  }
}
