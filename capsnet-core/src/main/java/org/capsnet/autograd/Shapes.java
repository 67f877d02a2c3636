package org.capsnet.autograd;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Checks of shapes and types, and the one wording of the error for a wrong shape. */
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
    require(name, array.shape(), axes);
  }

  /**
   * Requires a shape of what is no array.
   *
   * @param name what it is, for the message
   * @param shape its sizes
   * @param axes for each axis a {@link Number} or a {@link String}
   * @throws IllegalArgumentException as that for arrays
   */
  public static void require(String name, long[] shape, Object... axes) {
    boolean fits = shape.length == axes.length;
    for (int i = 0; fits && i < axes.length; i++) {
      fits = !(axes[i] instanceof Number size) || size.longValue() == shape[i];
    }
    if (!fits) {
      String expected =
          Arrays.stream(axes).map(String::valueOf).collect(Collectors.joining(", ", "[", "]"));
      throw new IllegalArgumentException(
          name + ": expected " + expected + ", got " + Arrays.toString(shape));
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
   * Requires that a shape broadcasts with another: aligned at the last axes, sizes are equal or one
   * of them is 1.
   *
   * @param name what the array is, for the message
   * @param array the array
   * @param with the array that it is to be combined with
   * @throws IllegalArgumentException if the shapes do not fit
   */
  public static void requireBroadcastable(String name, INDArray array, INDArray with) {
    int common = Math.min(array.rank(), with.rank());
    for (int i = 1; i <= common; i++) {
      long one = array.size(-i);
      long other = with.size(-i);
      if (one != other && one != 1 && other != 1) {
        throw new IllegalArgumentException(
            name
                + ": expected a shape that broadcasts with "
                + Arrays.toString(with.shape())
                + ", got "
                + Arrays.toString(array.shape()));
      }
    }
  }

  /**
   * Requires a type of elements.
   *
   * @param name what the array is, for the message
   * @param array the array
   * @param type the type it must have
   * @throws IllegalArgumentException if it has another
   */
  public static void requireType(String name, INDArray array, DataType type) {
    if (array.dataType() != type) {
      throw new IllegalArgumentException(name + ": expected " + type + ", got " + array.dataType());
    }
  }

  /**
   * Whether the elements of an array lie in memory in c order without gaps. Where the first of them
   * lies is another matter: a view's {@code data()}, taken as memory, begins where that of the
   * array begins that it is a view of.
   *
   * @param array the array
   * @return true if its strides are those of a new array of its shape in c order
   */
  public static boolean isDense(INDArray array) {
    return array.ordering() == 'c'
        && Arrays.equals(array.stride(), Nd4j.getStrides(array.shape(), 'c'));
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
