package org.capsnet.data.objects;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Writes files of NORB's binary matrix format, right and wrong ones. */
public final class NorbBytes {

  private NorbBytes() {}

  private static byte[] header(int type, int... shape) {
    int sizes = Math.max(3, shape.length);
    ByteBuffer bytes = ByteBuffer.allocate(4 * (2 + sizes)).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(type).putInt(shape.length);
    for (int i = 0; i < sizes; i++) {
      bytes.putInt(i < shape.length ? shape[i] : 1);
    }
    return bytes.array();
  }

  /** A matrix of integers. */
  public static byte[] ints(int[] shape, int... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (int value : values) {
      bytes.putInt(value);
    }
    return MatBytes.joined(header(NorbMatrix.INTS, shape), bytes.array());
  }

  /** A matrix of bytes. */
  public static byte[] bytes(int[] shape, byte[] values) {
    return MatBytes.joined(header(NorbMatrix.BYTES, shape), values);
  }
}
