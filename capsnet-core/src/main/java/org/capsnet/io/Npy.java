package org.capsnet.io;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * An array in NumPy's format, versions 1 to 3: whole numbers, truth values, halves, floats and
 * doubles, little-endian. Nothing is allocated because its header says so, and nothing is
 * unpickled.
 *
 * @param shape its sizes; none of a single number
 * @param type in NumPy's notation, such as {@code |u1} for unsigned bytes or {@code <f4} for floats
 * @param data its numbers in C order, little-endian
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Npy(int[] shape, String type, byte[] data) {

  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int MAX_HEADER = 1 << 16;
  private static final int MAX_RANK = 32;

  /** The data begin at a multiple of this. */
  private static final int ALIGNMENT = 64;

  private static final Pattern TYPE = Pattern.compile("'descr'\\s*:\\s*'([^']*)'");
  private static final Pattern ORDER = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([0-9,\\s]*)\\)");

  private static final Map<String, DataType> TYPES =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("|b1", DataType.BOOL),
              Map.entry("|u1", DataType.UINT8),
              Map.entry("|i1", DataType.INT8),
              Map.entry("<u2", DataType.UINT16),
              Map.entry("<i2", DataType.INT16),
              Map.entry("<u4", DataType.UINT32),
              Map.entry("<i4", DataType.INT32),
              Map.entry("<u8", DataType.UINT64),
              Map.entry("<i8", DataType.INT64),
              Map.entry("<f2", DataType.FLOAT16),
              Map.entry("<f4", DataType.FLOAT),
              Map.entry("<f8", DataType.DOUBLE)));

  // ---------------------------------------------------------------- reading

  /**
   * Reads an array.
   *
   * @param name what to call it in messages
   * @param in its bytes, to their end
   * @return the array
   * @throws FormatException if it is none, is cut short, contradicts itself, does not fit into the
   *     memory of this JVM, or is of another type
   * @throws IOException if it cannot be read
   */
  public static Npy read(String name, InputStream in) throws IOException {
    String header = header(name, in);
    String type = find(name, header, TYPE, "descr");
    DataType known = TYPES.get(type);
    if (known == null) {
      throw new FormatException(
          name,
          "expected numbers of one of the types %s, got %s: store it with .astype, such as .astype('<f4')"
              .formatted(String.join(", ", TYPES.keySet()), type),
          null);
    }
    int[] shape = shape(name, find(name, header, SHAPE, "shape"));
    int[] sizes = Arrays.copyOf(shape, shape.length + 1);
    sizes[shape.length] = known.width();
    byte[] data = SizeLimits.read(name, in, SizeLimits.length(name, sizes));
    boolean columnsFirst = find(name, header, ORDER, "fortran_order").equals("True");
    return new Npy(shape, type, columnsFirst ? rowsFirst(data, shape, known.width()) : data);
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
    ByteBuffer buffer = littleEndian(stated);
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
      int[] shape =
          Arrays.stream(text.split(","))
              .map(String::strip)
              .filter(size -> !size.isEmpty())
              .mapToInt(Integer::parseInt)
              .toArray();
      if (shape.length > MAX_RANK) {
        throw new FormatException(
            name, "expected at most %d axes, got %d".formatted(MAX_RANK, shape.length), null);
      }
      return shape;
    } catch (NumberFormatException e) {
      throw new FormatException(name, "its header has the shape (" + text + ")", e);
    }
  }

  private static FormatException cutShort(String name, String expected, int got) {
    return new FormatException(
        name, "it is cut short: expected " + expected + ", got " + got, null);
  }

  /** The same numbers, of which the last axis changed slowest, with the last axis fastest. */
  private static byte[] rowsFirst(byte[] data, int[] shape, int width) {
    byte[] sorted = new byte[data.length];
    int[] at = new int[shape.length];
    for (int to = 0; to < data.length; to += width) {
      int from = 0;
      for (int axis = shape.length - 1; axis >= 0; axis--) {
        from = from * shape[axis] + at[axis];
      }
      System.arraycopy(data, from * width, sorted, to, width);
      for (int axis = shape.length - 1; axis >= 0 && ++at[axis] == shape[axis]; axis--) {
        at[axis] = 0;
      }
    }
    return sorted;
  }

  // ---------------------------------------------------------------- asking

  /** {@return whether its numbers are whole ones, or truth values} */
  public boolean isWhole() {
    return !TYPES.get(type).isFPType();
  }

  /**
   * One number of whole ones.
   *
   * @param i its place in C order
   * @return the number
   * @throws IllegalStateException if its numbers are not whole
   */
  public long get(int i) {
    ByteBuffer buffer = littleEndian(data);
    return switch (type) {
      case "|i1" -> data[i];
      case "|u1", "|b1" -> data[i] & 0xFF;
      case "<u2" -> Short.toUnsignedLong(buffer.getShort(2 * i));
      case "<i2" -> buffer.getShort(2 * i);
      case "<u4" -> Integer.toUnsignedLong(buffer.getInt(4 * i));
      case "<i4" -> buffer.getInt(4 * i);
      case "<u8", "<i8" -> buffer.getLong(8 * i);
      default -> throw new IllegalStateException("expected whole numbers, got the type " + type);
    };
  }

  /** {@return the numbers as an array, in c order} */
  public INDArray toArray() {
    long[] sizes = Arrays.stream(shape).asLongStream().toArray();
    return ArrayBytes.of(TYPES.get(type), sizes, ByteBuffer.wrap(data));
  }

  // ---------------------------------------------------------------- writing

  /**
   * Writes an array in version 1 of the format.
   *
   * @param name what to call it in messages
   * @param array of one of the types that are read, of any order and stride
   * @param out where to
   * @throws IllegalArgumentException if it is of another type
   * @throws IOException if it cannot be written
   */
  static void write(String name, INDArray array, OutputStream out) throws IOException {
    String type =
        TYPES.entrySet().stream()
            .filter(known -> known.getValue() == array.dataType())
            .map(Map.Entry::getKey)
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "%s: expected one of %s, got %s"
                            .formatted(name, TYPES.values(), array.dataType())));
    String shape =
        Arrays.stream(array.shape()).mapToObj(n -> n + ",").collect(Collectors.joining(" "));
    String header =
        "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }".formatted(type, shape);
    int before = MAGIC.length + 2 + Short.BYTES;
    int length = (before + header.length() + 1 + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT - before;
    out.write(MAGIC);
    out.write(new byte[] {1, 0, (byte) length, (byte) (length >> Byte.SIZE)});
    String padded = header + " ".repeat(length - header.length() - 1) + "\n";
    out.write(padded.getBytes(StandardCharsets.US_ASCII));
    ArrayBytes.write(array, out);
  }

  private static ByteBuffer littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
