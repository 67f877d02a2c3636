package org.capsnet.data.objects;

import java.io.Closeable;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;
import org.capsnet.io.FormatException;
import org.capsnet.io.SizeLimits;

/**
 * An array in a MATLAB file: first its class, its sizes and its name, which are read when it is
 * opened, then its numbers. Closing it goes to the next one.
 */
final class MatElement implements Closeable {

  private static final int MATRIX = 14;
  private static final int COMPRESSED = 15;
  private static final int OPAQUE = 17;
  private static final int FIRST_NUMERIC = 6;
  private static final int LAST_NUMERIC = 15;
  private static final int COMPLEX = 0x0800;
  private static final int WORD = 4;
  private static final int ALIGNED = 8;
  private static final int MOST_SIZES = 32;
  private static final int MOST_NAME = 4096;
  private static final int BUFFER = 1 << 16;

  private static final String[] OTHER_CLASSES = {
    "of class 0", "a cell array", "a structure", "an object", "text", "sparse"
  };

  private final String file;
  private final ByteOrder order;
  private final Bounded raw;
  private final Inflater inflater;

  /** What is unpacked, to its end; the content is a part of it. */
  private final InputStream unpacked;

  private Bounded content;
  private int flags;
  private int[] shape = {};
  private String name = "";

  private MatElement(String file, InputStream in, ByteOrder order, int type, long length) {
    this.file = file;
    this.order = order;
    raw = new Bounded(in, length);
    inflater = new Inflater();
    unpacked = type == COMPRESSED ? new InflaterInputStream(raw, inflater, BUFFER) : raw;
    content = raw;
  }

  /** Opens the element whose tag has just been read. */
  static MatElement open(String file, InputStream in, ByteOrder order, int type, long length)
      throws IOException {
    if (type != MATRIX && type != COMPRESSED) {
      throw new FormatException(
          file, "expected an array (type 14, or 15 compressed), got type " + type, null);
    }
    MatElement element = new MatElement(file, in, order, type, length);
    try {
      element.reading(() -> element.begin(type));
      return element;
    } catch (IOException | RuntimeException e) {
      element.inflater.end();
      throw e;
    }
  }

  /** Its name; empty for what is no array. */
  String name() {
    return name;
  }

  private Void begin(int type) throws IOException {
    if (type == COMPRESSED) {
      Tag tag = tag(unpacked);
      if (tag.small || tag.type != MATRIX) {
        throw fault("expected an array (type 14) in what is compressed, got type " + tag.type);
      }
      content = new Bounded(unpacked, tag.length);
    }
    if (content.left == 0) {
      return null;
    }
    flags = ByteBuffer.wrap(part("flags", ALIGNED, ALIGNED)).order(order).getInt();
    if (type() != OPAQUE) {
      byte[] sizes = part("sizes", 2 * WORD, MOST_SIZES * WORD);
      shape = new int[sizes.length / WORD];
      ByteBuffer.wrap(sizes).order(order).asIntBuffer().get(shape);
      name = new String(part("name", 0, MOST_NAME), StandardCharsets.ISO_8859_1);
    }
    return null;
  }

  /** MATLAB's class of the array. */
  private int type() {
    return flags & 0xFF;
  }

  // ---------------------------------------------------------------- its numbers

  /** Reads the numbers. */
  MatArray numbers() throws IOException {
    if (type() < FIRST_NUMERIC || type() > LAST_NUMERIC) {
      String what = type() < OTHER_CLASSES.length ? OTHER_CLASSES[type()] : "of class " + type();
      throw fault("expected an array of numbers, got one that is " + what);
    }
    if ((flags & COMPLEX) != 0) {
      throw fault("expected real numbers, got complex ones");
    }
    if (Arrays.stream(shape).anyMatch(size -> size < 0)) {
      throw fault("its header states the sizes " + Arrays.toString(shape));
    }
    return reading(this::realPart);
  }

