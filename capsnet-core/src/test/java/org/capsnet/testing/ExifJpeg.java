package org.capsnet.testing;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** Writes pictures as a camera does that was not held upright. */
public final class ExifJpeg {

  /** A segment of 34 bytes: its head, a TIFF header, and a directory of one entry. */
  private static final int SEGMENT = 36;

  private ExifJpeg() {}

  /**
   * Writes a picture.
   *
   * @param file the file
   * @param picture its rows as they are to be stored
   * @param orientation how it is to be turned to be seen, as EXIF numbers it
   * @return the file
   */
  public static Path write(Path file, BufferedImage picture, int orientation) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(picture, "jpg", bytes);
    byte[] jpeg = bytes.toByteArray();
    ByteBuffer out = ByteBuffer.allocate(jpeg.length + SEGMENT);
    out.put(jpeg, 0, 2).putShort((short) 0xFFE1).putShort((short) (SEGMENT - 2));
    out.put("Exif\0\0MM\0*".getBytes(StandardCharsets.US_ASCII)).putInt(8);
    out.putShort((short) 1).putShort((short) 0x0112).putShort((short) 3).putInt(1);
    out.putShort((short) orientation).putShort((short) 0).putInt(0);
    out.put(jpeg, 2, jpeg.length - 2);
    return Files.write(file, out.array());
  }
}
