package org.capsnet.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/** Small whole files of each format. */
final class Samples {

  private static final int SIDE = 9;

  private Samples() {}

  // ---------------------------------------------------------------- pictures

  /** A picture of some type, of noise in a few colours. */
  static BufferedImage picture(int type) {
    BufferedImage picture = new BufferedImage(SIDE + 2, SIDE, type);
    Random random = new Random(type);
    for (int y = 0; y < picture.getHeight(); y++) {
      for (int x = 0; x < picture.getWidth(); x++) {
        picture.setRGB(x, y, 0xFF000000 | random.nextInt(4) * 0x404040);
      }
    }
    return picture;
  }

  /** A picture of three indices into a palette. */
  static BufferedImage palette() {
    byte[] levels = {0, (byte) 128, (byte) 255};
    IndexColorModel colours = new IndexColorModel(8, 3, levels, levels, levels);
    BufferedImage picture =
        new BufferedImage(SIDE + 2, SIDE, BufferedImage.TYPE_BYTE_INDEXED, colours);
    for (int i = 0; i < (SIDE + 2) * SIDE; i++) {
      picture.getRaster().setSample(i % (SIDE + 2), i / (SIDE + 2), 0, i % 3);
    }
    return picture;
  }

  /** Writes a picture; progressive in as many scans as the JDK makes, where the format has it. */
  static byte[] encoded(BufferedImage picture, String format, boolean progressive)
      throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName(format).next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
      writer.setOutput(out);
      ImageWriteParam param = writer.getDefaultWriteParam();
      if (progressive) {
        param.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
      }
      writer.write(null, new IIOImage(picture, null, null), param);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  // ---------------------------------------------------------------- arrays

  /** IDX of so many bytes, small ones, which are labels as well. */
  static byte[] idx(int... sizes) {
    int count = 1;
    for (int size : sizes) {
      count *= size;
    }
    ByteBuffer idx = ByteBuffer.allocate(4 + 4 * sizes.length + count);
    idx.putInt(0x800 | sizes.length);
    for (int size : sizes) {
      idx.putInt(size);
    }
    for (int i = 0; i < count; i++) {
      idx.put((byte) (i % 3));
    }
    return idx.array();
  }

  static byte[] gzip(byte[] plain) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      out.write(plain);
    }
    return bytes.toByteArray();
  }

  /** An array of numpy's of unsigned bytes 0, 1, 0, 1 …. */
  static byte[] npy(int... sizes) {
    StringBuilder shape = new StringBuilder();
    int count = 1;
    for (int size : sizes) {
      shape.append(size).append(", ");
      count *= size;
    }
    String header = "{'descr': '|u1', 'fortran_order': False, 'shape': (%s), }".formatted(shape);
    header += " ".repeat(63 - (10 + header.length()) % 64) + "\n";
    ByteBuffer npy = ByteBuffer.allocate(10 + header.length() + count);
    npy.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
    npy.put((byte) header.length()).put((byte) (header.length() >> 8));
    npy.put(header.getBytes(ISO_8859_1));
    for (int i = 0; i < count; i++) {
      npy.put((byte) (i % 2));
    }
    return npy.array();
  }

  /** A set of three parts, the first of which has this array of images. */
  static byte[] npz(byte[] images, boolean stored) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (String part : new String[] {"train", "val", "test"}) {
        byte[] first = part.equals("train") ? images : npy(2, 4, 4);
        put(zip, part + "_images.npy", first, stored);
        put(zip, part + "_labels.npy", npy(2, 1), stored);
      }
    }
    return bytes.toByteArray();
  }

  private static void put(ZipOutputStream zip, String name, byte[] content, boolean stored)
      throws IOException {
    ZipEntry entry = new ZipEntry(name);
    if (stored) {
      CRC32 crc = new CRC32();
      crc.update(content);
      entry.setMethod(ZipEntry.STORED);
      entry.setSize(content.length);
      entry.setCrc(crc.getValue());
    }
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }

  // ---------------------------------------------------------------- texts

  static byte[] voc() {
    return """
    <?xml version="1.0"?>
    <annotation>
      <folder>JPEGImages</folder>
      <filename>a.png</filename>
      <size><width>11</width><height>9</height><depth>3</depth></size>
      <object>
        <name>cat</name><difficult>0</difficult>
        <bndbox><xmin>1</xmin><ymin>2</ymin><xmax>6</xmax><ymax>8</ymax></bndbox>
      </object>
      <object>
        <name>d&#233; &amp; g</name><difficult>1</difficult>
        <bndbox><xmin>3.5</xmin><ymin>2</ymin><xmax>9</xmax><ymax>5</ymax></bndbox>
      </object>
    </annotation>
    """
        .getBytes(UTF_8);
  }

  static byte[] csv(char separator) {
    return "id,label,patient\na,benign,1\n\"b\",\"mal,ignant\",2\nc,benign,\"2\"\n"
        .replace(',', separator)
        .getBytes(UTF_8);
  }
}
