package org.capsnet.data.objects;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.capsnet.io.FormatException;
import org.capsnet.io.Gzip;
import org.capsnet.io.SizeLimits;

/**
 * A file in the binary matrix format of NORB, compressed with gzip or not: little-endian, a number
 * that says the type of its elements, the number of its sizes, three sizes or more, of which those
 * beyond that number mean nothing, and the elements. Its header has been read, its elements not.
 *
 * @param name the file, for messages
 * @param in the elements
 * @param shape the sizes, each 1 or more
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and not seen outside this package
record NorbMatrix(String name, InputStream in, int[] shape) {

  static final int BYTES = 0x1E3D4C55;
  static final int INTS = 0x1E3D4C54;

  private static final int LEAST_SIZES = 3;
  private static final int BUFFER = 1 << 16;

  private static final Map<Integer, String> TYPES =
      Map.of(
          0x1E3D4C51,
          "single precision",
          0x1E3D4C52,
          "packed",
          0x1E3D4C53,
          "double precision",
          INTS,
          "integers",
          BYTES,
          "bytes",
          0x1E3D4C56,
          "short integers");

  /**
   * Opens a file.
   *
   * @param type of the elements that are expected
   * @param sizes how many are expected
   */
  static NorbMatrix open(String name, InputStream file, int type, int sizes) throws IOException {
    InputStream raw = new BufferedInputStream(file, BUFFER);
    InputStream in = Gzip.begins(raw) ? new GZIPInputStream(raw, BUFFER) : raw;
    int found = words(name, in, 1).get();
    if (found != type) {
      throw new FormatException(
          name,
          "expected a matrix of %s (0x%08X), got %s (0x%08X)"
              .formatted(TYPES.get(type), type, TYPES.getOrDefault(found, "another format"), found),
          null);
    }
    int rank = words(name, in, 1).get();
    if (rank != sizes) {
      throw new FormatException(
          name, "expected %s sizes, got %s".formatted(sizes, Integer.toUnsignedString(rank)), null);
    }
    int[] shape = new int[sizes];
    words(name, in, Math.max(LEAST_SIZES, sizes)).get(shape);
    if (Arrays.stream(shape).anyMatch(size -> size < 1)) {
      throw new FormatException(
          name, "expected sizes of 1 or more, got " + Arrays.toString(shape), null);
    }
    return new NorbMatrix(name, in, shape);
  }

  private static IntBuffer words(String name, InputStream in, int count) throws IOException {
    byte[] bytes = in.readNBytes(count * Integer.BYTES);
    if (bytes.length < count * Integer.BYTES) {
      throw new FormatException(name, "it is cut short within its header", null);
    }
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer();
  }

  /** Reads all elements, which are integers. */
  int[] ints() throws IOException {
    int[] sizes = Arrays.copyOf(shape, shape.length + 1);
    sizes[shape.length] = Integer.BYTES;
    byte[] data = SizeLimits.read(name, in, SizeLimits.length(name, sizes));
    int[] values = new int[data.length / Integer.BYTES];
    ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(values);
    return values;
  }
}
