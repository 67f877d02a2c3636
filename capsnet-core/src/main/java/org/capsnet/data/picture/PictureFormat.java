package org.capsnet.data.picture;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import org.capsnet.io.FormatException;

/** The formats, recognized by how a file begins, not by its name. */
enum PictureFormat {
  PNG("\u0089PNG\r\n\u001A\n"),
  JPEG("\u00FF\u00D8\u00FF"),
  BMP("BM"),
  GIF("GIF87a|GIF89a"),
  TIFF("II*\0|MM\0*"),

  /**
   * Known only to be refused with its name. No decoder in Java decodes most WebP pictures right:
   * the maintained one, TwelveMonkeys 3.14, is off by up to a fifth of the range.
   */
  WEBP("RIFF....WEBP"),

  /** HEIC and AVIF, known only to be refused with their names. */
  HEIF("....ftyp");

  private static final int LONGEST = 12;

  /** What the file begins with, a dot for any byte; the other way to begin behind a bar. */
  private final String begins;

  PictureFormat(String begins) {
    this.begins = begins;
  }

  /**
   * The format of a file.
   *
   * @throws FormatException if it is none of these
   */
  static PictureFormat of(String name, PictureInput in) throws IOException {
    byte[] bytes = new byte[LONGEST];
    int count = 0;
    for (int some; (some = in.read(bytes, count, LONGEST - count)) > 0; ) {
      count += some;
    }
    String head = new String(bytes, 0, count, StandardCharsets.ISO_8859_1);
    return Arrays.stream(values())
        .filter(format -> format.fits(head))
        .findFirst()
        .orElseThrow(
            () -> new FormatException(name, "it is not a picture that this JVM can read", null));
  }

  private boolean fits(String head) {
    return Arrays.stream(begins.split("[|]", -1)).anyMatch(begin -> fits(head, begin));
  }

  private static boolean fits(String head, String begin) {
    for (int i = 0; i < begin.length(); i++) {
      if (i >= head.length() || (begin.charAt(i) != '.' && begin.charAt(i) != head.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  /**
   * The decoder, which is that of the JDK: what a picture is read as must not depend on what else
   * lies on the class path.
   */
  ImageReader reader() {
    Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(name());
    while (readers.hasNext()) {
      ImageReader reader = readers.next();
      if (reader.getClass().getModule() == ImageIO.class.getModule()) {
        return reader;
      }
    }
    throw new IllegalStateException("this JVM has no decoder for " + this);
  }
}
