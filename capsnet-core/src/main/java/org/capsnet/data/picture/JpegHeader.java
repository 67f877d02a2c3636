package org.capsnet.data.picture;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.capsnet.io.FormatException;

/**
 * What a JPEG file says about its samples, found by walking its markers to the last one before
 * anything is decoded: that it is complete, that it will not keep a decoder busy for hours, and
 * what its components mean, which the JDK's decoder guesses by rules of its own.
 */
final class JpegHeader {

  /** Encoders write about ten scans, never a hundred; a decoder goes over all blocks in each. */
  private static final int MAX_SCANS = 100;

  /** Pixels times scans: ten of each pixel of the largest picture, some seconds. */
  private static final long MAX_WORK = 1L << 31;

  private static final int TEM = 0x01;
  private static final int SOF0 = 0xC0;
  private static final int SOF2 = 0xC2;
  private static final int DHT = 0xC4;
  private static final int JPG = 0xC8;
  private static final int DAC = 0xCC;
  private static final int SOF15 = 0xCF;
  private static final int RST0 = 0xD0;
  private static final int SOI = 0xD8;
  private static final int EOI = 0xD9;
  private static final int SOS = 0xDA;
  private static final int APP0 = 0xE0;
  private static final int APP1 = 0xE1;
  private static final int APP2 = 0xE2;
  private static final int APP14 = 0xEE;

  private static final byte[] EXIF = ascii("Exif\0\0");
  private static final byte[] ICC = ascii("ICC_PROFILE\0");
  private static final byte[] ADOBE = ascii("Adobe");
  private static final byte[] JFIF = ascii("JFIF\0");

  /** Three components that are not a brightness and two colours call themselves so. */
  private static final byte[] RGB_IDS = ascii("RGB");

  private final String name;
  private final PictureInput in;
  private final ByteArrayOutputStream profile = new ByteArrayOutputStream();
  private Orientation orientation = Orientation.UPRIGHT;
  private boolean exif;
  private boolean jfif;
  private int transform = -1;
  private byte[] ids = {};
  private long height;
  private long width;
  private boolean progressive;
  private int scans;

  private JpegHeader(String name, PictureInput in) {
    this.name = name;
    this.in = in;
  }

  /**
   * Walks a file.
   *
   * @throws FormatException if it is cut short, has samples of other than 8 bits, or more scans or
   *     pixels than its length can be true of
   */
  static PictureHeader read(String name, PictureInput in) throws IOException {
    JpegHeader header = new JpegHeader(name, in);
    in.seek(0);
    in.setByteOrder(ByteOrder.BIG_ENDIAN);
    try {
      header.walk();
    } catch (EOFException e) {
      throw new FormatException(name, "it is cut short: its end is not marked", e);
    }
    return header.result();
  }

  private PictureHeader result() {
    return new PictureHeader(
        components(), orientation, PictureHeader.profile(profile.toByteArray()));
  }

  /**
   * What the components mean, as libjpeg has it: a JFIF file says so by being one, Adobe's marker
   * says it, or else the names of the components do.
   */
  private PictureHeader.Components components() {
    if (ids.length == 1) {
      return PictureHeader.Components.GREY;
    }
    if (ids.length == 4) {
      return transform == 2 ? PictureHeader.Components.YCCK : PictureHeader.Components.CMYK;
    }
    boolean colours = transform >= 0 ? transform == 0 : Arrays.equals(ids, RGB_IDS);
    return colours && !jfif ? PictureHeader.Components.RGB : PictureHeader.Components.YCC;
  }

  // ---------------------------------------------------------------- walking

  private void walk() throws IOException {
    int marker = marker();
    while (marker != EOI) {
      boolean alone = marker == TEM || (marker >= RST0 && marker <= SOI);
      if (!alone) {
        segment(marker);
      }
      marker = marker();
    }
    if (ids.length == 0 || scans == 0) {
      throw new FormatException(name, "there is no picture in it", null);
    }
  }

  /** Goes on to the next marker, over the bytes of a scan, or some that nothing needs. */
  private int marker() throws IOException {
    while (true) {
      in.skipPast(0xFF);
      int code = in.readUnsignedByte();
      while (code == 0xFF) {
        code = in.readUnsignedByte();
      }
      if (code != 0) {
        return code;
      }
    }
  }

  private void segment(int marker) throws IOException {
    int length = in.readUnsignedShort() - 2;
    if (length < 0) {
      throw new FormatException(name, "a segment of it has less than no bytes", null);
    }
    long next = in.getStreamPosition() + length;
    if (marker >= SOF0 && marker <= SOF15 && marker != DHT && marker != JPG && marker != DAC) {
      frame(marker, length);
    } else if (marker == SOS) {
      scan();
    } else if (marker == APP0) {
      jfif |= starts(length, JFIF);
    } else if (marker == APP1 && !exif && starts(length, EXIF)) {
      exif = true;
      orientation = ImageDirectory.orientation(in, in.getStreamPosition());
    } else if (marker == APP2 && length > ICC.length + 2 && starts(length, ICC)) {
      profile(length - ICC.length);
    } else if (marker == APP14 && length >= 12 && starts(length, ADOBE)) {
      in.skipBytes(6);
      transform = in.readUnsignedByte();
    }
    in.seek(next);
  }

  private void frame(int marker, int length) throws IOException {
    int bits = in.readUnsignedByte();
    if (bits != 8) {
      throw new FormatException(name, "expected samples of 8 bits, got " + bits, null);
    }
    height = in.readUnsignedShort();
    width = in.readUnsignedShort();
    progressive = marker >= SOF2;
    int count = in.readUnsignedByte();
    if ((count != 1 && count != 3 && count != 4) || length < 6 + 3 * count) {
      throw new FormatException(name, "expected 1, 3 or 4 components, got " + count, null);
    }
    ids = new byte[count];
    for (int i = 0; i < count; i++) {
      ids[i] = in.readByte();
      in.skipBytes(2);
    }
    requireBacking();
  }

  /** Each block of 8 × 8 pixels takes a bit at least. */
  private void requireBacking() throws FormatException {
    long blocks = ((height + 7) / 8) * ((width + 7) / 8);
    if (blocks > 8 * in.length()) {
      throw new FormatException(
          name, "it states %s × %s pixels in %s bytes".formatted(width, height, in.length()), null);
    }
  }

  /** A decoder goes over all blocks in each scan, and holds them until the last of several. */
  private void scan() throws FormatException {
    scans++;
    long pixels = width * height;
    if (scans > MAX_SCANS || scans * pixels > MAX_WORK) {
      throw new FormatException(
          name,
          "it has %s scans or more of %s × %s pixels, too much work to decode"
              .formatted(scans, width, height),
          null);
    }
    boolean held = progressive || scans > 1;
    if (held && 2 * pixels * ids.length > Runtime.getRuntime().maxMemory()) {
      throw new FormatException(
          name,
          "it has %s × %s pixels in several scans, more than this JVM can take"
              .formatted(width, height),
          null);
    }
  }

  private boolean starts(int length, byte[] with) throws IOException {
    if (length < with.length) {
      return false;
    }
    byte[] start = new byte[with.length];
    in.readFully(start);
    return Arrays.equals(start, with);
  }

  private void profile(int length) throws IOException {
    in.skipBytes(2);
    byte[] part = new byte[length - 2];
    in.readFully(part);
    profile.writeBytes(part);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
