package org.capsnet.data.picture;

import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/** Makes the bytes of picture files for tests, and changes what a writer would not write. */
final class PictureBytes {

  private static final int SOS = 0xDA;

  private PictureBytes() {}

  // ---------------------------------------------------------------- pictures

  /** A picture without even places, but smooth enough that a JPEG of it is close. */
  static BufferedImage waves(int type, int width, int height) {
    BufferedImage picture = new BufferedImage(width, height, type);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int red = wave(x, y, 0.11, 0.05);
        int green = wave(x, y, 0.03, 0.13);
        int blue = wave(x, y, 0.07, -0.09);
        picture.setRGB(x, y, 0xFF000000 | red << 16 | green << 8 | blue);
      }
    }
    return picture;
  }

  private static int wave(int x, int y, double alongX, double alongY) {
    return (int) Math.round(127.5 + 120 * Math.sin(x * alongX + y * alongY));
  }

  /** Random pixels, which no format makes small. */
  static BufferedImage noise(int type, int width, int height) {
    BufferedImage picture = new BufferedImage(width, height, type);
    int[] pixels = new Random(7).ints((long) width * height).toArray();
    picture.setRGB(0, 0, width, height, pixels, 0, width);
    return picture;
  }

  static byte[] encoded(BufferedImage picture, String format) {
    return encoded(new IIOImage(picture, null, null), format, param -> {});
  }

  /** A JPEG of the best quality, in scans that refine it. */
  static byte[] progressive(BufferedImage picture) {
    return encoded(
        new IIOImage(picture, null, null),
        "jpg",
        param -> param.setProgressiveMode(ImageWriteParam.MODE_DEFAULT));
  }

  private interface Setting {

    void set(ImageWriteParam param);
  }

  private static byte[] encoded(IIOImage picture, String format, Setting setting) {
    ImageWriter writer = ImageIO.getImageWritersByFormatName(format).next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
      writer.setOutput(out);
      ImageWriteParam param = writer.getDefaultWriteParam();
      setting.set(param);
      writer.write(null, picture, param);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  /** A JPEG of one colour in any number of components, stored as they are. */
  static byte[] jpegOf(int... samples) {
    WritableRaster raster =
        Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, 16, 16, samples.length, null);
    for (int band = 0; band < samples.length; band++) {
      int[] values = new int[256];
      Arrays.fill(values, samples[band]);
      raster.setSamples(0, 0, 16, 16, band, values);
    }
    return encoded(
        new IIOImage(raster, null, null),
        "jpg",
        param -> {
          param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
          param.setCompressionQuality(1);
        });
  }

  // ---------------------------------------------------------------- JPEG

  /** Puts a segment behind the start of a JPEG. */
  static byte[] withSegment(byte[] jpeg, int marker, byte[] content) {
    byte[] head = {(byte) 0xFF, (byte) marker, 0, 0};
    ByteBuffer.wrap(head).putShort(2, (short) (content.length + 2));
    return joined(Arrays.copyOf(jpeg, 2), head, content, from(jpeg, 2));
  }

  /** Adobe's marker: 0 for colours as they are, 1 for brightness and two colours, 2 with black. */
  static byte[] adobe(byte[] jpeg, int transform) {
    return withSegment(
        jpeg, 0xEE, new byte[] {'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, (byte) transform});
  }

  static byte[] withProfile(byte[] jpeg, byte[] profile) {
    return withSegment(jpeg, 0xE2, joined(ascii("ICC_PROFILE\0\1\1"), profile));
  }

  /** The same scan at the end many times over. */
  static byte[] repeatingLastScan(byte[] jpeg, int times) {
    int last = jpeg.length - 2;
    while ((jpeg[last] & 0xFF) != 0xFF || (jpeg[last + 1] & 0xFF) != SOS) {
      last--;
    }
    byte[] scan = Arrays.copyOfRange(jpeg, last, jpeg.length - 2);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(jpeg, 0, last);
    for (int i = 0; i < times; i++) {
      bytes.writeBytes(scan);
    }
    bytes.writeBytes(from(jpeg, jpeg.length - 2));
    return bytes.toByteArray();
  }

  /** The place of the first segment of a kind. */
  static int segment(byte[] jpeg, int marker) {
    int at = 2;
    while ((jpeg[at + 1] & 0xFF) != marker) {
      at += 2 + (ByteBuffer.wrap(jpeg).getShort(at + 2) & 0xFFFF);
    }
    return at;
  }

  static byte[] without(byte[] jpeg, int marker) {
    int at = segment(jpeg, marker);
    int length = 2 + (ByteBuffer.wrap(jpeg).getShort(at + 2) & 0xFFFF);
    return joined(Arrays.copyOf(jpeg, at), from(jpeg, at + length));
  }

  // ---------------------------------------------------------------- EXIF, PNG, TIFF

  /** A directory that says nothing but an orientation. */
  static byte[] exif(int orientation) {
    ByteBuffer bytes = ByteBuffer.allocate(26);
    bytes.put(ascii("MM\0*")).putInt(8).putShort((short) 1);
    bytes.putShort((short) 274).putShort((short) 3).putInt(1).putShort((short) orientation);
    return bytes.array();
  }

  static byte[] withExif(byte[] jpeg, int orientation) {
    return withSegment(jpeg, 0xE1, joined(ascii("Exif\0\0"), exif(orientation)));
  }

  /** Puts a chunk behind the header of a PNG. */
  static byte[] withChunk(byte[] png, String type, byte[] content) {
    int header = 8 + 25;
    return joined(Arrays.copyOf(png, header), chunk(type, content), from(png, header));
  }

  static byte[] profileChunk(byte[] png, byte[] profile) {
    return withChunk(png, "iCCP", joined(ascii("any\0\0"), deflated(profile)));
  }

  static byte[] chunk(String type, byte[] content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] summed = joined(ascii(type), content);
    CRC32 sum = new CRC32();
    sum.update(summed);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(content.length);
      out.write(summed);
      out.writeInt((int) sum.getValue());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static byte[] deflated(byte[] content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Deflater fast = new Deflater(Deflater.BEST_SPEED);
    try (DeflaterOutputStream out = new DeflaterOutputStream(bytes, fast)) {
      out.write(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      fast.end();
    }
    return bytes.toByteArray();
  }

  /** A PNG of three channels of 16 bits, each row of one grey. */
  static byte[] deepRows(int size, IntUnaryOperator grey) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    Deflater fast = new Deflater(Deflater.BEST_SPEED);
    try (DeflaterOutputStream out = new DeflaterOutputStream(packed, fast)) {
      byte[] row = new byte[1 + 6 * size];
      for (int y = 0; y < size; y++) {
        for (int x = 1; x < row.length; x += 2) {
          row[x] = (byte) (grey.applyAsInt(y) >> 8);
          row[x + 1] = (byte) grey.applyAsInt(y);
        }
        out.write(row);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      fast.end();
    }
    ByteBuffer header = ByteBuffer.allocate(13).putInt(size).putInt(size);
    header.put(new byte[] {16, 2, 0, 0, 0});
    return joined(
        new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'},
        chunk("IHDR", header.array()),
        chunk("IDAT", packed.toByteArray()),
        chunk("IEND", new byte[0]));
  }

  /**
   * A TIFF without compression in one strip.
   *
   * @param photometric 0 white is zero, 1 black is zero, 2 RGB, 5 CMYK
   * @param format 1 unsigned, 3 floating
   */
  static byte[] tiff(
      int width,
      int height,
      int channels,
      int bits,
      int photometric,
      int format,
      int orientation,
      byte[] data) {
    int entries = 11;
    int after = 8 + 2 + 12 * entries + 4;
    ByteBuffer bytes = ByteBuffer.allocate(after + 2 * channels + data.length);
    bytes.order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(ascii("II*\0")).putInt(8).putShort((short) entries);
    entry(bytes, 256, width);
    entry(bytes, 257, height);
    bytes.putShort((short) 258).putShort((short) 3).putInt(channels);
    bytes.putInt(channels > 2 ? after : bits | bits << 16);
    entry(bytes, 259, 1);
    entry(bytes, 262, photometric);
    entry(bytes, 273, after + 2 * channels);
    entry(bytes, 274, orientation);
    entry(bytes, 277, channels);
    entry(bytes, 278, height);
    entry(bytes, 279, data.length);
    entry(bytes, 339, format);
    bytes.putInt(0);
    for (int c = 0; c < channels; c++) {
      bytes.putShort((short) bits);
    }
    return bytes.put(data).array();
  }

  private static void entry(ByteBuffer bytes, int tag, int value) {
    int type = tag == 273 || tag == 279 ? 4 : 3;
    bytes.putShort((short) tag).putShort((short) type).putInt(1).putInt(value);
  }

  // ---------------------------------------------------------------- a profile

  /** A profile of four inks that knows black alone: the others do not show. */
  static byte[] profileOfBlack() {
    int corners = 16;
    ByteBuffer table = ByteBuffer.allocate(48 + 4 * 256 + 3 * corners + 3 * 256);
    table.put(ascii("mft1\0\0\0\0")).put(new byte[] {4, 3, 2, 0});
    for (int i = 0; i < 9; i++) {
      table.putInt(i % 4 == 0 ? 1 << 16 : 0);
    }
    identities(table, 4);
    for (int i = 0; i < corners; i++) {
      table.put((byte) (i % 2 == 0 ? 255 : 0)).put((byte) 128).put((byte) 128);
    }
    identities(table, 3);
    ByteBuffer white = ByteBuffer.allocate(20).put(ascii("XYZ \0\0\0\0"));
    white.putInt(63190).putInt(65536).putInt(54061);
    int tags = 2;
    int start = 128 + 4 + 12 * tags;
    ByteBuffer bytes = ByteBuffer.allocate(start + 20 + table.capacity());
    bytes.putInt(bytes.capacity()).putInt(0).putInt(0x02400000).put(ascii("prtrCMYKLab "));
    bytes.position(36).put(ascii("acsp")).position(68).putInt(63190).putInt(65536).putInt(54061);
    bytes.position(128).putInt(tags);
    bytes.put(ascii("wtpt")).putInt(start).putInt(20);
    bytes.put(ascii("A2B0")).putInt(start + 20).putInt(table.capacity());
    return bytes.put(white.array()).put(table.array()).array();
  }

  private static void identities(ByteBuffer table, int count) {
    for (int i = 0; i < 256 * count; i++) {
      table.put((byte) i);
    }
  }

  // ---------------------------------------------------------------- bytes

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      bytes.writeBytes(part);
    }
    return bytes.toByteArray();
  }

  private static byte[] from(byte[] bytes, int start) {
    return Arrays.copyOfRange(bytes, start, bytes.length);
  }
}
