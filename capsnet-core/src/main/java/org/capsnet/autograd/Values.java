package org.capsnet.autograd;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Checks of the values of an array. ND4J's comparisons ignore NaN: the minimum and maximum are
 * those of the other elements, {@code max(NaN, 0)} is 0, and so is the sign of NaN. Here NaN is
 * refused or carried on.
 */
public final class Values {

  private Values() {}

  /**
   * Requires numbers from 0 to 1, such as pixels, labels and probabilities.
   *
   * @param name what the array is, for the message
   * @param array the array
   * @throws IllegalArgumentException as {@code images: expected values from 0 to 1, got NaN}
   */
  public static void requireFromZeroToOne(String name, INDArray array) {
    double min = array.minNumber().doubleValue();
    double max = array.maxNumber().doubleValue();
    if (!(min >= 0 && max <= 1) || mayHaveNaN(array)) {
      String got = hasNaN(array) ? "NaN" : min + " to " + max;
      throw new IllegalArgumentException(name + ": expected values from 0 to 1, got " + got);
    }
  }

  /**
   * Requires that no output of a network is NaN: otherwise the largest output would be that of the
   * others.
   *
   * @param name what the array is, for the message
   * @param array the array
   * @throws ArithmeticException as {@code lengths: expected numbers, got NaN}
   */
  public static void requireNumbers(String name, INDArray array) {
    if (hasNaN(array)) {
      throw new ArithmeticException(name + ": expected numbers, got NaN");
    }
  }

  /**
   * Clips each element to a range, in place. NaN stays NaN.
   *
   * @param array changed
   * @param min the least
   * @param max the largest
   */
  public static void clampInPlace(INDArray array, double min, double max) {
    INDArray nan = mayHaveNaN(array) ? nanOf(array) : null;
    Transforms.max(array, min, false);
    Transforms.min(array, max, false);
    if (nan != null) {
      array.addi(nan);
    }
  }

  /** {@code y}, made NaN in place where {@code x}, of its shape, is. */
  static INDArray carryNaN(INDArray x, INDArray y) {
    return mayHaveNaN(x) ? y.addi(nanOf(x).castTo(y.dataType())) : y;
  }

  /** {@code y}, the reduction of {@code x} over axes that were kept, made NaN where x has one. */
  static INDArray carryNaNOver(INDArray x, INDArray y, int... axes) {
    return mayHaveNaN(x) ? y.addi(nanOf(x).sum(true, axes)) : y;
  }

  /** False where there is no NaN for sure, by a sum: faster than any count. */
  static boolean mayHaveNaN(INDArray array) {
    return array.dataType().isFPType() && Double.isNaN(array.sumNumber().doubleValue());
  }

  private static boolean hasNaN(INDArray array) {
    // Infinities of both signs sum to NaN, too.
    return mayHaveNaN(array) && array.isNaN().any();
  }

  /** NaN where an array is, and 0 elsewhere. */
  private static INDArray nanOf(INDArray array) {
    return Transforms.sqrt(array.isNaN().castTo(array.dataType()).negi(), false);
  }
}
