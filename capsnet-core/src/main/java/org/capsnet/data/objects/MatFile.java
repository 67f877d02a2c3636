package org.capsnet.data.objects;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.capsnet.io.FormatException;
import org.capsnet.io.SizeLimits;

/**
 * Reads arrays of numbers from MATLAB files of level 5, which MATLAB writes by {@code save -v6}
 * and, compressed, by {@code save -v7}; in either order of bytes. Files of version 7.3 are HDF5 and
 * are refused, as are the arrays asked for that are sparse, complex, text, cells or structures;
 * those that are not asked for are passed over.
 *
 * <pre>{@code MatArray x = MatFile.read(file, "X").get("X");}</pre>
 */
public final class MatFile {

  private static final int HEADER = 128;
  private static final int VERSION_AT = 124;
  private static final int TAG = 8;
  private static final int BUFFER = 1 << 16;

  private MatFile() {}

  /**
   * Reads arrays.
   *
   * @param file the file
   * @param names the names of the arrays that are wanted
   * @return each of them, by its name
   * @throws FormatException if the file is of another format, cut short or corrupt, lacks one of
   *     the arrays or has it twice, or one is not a dense array of real numbers or does not fit
   *     into the memory of this JVM
   * @throws IOException if it cannot be read
   */
  public static Map<String, MatArray> read(Path file, String... names) throws IOException {
    String name = file.toString();
    return SizeLimits.fitting(
        name,
        () -> {
          try (InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER)) {
            return read(name, in, Set.of(names));
          }
        });
  }

  private static Map<String, MatArray> read(String file, InputStream in, Set<String> names)
      throws IOException {
    ByteOrder order = order(file, in);
    Map<String, MatArray> found = new LinkedHashMap<>();
    Set<String> others = new TreeSet<>();
    while (true) {
      byte[] tag = in.readNBytes(TAG);
      if (tag.length == 0) {
        break;
      }
      if (tag.length < TAG) {
        throw new FormatException(file, "it is cut short within the tag of an array", null);
      }
      ByteBuffer words = ByteBuffer.wrap(tag).order(order);
      int type = words.getInt();
      long length = Integer.toUnsignedLong(words.getInt());
      try (MatElement element = MatElement.open(file, in, order, type, length)) {
        String array = element.name();
        if (!names.contains(array)) {
          others.add(array);
        } else if (found.put(array, element.numbers()) != null) {
          throw new FormatException(file, "it has two arrays " + array, null);
        }
      }
    }
    Set<String> missing = new TreeSet<>(names);
    missing.removeAll(found.keySet());
    if (!missing.isEmpty()) {
      throw new FormatException(
          file, "it has no array %s, only %s".formatted(missing.iterator().next(), others), null);
    }
    return found;
  }

  /** Checks the header, which says the order of bytes. */
  private static ByteOrder order(String file, InputStream in) throws IOException {
    byte[] header = in.readNBytes(HEADER);
    String text = new String(header, StandardCharsets.ISO_8859_1);
    if (text.startsWith("MATLAB 7.3") || text.startsWith("\u0089HDF")) {
      throw new FormatException(
          file, "it is of MATLAB 7.3, which is HDF5: save it again with the option -v7", null);
    }
    if (header.length < HEADER) {
      throw new FormatException(
          file,
          "it is no MATLAB file of level 5: expected a header of %s bytes, got %s"
              .formatted(HEADER, header.length),
          null);
    }
    int[] end = {
      header[VERSION_AT], header[VERSION_AT + 1], header[VERSION_AT + 2], header[HEADER - 1]
    };
    if (Arrays.equals(end, new int[] {0, 1, 'I', 'M'})) {
      return ByteOrder.LITTLE_ENDIAN;
    }
    if (Arrays.equals(end, new int[] {1, 0, 'M', 'I'})) {
      return ByteOrder.BIG_ENDIAN;
    }
    throw new FormatException(
        file,
        "it is no MATLAB file of level 5: expected version 1 and MI or IM at the end of its header,"
            + " got %s".formatted(Arrays.toString(end)),
        null);
  }
}
