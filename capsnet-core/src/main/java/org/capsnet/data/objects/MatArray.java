package org.capsnet.data.objects;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * An array of numbers from a {@link MatFile}, in memory as the file has it. Immutable.
 *
 * <p>The first index changes fastest, as in MATLAB: the number of row r and column c of a matrix is
 * at {@code r + rows · c}.
 */
public final class MatArray {

  private final int[] shape;
  private final MatType type;
  private final ByteBuffer data;

  /** Takes numbers of a type, in an order of bytes. */
  MatArray(int[] shape, MatType type, byte[] data, ByteOrder order) {
    this.shape = shape.clone();
    this.type = type;
    this.data = ByteBuffer.wrap(data).order(order);
  }

  /** {@return the sizes, two or more, each 0 or more} */
  public int[] shape() {
    return shape.clone();
  }

  /** {@return how many numbers there are} */
  public int length() {
    return data.limit() / type.bytes();
  }

  /**
   * A number, exact whatever the type that the file stores it in.
   *
   * @param place from 0 to {@link #length()} - 1, the first index changing fastest
   * @return the number
   * @throws IndexOutOfBoundsException if there is no such place
   */
  public double get(int place) {
    return type.get(data, place * type.bytes());
  }

  @Override
  public String toString() {
    return "array " + Arrays.toString(shape);
  }
}
