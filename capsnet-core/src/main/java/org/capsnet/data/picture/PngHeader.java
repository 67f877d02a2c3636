package org.capsnet.data.picture;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.InflaterInputStream;
import org.capsnet.io.FormatException;

/**
 * What a PNG file says about its samples, found by walking its chunks to the last one before
 * anything is decoded, with the checksums that the JDK's decoder does not compare.
 */
final class PngHeader {

  private static final int SIGNATURE_BYTES = 8;
  private static final int IHDR = chunk("IHDR");
  private static final int IEND = chunk("IEND");
  private static final int ICCP = chunk("iCCP");
  private static final int EXIF = chunk("eXIf");

  /** In the first letter of a name: a reader may do without the chunk. */
  private static final int ANCILLARY = 0x20000000;

  /** Deflate makes a byte of no more than so many. */
  private static final int MAX_RATIO = 1032;

  /** More than any profile has. */
  private static final int MAX_PROFILE_BYTES = 1 << 24;

  private final String name;
  private final PictureInput in;
  private final byte[] buffer = new byte[1 << 13];
  private byte[] profile = {};
  private Orientation orientation = Orientation.UPRIGHT;

  private PngHeader(String name, PictureInput in) {
    this.name = name;
    this.in = in;
  }

  /**
   * Walks a file.
   *
   * @throws FormatException if it is cut short, a checksum is wrong, or its header states more than
   *     its length can be true of
   */
  static PictureHeader read(String name, PictureInput in) throws IOException {
    PngHeader header = new PngHeader(name, in);
    in.seek(SIGNATURE_BYTES);
    in.setByteOrder(ByteOrder.BIG_ENDIAN);
    try {
      boolean more = true;
      while (more) {
        more = header.chunk();
      }
    } catch (EOFException e) {
      throw new FormatException(name, "it is cut short: its last chunk is not there", e);
    }
    return new PictureHeader(
        PictureHeader.Components.DECODED,
        header.orientation,
        PictureHeader.profile(header.profile));
  }

  /** Goes over a chunk; false at the last one. */
  private boolean chunk() throws IOException {
    long length = in.readUnsignedInt();
    long start = in.getStreamPosition();
    int type = in.readInt();
    long data = start + 4;
    if (data + length > in.length()) {
      throw new EOFException();
    }
    if ((type & ANCILLARY) == 0) {
      requireSum(start, length, type);
    }
    in.seek(data);
    if (type == IHDR) {
      requireBacking();
    } else if (type == ICCP && profile.length == 0) {
      profile = inflate(length);
    } else if (type == EXIF) {
      orientation = ImageDirectory.orientation(in, data);
    }
    in.seek(data + length + 4);
    return type != IEND;
  }

  private void requireSum(long start, long length, int type) throws IOException {
    CRC32 sum = new CRC32();
    in.seek(start);
    long left = 4 + length;
    while (left > 0) {
      int some = (int) Math.min(left, buffer.length);
      in.readFully(buffer, 0, some);
      sum.update(buffer, 0, some);
      left -= some;
    }
    // Other decoders, too, take an end without its checksum: nothing can be wrong with it.
    if (type != IEND && in.readUnsignedInt() != sum.getValue()) {
      throw new FormatException(name, "it is damaged: a checksum is wrong", null);
    }
  }

  private void requireBacking() throws IOException {
    long width = in.readUnsignedInt();
    long height = in.readUnsignedInt();
    int bits = in.readUnsignedByte();
    if (width / 8 * bits * height > (double) MAX_RATIO * in.length()) {
      throw new FormatException(
          name, "it states %s × %s pixels in %s bytes".formatted(width, height, in.length()), null);
    }
  }

  /** The profile after its name; none if it is damaged, which is not a fault of the picture. */
  private byte[] inflate(long length) throws IOException {
    byte[] packed = new byte[(int) Math.min(length, MAX_PROFILE_BYTES)];
    in.readFully(packed);
    int start = 0;
    while (start < packed.length && packed[start] != 0) {
      start++;
    }
    start = Math.min(start + 2, packed.length);
    try (InflaterInputStream unpacked =
        new InflaterInputStream(new ByteArrayInputStream(packed, start, packed.length - start))) {
      return unpacked.readNBytes(MAX_PROFILE_BYTES);
    } catch (IOException e) {
      return new byte[0];
    }
  }

  private static int chunk(String name) {
    byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
    return bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3];
  }
}
