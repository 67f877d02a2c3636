package org.capsnet.kernel;

import java.lang.ref.Reference;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.function.IntConsumer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
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

  /** As many elements of a dense array, evenly spread. */
  static float[] sample(INDArray dense, int count) {
    float[] sample = new float[count];
    long length = dense.length();
    try {
      FloatPointer all = pointer(dense);
      for (int i = 0; i < count; i++) {
        sample[i] = all.get(length * i / count);
      }
    } finally {
      Reference.reachabilityFence(dense);
    }
    return sample;
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

  /**
   * Copies rows of {@code length} elements, without a call to native code for each.
   *
   * @param count of rows
   * @param stride from a row of the array to the next
   * @param toStride from a row of {@code to} to the next
   */
  static void readRows(
      INDArray dense,
      long from,
      int stride,
      int count,
      int length,
      float[] to,
      int offset,
      int toStride) {
    try {
      FloatBuffer rows = view(dense, from, stride, count, length);
      for (int r = 0; r < count; r++) {
        rows.get(r * stride, to, offset + r * toStride, length);
      }
    } finally {
      Reference.reachabilityFence(dense);
    }
  }

  /**
   * Copies rows one after another to the same array, without objects for each.
   *
   * @param length of a row
   * @param to where each row is, while
   * @param work is done with it, by its number
   */
  static void forRows(
      INDArray dense, long from, int length, int count, float[] to, IntConsumer work) {
    try {
      FloatBuffer rows = view(dense, from, length, count, length);
      for (int r = 0; r < count; r++) {
        rows.get(r * length, to, 0, length);
        work.accept(r);
      }
    } finally {
      Reference.reachabilityFence(dense);
    }
  }

  /** The way back. */
  static void writeRows(
      INDArray dense,
      long to,
      int stride,
      int count,
      int length,
      float[] from,
      int offset,
      int fromStride) {
    try {
      FloatBuffer rows = view(dense, to, stride, count, length);
      for (int r = 0; r < count; r++) {
        rows.put(r * stride, from, offset + r * fromStride, length);
      }
    } finally {
      Reference.reachabilityFence(dense);
    }
  }

  private static FloatBuffer view(INDArray dense, long from, int stride, int count, int length) {
    long end = from + (count - 1L) * stride + length;
    Pointer pointer = pointer(dense).position(from).limit(end);
    return pointer.asByteBuffer().order(ByteOrder.nativeOrder()).asFloatBuffer();
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
