package org.capsnet.io;

import java.util.Arrays;

/** Holds what a header says against what the JVM can take. */
public final class Claims {

  private Claims() {}

  /**
   * The length of data of such sizes. A few kilobytes of a packed file can truly hold gigabytes, so
   * that a length which the memory of this JVM cannot take is refused before anything is unpacked.
   *
   * @param name the file, for the message
   * @param sizes as the header states them, each 0 or more
   * @return their product
   * @throws FormatException if that is more bytes than this JVM can take
   */
  public static int length(String name, int... sizes) throws FormatException {
    long limit = Math.min(Integer.MAX_VALUE - 8, Runtime.getRuntime().maxMemory() / 2);
    long length = 1;
    for (int size : sizes) {
      if (size > 0 && length > limit / size) {
        throw new FormatException(
            name,
            "its header states %s, more than the %s bytes that this JVM can take"
                .formatted(Arrays.toString(sizes), limit),
            null);
      }
      length *= size;
    }
    return (int) length;
  }
}
