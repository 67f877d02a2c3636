package org.capsnet.data.medical;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.capsnet.io.FormatException;
import org.capsnet.io.SizeLimits;

/**
 * An array of whole numbers in NumPy's format, versions 1 to 3. Nothing is allocated because its
 * header says so.
 *
 * @param shape its sizes
 * @param type in NumPy's notation, such as {@code |u1} for unsigned bytes
 * @param data its numbers in C order, little-endian
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and not seen outside this package
record Npy(int[] shape, String type, byte[] data) {

  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int MAX_HEADER = 1 << 16;

  private static final Pattern TYPE = Pattern.compile("'descr'\\s*:\\s*'([^']*)'");
  private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([0-9,\\s]*)\\)");

  /** Bytes per number. */
  private static final Map<String, Integer> TYPES =
      Map.of(
          "|u1", 1, "|i1", 1, "|b1", 1, "<u2", 2, "<i2", 2, "<u4", 4, "<i4", 4, "<u8", 8, "<i8", 8);

  /**
   * Reads an array.
   *
   * @param name what to call it in messages
   * @param in its bytes, to their end
   */
  static Npy read(String name, InputStream in) throws IOException {
    String header = header(name, in);
    String type = find(name, header, TYPE, "descr");
    Integer width = TYPES.get(type);
    if (width == null) {
      throw new FormatException(
          name,
          "expected whole numbers, as |u1, little-endian; got the type %s: store it with .astype('uint8')"
              .formatted(type),
          null);
    }
    if (find(name, header, ORDER, "fortran_order").equals("True")) {
      throw new FormatException(name, "expected C order, got Fortran order", null);
    }
    int[] shape = shape(name, find(name, header, SHAPE, "shape"));
    int[] sizes = Arrays.copyOf(shape, shape.length + 1);
    sizes[shape.length] = width;
    byte[] data = SizeLimits.read(name, in, SizeLimits.length(name, sizes));
    return new Npy(shape, type, data);
  }

  private static String header(String name, InputStream in) throws IOException {
    byte[] start = in.readNBytes(MAGIC.length + 2);
    if (start.length < MAGIC.length + 2
        || !Arrays.equals(Arrays.copyOf(start, MAGIC.length), MAGIC)) {
      throw new FormatException(name, "it is not an array in NumPy's format", null);
    }
    int version = start[MAGIC.length];
    if (version < 1 || version > 3) {
      throw new FormatException(
          name, "expected version 1 to 3 of NumPy's format, got " + version, null);
    }
    int lengthBytes = version == 1 ? Short.BYTES : Integer.BYTES;
    byte[] stated = in.readNBytes(lengthBytes);
    if (stated.length < lengthBytes) {
      throw cutShort(name, "the length of its header", stated.length);
    }
    ByteBuffer buffer = ByteBuffer.wrap(stated).order(ByteOrder.LITTLE_ENDIAN);
    long length =
        version == 1
            ? Short.toUnsignedLong(buffer.getShort())
            : Integer.toUnsignedLong(buffer.getInt());
    if (length > MAX_HEADER) {
      throw new FormatException(
          name,
          "expected a header of at most %s bytes, got %s".formatted(MAX_HEADER, length),
          null);
    }
    byte[] header = in.readNBytes((int) length);
    if (header.length < length) {
      throw cutShort(name, "a header of " + length + " bytes", header.length);
    }
    return new String(header, StandardCharsets.UTF_8);
  }

  private static String find(String name, String header, Pattern pattern, String key)
      throws FormatException {
    Matcher matcher = pattern.matcher(header);
    if (!matcher.find()) {
      throw new FormatException(
          name, "its header has no %s that can be read: %s".formatted(key, header.strip()), null);
    }
    return matcher.group(1);
  }

  private static int[] shape(String name, String text) throws FormatException {
    try {
      return Arrays.stream(text.split(","))
          .map(String::strip)
          .filter(size -> !size.isEmpty())
          .mapToInt(Integer::parseInt)
          .toArray();
    } catch (NumberFormatException e) {
      throw new FormatException(name, "its header has the shape (" + text + ")", e);
    }
  }

  private static FormatException cutShort(String name, String expected, int got) {
    return new FormatException(
        name, "it is cut short: expected " + expected + ", got " + got, null);
  }

  /** One number, at its place in C order. */
  long get(int i) {
    ByteBuffer buffer = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
    return switch (type) {
      case "|i1" -> data[i];
      case "<u2" -> Short.toUnsignedLong(buffer.getShort(2 * i));
      case "<i2" -> buffer.getShort(2 * i);
      case "<u4" -> Integer.toUnsignedLong(buffer.getInt(4 * i));
      case "<i4" -> buffer.getInt(4 * i);
      case "<u8", "<i8" -> buffer.getLong(8 * i);
      default -> data[i] & 0xFF;
    };
  }
}
