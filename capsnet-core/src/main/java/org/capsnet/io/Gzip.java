package org.capsnet.io;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.ZipException;

/** Files that may be compressed with gzip, which is recognized by their content, not their name. */
public final class Gzip {

  private static final int FIRST = 0x1F;
  private static final int SECOND = 0x8B;

  private Gzip() {}

  /**
   * Whether a stream goes on as gzip does.
   *
   * @param in a stream that can be marked; left where it is
   * @return true if so
   * @throws IOException if it cannot be read
   */
  public static boolean begins(InputStream in) throws IOException {
    in.mark(2);
    boolean gzip = in.read() == FIRST && in.read() == SECOND;
    in.reset();
    return gzip;
  }

  /**
   * Reads something that may be compressed.
   *
   * @param name the file, for the message
   * @param reading reads it
   * @param <T> the result
   * @return the result
   * @throws FormatException if it is compressed and cut short or corrupt
   * @throws IOException if it cannot be read
   */
  public static <T> T reading(String name, SizeLimits.Reading<T> reading) throws IOException {
    try {
      return reading.run();
    } catch (EOFException e) {
      throw new FormatException(name, "the gzip stream is cut short", e);
    } catch (ZipException e) {
      throw new FormatException(name, "the gzip stream is corrupt: " + e.getMessage(), e);
    }
  }
}
