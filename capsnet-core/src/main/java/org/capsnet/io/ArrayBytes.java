package org.capsnet.io;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import org.bytedeco.javacpp.BytePointer;
import org.capsnet.autograd.Scope;
import org.capsnet.autograd.Shapes;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.concurrency.AffinityManager;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The elements of arrays as bytes, in c order and in the order of the machine: little-endian, on
 * every machine that ND4J runs on.
 */
final class ArrayBytes {

  /** Bytes written at a time. */
  private static final int CHUNK = 1 << 20;

  /** Bytes read at a time, from where they come to where the array lies. */
  private static final int AT_ONCE = 1 << 28;

  private ArrayBytes() {}

  /** Puts bytes into a buffer until it is full. */
  @FunctionalInterface
  interface Filling {
    void fill(ByteBuffer buffer) throws IOException;
  }

  /** How many bytes the elements are. */
  static long length(INDArray array) {
    return array.length() * array.dataType().width();
  }

  /**
   * Writes the elements from where they lie: a copy would stay in memory until the garbage
   * collector finds it.
   */
  static void write(INDArray array, OutputStream out) throws IOException {
    INDArray dense = Shapes.isDense(array) ? array : Scope.copyDetached(array);
    Nd4j.getAffinityManager().ensureLocation(dense, AffinityManager.Location.HOST);
    long length = length(dense);
    byte[] bytes = new byte[(int) Math.min(CHUNK, length)];
    try {
      for (long from = 0; from < length; from += bytes.length) {
        int count = (int) Math.min(bytes.length, length - from);
        new Address(dense).position(from).get(bytes, 0, count);
        out.write(bytes, 0, count);
      }
    } finally {
      Reference.reachabilityFence(dense);
    }
  }

  /** Makes an array of the elements that a buffer holds, as many as it needs. */
  static INDArray of(DataType type, long[] shape, ByteBuffer elements) {
    try {
      return read(type, shape, buffer -> move(elements, buffer));
    } catch (IOException e) {
      throw new IllegalStateException(e); // a buffer has none
    }
  }

  private static void move(ByteBuffer from, ByteBuffer to) {
    int count = to.remaining();
    to.put(from.slice(from.position(), count));
    from.position(from.position() + count);
  }

  /**
   * Makes an array.
   *
   * @param filling gives its elements, a part at a time
   */
  static INDArray read(DataType type, long[] shape, Filling filling) throws IOException {
    INDArray array = Nd4j.createUninitialized(type, shape, 'c');
    if (array.isEmpty()) {
      return array;
    }
    long length = length(array);
    try {
      for (long from = 0; from < length; from += AT_ONCE) {
        long to = Math.min(length, from + AT_ONCE);
        filling.fill(new Address(array).position(from).limit(to).asByteBuffer());
      }
    } catch (Throwable e) {
      array.close();
      throw e;
    } finally {
      Reference.reachabilityFence(array);
    }
    Nd4j.getAffinityManager().tagLocation(array, AffinityManager.Location.HOST);
    return array;
  }

  /** A pointer to a dense array's first element that owns nothing. */
  private static final class Address extends BytePointer {
    Address(INDArray dense) {
      address = dense.data().addressPointer().address();
    }
  }
}