  private MatArray realPart() throws IOException {
    Tag tag = tag(content);
    MatType stored =
        MatType.of(tag.type).orElseThrow(() -> fault("its numbers are of type " + tag.type));
    int[] sizes = Arrays.copyOf(shape, shape.length + 1);
    sizes[shape.length] = stored.bytes();
    int length = SizeLimits.length(what(), sizes);
    if (tag.length != length) {
      throw fault(
          "expected %s bytes of numbers for its sizes %s, got %s"
              .formatted(length, Arrays.toString(shape), tag.length));
    }
    byte[] data = SizeLimits.read(what(), new Bounded(content, length), length);
    requireEnd(tag);
    if (!stored.isExact(ByteBuffer.wrap(data).order(order))) {
      throw fault("it has a whole number above 2^53, of which a double has not all");
    }
    return new MatArray(shape, stored, data, order);
  }

  /** Nothing but padding follows. At the end of what is compressed its check sum is compared. */
  private void requireEnd(Tag tag) throws IOException {
    int padding = tag.padding();
    if (content.readNBytes(padding).length < padding && content.left > 0) {
      throw fault("it is cut short");
    }
    if (content.left > 0 || unpacked.read() >= 0) {
      throw fault("more follows its numbers");
    }
  }

  // ---------------------------------------------------------------- parts

  /** What precedes data: their type and their number of bytes. */
  private record Tag(int type, long length, boolean small) {

    /** To the next multiple of eight bytes; small data are in the tag itself. */
    int padding() {
      return small ? (int) (WORD - length) : (int) ((ALIGNED - length % ALIGNED) % ALIGNED);
    }
  }

  private Tag tag(InputStream in) throws IOException {
    int first = word(in);
    int small = first >>> 16;
    if (small > WORD) {
      throw fault("expected small data of at most 4 bytes, got " + small);
    }
    return small > 0
        ? new Tag(first & 0xFFFF, small, true)
        : new Tag(first, Integer.toUnsignedLong(word(in)), false);
  }

  private int word(InputStream in) throws IOException {
    byte[] word = in.readNBytes(WORD);
    if (word.length < WORD) {
      throw fault("it is cut short");
    }
    return ByteBuffer.wrap(word).order(order).getInt();
  }

  private byte[] part(String part, int least, int most) throws IOException {
    Tag tag = tag(content);
    if (tag.length < least || tag.length > most) {
      throw fault("expected %s to %s bytes of %s, got %s".formatted(least, most, part, tag.length));
    }
    byte[] data = content.readNBytes((int) tag.length);
    if (data.length < tag.length || content.readNBytes(tag.padding()).length < tag.padding()) {
      throw fault("it is cut short");
    }
    return data;
  }

  // ---------------------------------------------------------------- faults

  private String what() {
    return name.isEmpty() ? file : file + ", array " + name;
  }

  private FormatException fault(String fault) {
    return new FormatException(what(), fault, null);
  }

  private <T> T reading(SizeLimits.Reading<T> reading) throws IOException {
    try {
      return reading.run();
    } catch (EOFException e) {
      throw new FormatException(what(), "what is compressed is cut short", e);
    } catch (ZipException e) {
      throw new FormatException(what(), "what is compressed is corrupt: " + e.getMessage(), e);
    }
  }

  /** Passes over the rest of it. */
  @Override
  public void close() throws IOException {
    inflater.end();
    try {
      raw.skipNBytes(raw.left);
    } catch (EOFException e) {
      throw new FormatException(what(), "it is cut short", e);
    }
  }

  /** So many bytes of a stream. */
  private static final class Bounded extends FilterInputStream {

    private long left;

    Bounded(InputStream in, long length) {
      super(in);
      left = length;
    }

    @Override
    public int read() throws IOException {
      if (left == 0) {
        return -1;
      }
      int value = in.read();
      left -= value < 0 ? 0 : 1;
      return value;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
      if (left == 0 && length > 0) {
        return -1;
      }
      int got = in.read(to, offset, (int) Math.min(length, left));
      left -= Math.max(0, got);
      return got;
    }

    @Override
    public long skip(long count) throws IOException {
      long skipped = in.skip(Math.min(count, left));
      left -= skipped;
      return skipped;
    }

    @Override
    public int available() throws IOException {
      return (int) Math.min(in.available(), left);
    }

    @Override
    public boolean markSupported() {
      return false;
    }
  }
}
