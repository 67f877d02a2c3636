package org.capsnet.model.weights;

import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How an array that another tool saved becomes one of this library: which axis is which. One of a
 * user's own is a function.
 */
@FunctionalInterface
public interface Layout {

  /** As it is. */
  Layout SAME = array -> array;

  /** The weights of a linear layer of Keras, {@code [in, out]}, as {@code [out, in]}. */
  Layout KERAS_LINEAR = permuted(1, 0);

  /**
   * The weights of a convolution of Keras, {@code [kH, kW, in, out]}, as {@code [out, in, kH, kW]}.
   */
  Layout KERAS_CONVOLUTION = permuted(3, 2, 0, 1);

  /**
   * Changes the layout of an array.
   *
   * @param array any, which stays as it is
   * @return the same numbers in another layout, or the array itself
   * @throws IllegalArgumentException if its shape is none that this layout has
   */
  INDArray apply(INDArray array);

  /**
   * This layout, and then another.
   *
   * @param next takes what this one gives
   * @return both
   */
  default Layout then(Layout next) {
    return array -> next.apply(apply(array));
  }

  /**
   * Other places for the axes.
   *
   * @param axes for each axis of the result the number of the one that it was, from 0
   * @return the layout
   */
  static Layout permuted(int... axes) {
    int[] own = axes.clone();
    return array -> {
      if (array.rank() != own.length) {
        throw new IllegalArgumentException(
            "expected %d axes, got %s".formatted(own.length, Arrays.toString(array.shape())));
      }
      return array.permute(own).dup('c');
    };
  }

  /**
   * Other sizes of axes for the same numbers in the same order, the last axis the fastest.
   *
   * @param shape the sizes, of the same product
   * @return the layout
   */
  static Layout reshaped(long... shape) {
    long[] own = shape.clone();
    return array -> {
      if (array.length() != Arrays.stream(own).reduce(1, Math::multiplyExact)) {
        throw new IllegalArgumentException(
            "expected as many numbers as %s, got %s"
                .formatted(Arrays.toString(own), Arrays.toString(array.shape())));
      }
      return array.dup('c').reshape('c', own);
    };
  }
}
