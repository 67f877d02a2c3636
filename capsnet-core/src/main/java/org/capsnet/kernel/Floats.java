package org.capsnet.kernel;

import java.lang.ref.Reference;
import java.util.Arrays;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Copies between the off-heap memory of float arrays and Java arrays, on which the loops of this
 * package run.
 */
final class Floats {

  private Floats() {}

  /** The array itself where its elements stand densely in c order, else such a copy of it. */
  static INDArray dense(INDArray array) {
    // Not Shape.hasDefaultStridesForShape, which denies it to whatever has an axis of size 1.
    boolean dense =
        array.ordering() == 'c'
            && Arrays.equals(array.stride(), Nd4j.getStrides(array.shape(), 'c'))
            && array.dataType() == DataType.FLOAT;
    return dense ? array : array.dup('c');
  }

  /** An uninitialized dense array in the current scope. */
  static INDArray create(long... shape) {
    return Nd4j.createUninitialized(DataType.FLOAT, shape, 'c');
  }

  /** Copies {@code length} elements of a dense array, from element {@code from} on. */
  static void read(INDArray dense, long from, float[] to, int offset, int length) {
    try {
      pointer(dense).position(from).get(to, offset, length);
    } finally {
      Reference.reachabilityFence(dense);
    }
  }

  /** All elements of a dense array. */
  static float[] read(INDArray dense) {
    float[] all = new float[Math.toIntExact(dense.length())];
    read(dense, 0, all, 0, all.length);
    return all;
  }

  /** Copies {@code length} elements into a dense array, from element {@code to} on. */
  static void write(INDArray dense, long to, float[] from, int offset, int length) {
    try {
      pointer(dense).position(to).put(from, offset, length);
    } finally {
      Reference.reachabilityFence(dense);
    }
  }

  /** Adds {@code length} elements to those of a dense array from element {@code to} on. */
  static void add(INDArray dense, long to, float[] values, int offset, int length) {
    float[] sum = new float[length];
    read(dense, to, sum, 0, length);
    for (int i = 0; i < length; i++) {
      sum[i] += values[offset + i];
    }
    write(dense, to, sum, 0, length);
  }

  private static FloatPointer pointer(INDArray dense) {
    return new Address(dense);
  }

  /**
   * A pointer to an array's first element that owns nothing: the array must stay reachable while it
   * is used, or the garbage collector may free the memory.
   */
  private static final class Address extends FloatPointer {
    Address(INDArray dense) {
      // data().address() is that of the whole buffer, also where the array is a view into it.
      address = dense.data().addressPointer().address();
    }
  }
}
