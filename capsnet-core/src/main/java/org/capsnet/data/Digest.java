package org.capsnet.data;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A short text that identifies a set of samples: the first 8 bytes of a SHA-256. */
final class Digest {

  private static final int BYTES = 8;

  private final MessageDigest sum;

  Digest() {
    try {
      sum = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  Digest add(byte... bytes) {
    sum.update(bytes);
    return this;
  }

  Digest add(int... numbers) {
    ByteBuffer bytes = ByteBuffer.allocate(numbers.length * Integer.BYTES);
    bytes.asIntBuffer().put(numbers);
    return add(bytes.array());
  }

  Digest add(float... numbers) {
    ByteBuffer bytes = ByteBuffer.allocate(numbers.length * Float.BYTES);
    bytes.asFloatBuffer().put(numbers);
    return add(bytes.array());
  }

  /** In hexadecimal; nothing can be added afterwards. */
  String text() {
    return HexFormat.of().formatHex(sum.digest(), 0, BYTES);
  }
}
