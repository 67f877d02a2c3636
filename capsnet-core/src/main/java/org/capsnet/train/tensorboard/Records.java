package org.capsnet.train.tensorboard;

import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.CRC32C;

/** The framing of TensorFlow's record files. */
final class Records {

  /** Of a checksum that is itself data, another checksum would come out the same too often. */
  private static final int MASK = 0xa282ead8;

  private static final int TURN = 15;

  private Records() {}

  /** Appends a record. */
  static void write(OutputStream out, byte[] data) throws IOException {
    byte[] length = littleEndian(Long.BYTES, data.length);
    out.write(length);
    out.write(littleEndian(Integer.BYTES, checksum(length)));
    out.write(data);
    out.write(littleEndian(Integer.BYTES, checksum(data)));
  }

  private static byte[] littleEndian(int size, long number) {
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) (number >> (Byte.SIZE * i));
    }
    return bytes;
  }

  private static int checksum(byte[] data) {
    CRC32C crc = new CRC32C();
    crc.update(data, 0, data.length);
    return Integer.rotateRight((int) crc.getValue(), TURN) + MASK;
  }
}
