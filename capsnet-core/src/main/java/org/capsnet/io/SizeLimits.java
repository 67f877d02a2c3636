package org.capsnet.io;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Checks the sizes that a file's header states against the memory that the JVM has. A few kilobytes
 * of a compressed file can truly hold gigabytes, and a few bytes can claim to.
 */
public final class SizeLimits {

  /**
   * One part in so many of what a header states must have arrived before memory is allocated for
   * all.
   */
  private static final int SHARE = 16;

  private SizeLimits() {}

  /**
   * Reads a file.
   *
   * @param <T> the result
   */
  @FunctionalInterface
  public interface Reading<T> {

    /**
     * Reads the file.
     *
     * @return the result
     * @throws IOException if it cannot be read
     */
    T run() throws IOException;
  }

  /**
   * The length of data of the given sizes. A length that the memory of this JVM cannot hold is
   * refused before anything is decompressed.
   *
   * @param name the file, for the message
   * @param sizes as the header states them, each 0 or more
   * @return their product
   * @throws FormatException if that is more bytes than this JVM can hold
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

  /**
   * Reads data to the end of a stream. Memory for all of it is allocated once a part of it has
   * arrived, and only once: a reader that collects pieces needs twice as much in the end.
   *
   * @param name the file, for the message
   * @param in the stream, at the beginning of the data
   * @param length what the header states, from {@link #length}
   * @return the data
   * @throws FormatException if the stream ends before, or goes on after
   * @throws IOException if it cannot be read
   */
  public static byte[] read(String name, InputStream in, int length) throws IOException {
    byte[] start = in.readNBytes(share(length));
    int got = start.length;
    byte[] data = start;
    if (got == share(length)) {
      data = Arrays.copyOf(start, length);
      got += in.readNBytes(data, got, length - got);
    }
    if (got < length) {
      throw new FormatException(
          name, "it is cut short: expected %s bytes of data, got %s".formatted(length, got), null);
    }
    if (in.read() >= 0) {
      throw new FormatException(
          name, "more follows the " + length + " bytes of data that its header states", null);
    }
    return data;
  }

  private static int share(int length) {
    return length / SHARE + (length % SHARE == 0 ? 0 : 1);
  }

  /**
   * Reads a file whose content may be more than the memory that is left. Nobody holds a part of it
   * until all is read, so that running out of memory costs nothing but this file.
   *
   * @param name the file, for the message
   * @param reading reads it
   * @param <T> the result
   * @return the result
   * @throws FormatException if it does not fit into the memory of this JVM
   * @throws IOException if it cannot be read
   */
  public static <T> T fitting(String name, Reading<T> reading) throws IOException {
    try {
      return reading.run();
    } catch (OutOfMemoryError e) {
      throw new FormatException(
          name,
          "it does not fit into the memory that this JVM has left (-Xmx is %s bytes)"
              .formatted(Runtime.getRuntime().maxMemory()),
          e);
    }
  }
}
