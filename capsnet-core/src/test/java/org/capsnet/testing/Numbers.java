package org.capsnet.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
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
   * How far arrays are from each other: infinitely, where one is NaN or infinite and the other is
   * not. ND4J's own largest passes over NaN, so that arrays of nothing else would be equal to any.
   *
   * @param a any
   * @param b of the same length
   * @return the largest difference of two elements
   */
  public static double difference(INDArray a, INDArray b) {
    double[] some = of(a);
    double[] others = of(b);
    double off = some.length == others.length ? 0 : Double.POSITIVE_INFINITY;
    for (int i = 0; i < some.length && Double.isFinite(off); i++) {
      double apart = some[i] == others[i] ? 0 : Math.abs(some[i] - others[i]);
      boolean bothNaN = Double.isNaN(some[i]) && Double.isNaN(others[i]);
      off = Math.max(off, bothNaN ? 0 : Double.isNaN(apart) ? Double.POSITIVE_INFINITY : apart);
    }
    return off;
  }

  /**
   * The largest magnitude of what is finite.
   *
   * @param array any
   * @return 0 where nothing is
   */
  public static double size(INDArray array) {
    return Arrays.stream(of(array)).map(Math::abs).filter(Double::isFinite).max().orElse(0);
  }

  /**
   * Fails if there is anything but numbers.
   *
   * @param what it is
   * @param array any
   */
  public static void assertFinite(String what, INDArray array) {
    assertThat(Arrays.stream(of(array)).allMatch(Double::isFinite))
        .as("%s: %s", what, array)
        .isTrue();
  }

  /**
   * Fails if floats are farther from doubles than a thousandth of the largest of these.
   *
   * @param what they are
   * @param floats any
   * @param doubles of the same length
   */
  public static void assertFloatsAgree(String what, INDArray floats, INDArray doubles) {
    assertThat(difference(floats, doubles))
        .as("%s %s, expected %s", what, floats, doubles)
        .isLessThanOrEqualTo(1e-3 * Math.max(1e-6, size(doubles)));
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
