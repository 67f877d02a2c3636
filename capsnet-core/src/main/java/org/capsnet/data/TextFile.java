package org.capsnet.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.capsnet.io.FormatException;

/** Reads small text files: lists and tables. */
public final class TextFile {

  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private TextFile() {}

  /**
   * Reads a whole file.
   *
   * @param file in UTF-8; a byte order mark, which some editors write, is left out
   * @param maxBytes how long it may be
   * @return its text
   * @throws FormatException if it is longer, or not in UTF-8
   * @throws IOException if it cannot be read
   */
  public static String read(Path file, int maxBytes) throws IOException {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(maxBytes);
      if (in.read() >= 0) {
        throw new FormatException(file, "expected at most " + maxBytes + " bytes, and it has more");
      }
    }
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      boolean marked = !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK;
      return marked ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      throw new FormatException(file, "it is not text in UTF-8", e);
    }
  }
}
