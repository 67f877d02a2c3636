package org.capsnet.data.picture;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import javax.imageio.stream.ImageInputStream;

/**
 * The first directory of a TIFF file, which is also the form of EXIF data: numbers under tags. Only
 * the position of what a tag lists is kept, so that a long list costs nothing.
 */
final class ImageDirectory {

  static final int BITS_PER_SAMPLE = 258;
  static final int COMPRESSION = 259;
  static final int PHOTOMETRIC = 262;
  static final int STRIP_OFFSETS = 273;
  static final int ORIENTATION = 274;
  static final int STRIP_BYTES = 279;
  static final int TILE_OFFSETS = 324;
  static final int TILE_BYTES = 325;
  static final int SAMPLE_FORMAT = 339;

  private static final int SHORT = 3;
  private static final int LONG = 4;
  private static final int ENTRY_BYTES = 12;

  /** What a tag lists: numbers of two or four bytes from a place on. */
  private record Entry(long place, int bytes, long count) {}

  private final ImageInputStream in;
  private final Map<Integer, Entry> entries = new HashMap<>();

  private ImageDirectory(ImageInputStream in) {
    this.in = in;
  }

  /**
   * Reads the directory.
   *
   * @param in what it is in, from now on of its order of bytes
   * @param base the place of the TIFF header
   * @throws IOException if it is cut short
   */
  static ImageDirectory read(ImageInputStream in, long base) throws IOException {
    ImageDirectory directory = new ImageDirectory(in);
    in.seek(base);
    boolean big = in.readUnsignedByte() == 'M';
    in.setByteOrder(big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    in.seek(base + 4);
    long start = base + in.readUnsignedInt();
    in.seek(start);
    int count = in.readUnsignedShort();
    for (int i = 0; i < count; i++) {
      in.seek(start + 2 + (long) ENTRY_BYTES * i);
      int tag = in.readUnsignedShort();
      int type = in.readUnsignedShort();
      long values = in.readUnsignedInt();
      int bytes = type == SHORT ? 2 : type == LONG ? 4 : 0;
      if (bytes > 0) {
        boolean inside = bytes * values <= 4;
        long place = inside ? in.getStreamPosition() : base + in.readUnsignedInt();
        directory.entries.putIfAbsent(tag, new Entry(place, bytes, values));
      }
    }
    return directory;
  }

  /** How the picture lies. */
  Orientation orientation() throws IOException {
    return Orientation.of(count(ORIENTATION) == 1 ? get(ORIENTATION, 0) : 1);
  }

  /**
   * The orientation of a picture by its EXIF data; upright if that is damaged, which does not count
   * as a fault of the picture. The order of bytes stays.
   */
  static Orientation orientation(ImageInputStream in, long base) throws IOException {
    ByteOrder before = in.getByteOrder();
    try {
      return read(in, base).orientation();
    } catch (EOFException e) {
      return Orientation.UPRIGHT;
    } finally {
      in.setByteOrder(before);
    }
  }

  /** How many numbers a tag lists; 0 if it is not there. */
  long count(int tag) {
    Entry entry = entries.get(tag);
    return entry == null ? 0 : entry.count;
  }

  /** A number that a tag lists, the index below its count. */
  long get(int tag, long index) throws IOException {
    Entry entry = entries.get(tag);
    in.seek(entry.place + index * entry.bytes);
    return entry.bytes == 2 ? in.readUnsignedShort() : in.readUnsignedInt();
  }

  /** The first number of a tag that is none of these. */
  OptionalLong other(int tag, List<Long> allowed) throws IOException {
    long count = count(tag);
    for (long i = 0; i < count; i++) {
      long value = get(tag, i);
      if (!allowed.contains(value)) {
        return OptionalLong.of(value);
      }
    }
    return OptionalLong.empty();
  }
}
