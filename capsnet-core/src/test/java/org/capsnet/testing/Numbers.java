package org.capsnet.testing;

import java.util.LinkedHashMap;
import java.util.Map;
import org.capsnet.autograd.Scope;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Arrays as Java numbers, which AssertJ compares to the last bit and ND4J's equals does not. */
public final class Numbers {

  private Numbers() {}

  /**
   * Reads an array.
   *
   * @param array any
   * @return its elements in c order
   */
  public static double[] of(INDArray array) {
    return Scope.copyDetached(array).data().asDouble();
  }

  /**
   * Reads arrays.
   *
   * @param arrays by name
   * @return by name, the elements of each in c order; to be compared recursively
   */
  public static Map<String, double[]> of(Map<String, INDArray> arrays) {
    Map<String, double[]> numbers = new LinkedHashMap<>();
    arrays.forEach((name, array) -> numbers.put(name, of(array)));
    return numbers;
  }
}
