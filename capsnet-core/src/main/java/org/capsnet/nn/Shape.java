package org.capsnet.nn;

import java.util.Arrays;

/**
 * The sizes of what flows between layers, for one sample: {@code [channels, height, width]} of
 * features, {@code [numbers]} of a vector, {@code [types, dim, grid..]} of capsules.
 */
public final class Shape {

  private final long[] sizes;

  private Shape(long... sizes) {
    this.sizes = sizes;
  }

  /**
   * A shape.
   *
   * @param sizes of the axes but for the batch, each at least 1
   * @return the shape
   * @throws IllegalArgumentException if a size is below 1, or their product is no {@code long}
   */
  public static Shape of(long... sizes) {
    Shape shape = new Shape(sizes.clone());
    long numbers = 1;
    for (long size : sizes) {
      if (size < 1) {
        throw new IllegalArgumentException("shape: expected sizes of at least 1, got " + shape);
      }
      if (size > Long.MAX_VALUE / numbers) {
        throw new IllegalArgumentException("shape: too large to be counted: " + shape);
      }
      numbers *= size;
    }
    return shape;
  }

  /** {@return the number of axes} */
  public int rank() {
    return sizes.length;
  }

  /**
   * The size of an axis.
   *
   * @param axis from 0
   * @return at least 1
   * @throws IllegalArgumentException if there is no such axis
   */
  public long size(int axis) {
    if (axis < 0 || axis >= sizes.length) {
      throw new IllegalArgumentException("axis " + axis + ": the shape is " + this);
    }
    return sizes[axis];
  }

  /** {@return the sizes of all axes} */
  public long[] sizes() {
    return sizes.clone();
  }

  /**
   * The sizes behind the first axes: those of a grid.
   *
   * @param from the first axis, at most the rank
   * @return none if there are none
   */
  public long[] from(int from) {
    return Arrays.copyOfRange(sizes, from, sizes.length);
  }

  /** {@return the product of the sizes} */
  public long numbers() {
    return Arrays.stream(sizes).reduce(1, Math::multiplyExact);
  }

  /**
   * Requires a number of axes.
   *
   * @param what the input, for the message
   * @param axes their names
   * @return this
   * @throws IllegalArgumentException if there are more or fewer
   */
  public Shape require(String what, String... axes) {
    if (axes.length != sizes.length) {
      throw new IllegalArgumentException(
          what + ": expected [" + String.join(", ", axes) + "], got " + this);
    }
    return this;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shape that && Arrays.equals(sizes, that.sizes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(sizes);
  }

  @Override
  public String toString() {
    return Arrays.toString(sizes);
  }
}
