package org.capsnet.autograd;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Checks of shapes, and the one wording of what a wrong shape is told. */
public final class Shapes {

  private Shapes() {}

  /**
   * Requires a shape given axis by axis: a number is a size that must be met, a string names an
   * axis of any size.
   *
   * <pre>{@code Shapes.require("images", x, "batch", 1, 28, 28);}</pre>
   *
   * @param name what the array is, for the message
   * @param array the array
   * @param axes for each axis a {@link Number} or a {@link String}
   * @throws IllegalArgumentException as {@code images: expected [batch, 1, 28, 28], got [32, 784]}
   */
  public static void require(String name, INDArray array, Object... axes) {
    boolean fits = array.rank() == axes.length;
    for (int i = 0; fits && i < axes.length; i++) {
      fits = !(axes[i] instanceof Number size) || size.longValue() == array.size(i);
    }
    if (!fits) {
      String expected =
          Arrays.stream(axes).map(String::valueOf).collect(Collectors.joining(", ", "[", "]"));
      throw new IllegalArgumentException(
          name + ": expected " + expected + ", got " + Arrays.toString(array.shape()));
    }
  }

  /**
   * Requires the shape of another array.
   *
   * @param name what the array is, for the message
   * @param array the array
   * @param like the array whose shape it must have
   * @throws IllegalArgumentException if the shapes differ
   */
  public static void requireSame(String name, INDArray array, INDArray like) {
    require(name, array, Arrays.stream(like.shape()).boxed().toArray());
  }

  /**
   * Makes an axis counted from the last one into one counted from the first.
   *
   * @param axis from -rank to rank - 1
   * @param rank the number of axes
   * @return the axis, from 0 to rank - 1
   * @throws IllegalArgumentException if there is no such axis
   */
  public static int axis(int axis, int rank) {
    if (axis < -rank || axis >= rank) {
      throw new IllegalArgumentException(
          "axis: expected " + -rank + " to " + (rank - 1) + ", got " + axis);
    }
    return axis < 0 ? axis + rank : axis;
  }
}
