package org.capsnet.data;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.capsnet.io.FormatException;
import org.capsnet.io.Gzip;
import org.capsnet.io.SizeLimits;

/**
 * Reads images and labels in the IDX format of MNIST and its relatives: grey images of unsigned
 * bytes (magic number 2051) and labels (2049), compressed with gzip or not, which is recognized by
 * their content, not by their name.
 */
public final class IdxReader {

  private static final int IMAGES = 2051;
  static final int LABELS = 2049;

  private IdxReader() {}

  /**
   * Reads a file of images and the file of their labels.
   *
   * @param images the images
   * @param labels a label for each image
   * @param classNames the name of each class
   * @return the images, of one channel
   * @throws FormatException if a file is empty, cut short, too long, of another format, or the two
   *     do not fit together
   * @throws IOException if a file cannot be read
   */
  public static LabeledImages read(Path images, Path labels, List<String> classNames)
      throws IOException {
    try (InputStream imageStream = Files.newInputStream(images);
        InputStream labelStream = Files.newInputStream(labels)) {
      return read(images.toString(), imageStream, labels.toString(), labelStream, classNames);
    }
  }

  /**
   * Reads images and labels from streams, such as resources.
   *
   * @param imagesName what to call the images in messages
   * @param images the images; read to the end, not closed
   * @param labelsName what to call the labels in messages
   * @param labels a label for each image; read to the end, not closed
   * @param classNames the name of each class
   * @return the images, of one channel
   * @throws FormatException as for files
   * @throws IOException if a stream cannot be read
   */
  public static LabeledImages read(
      String imagesName,
      InputStream images,
      String labelsName,
      InputStream labels,
      List<String> classNames)
      throws IOException {
    return SizeLimits.fitting(
        imagesName,
        () -> {
          Idx image = Idx.open(imagesName, images, IMAGES, 3);
          byte[] pixels = image.data();
          Idx label = Idx.open(labelsName, labels, LABELS, 1);
          if (image.sizes[0] != label.sizes[0]) {
            throw new FormatException(
                labelsName,
                "expected %s labels, one for each image of %s, got %s"
                    .formatted(image.sizes[0], imagesName, label.sizes[0]),
                null);
          }
          int[] classes = classes(labelsName, label.data(), classNames.size());
          return new LabeledImages(pixels, 1, image.sizes[1], image.sizes[2], classes, classNames);
        });
  }

  private static int[] classes(String name, byte[] data, int classCount) throws FormatException {
    int[] classes = new int[data.length];
    for (int i = 0; i < data.length; i++) {
      classes[i] = data[i] & 0xFF;
      if (classes[i] >= classCount) {
        throw new FormatException(
            name,
            "label %s: expected 0 to %s, got %s".formatted(i, classCount - 1, classes[i]),
            null);
      }
    }
    return classes;
  }

  // ---------------------------------------------------------------- one file

  /** A file whose header has been read and checked, but not yet its data. */
  @SuppressWarnings("ArrayRecordComponent") // never compared, and not seen outside this class
  private record Idx(String name, InputStream in, int[] sizes) {

    static Idx open(String name, InputStream raw, int magic, int rank) throws IOException {
      return Gzip.reading(
          name,
          () -> {
            InputStream in = unpacked(name, raw, magic);
            return new Idx(name, in, readSizes(name, in, rank));
          });
    }

    byte[] data() throws IOException {
      return Gzip.reading(name, () -> SizeLimits.read(name, in, SizeLimits.length(name, sizes)));
    }
  }

  /** The content after its magic number, which is checked. */
  private static InputStream unpacked(String name, InputStream raw, int magic) throws IOException {
    InputStream in = new BufferedInputStream(raw, 1 << 16);
    boolean gzip = Gzip.begins(in);
    if (gzip) {
      in = new GZIPInputStream(in, 1 << 16);
    }
    byte[] start = in.readNBytes(Integer.BYTES);
    if (start.length == 0) {
      throw new FormatException(name, "it is empty", null);
    }
    if (start.length < Integer.BYTES) {
      throw cutShort(name, "a magic number of 4 bytes", start.length);
    }
    int found = ByteBuffer.wrap(start).getInt();
    if (found != magic) {
      throw new FormatException(
          name,
          "expected IDX %s (magic number %s), got %s%s (0x%08X)"
              .formatted(
                  magic == IMAGES ? "images" : "labels",
                  magic,
                  gzip ? "" : "neither it nor gzip but ",
                  found,
                  found),
          null);
    }
    return in;
  }

  private static int[] readSizes(String name, InputStream in, int rank) throws IOException {
    byte[] header = in.readNBytes(rank * Integer.BYTES);
    if (header.length < rank * Integer.BYTES) {
      throw cutShort(name, rank + " sizes in its header", header.length / Integer.BYTES);
    }
    int[] sizes = new int[rank];
    ByteBuffer.wrap(header).asIntBuffer().get(sizes);
    for (int size : sizes) {
      if (size <= 0) {
        throw new FormatException(
            name,
            "a size in its header: expected 1 to %s, got %s"
                .formatted(Integer.MAX_VALUE, Integer.toUnsignedString(size)),
            null);
      }
    }
    SizeLimits.length(name, sizes); // before a byte of the data is unpacked
    return sizes;
  }

  private static FormatException cutShort(String name, String expected, int got) {
    return new FormatException(
        name, "it is cut short: expected " + expected + ", got " + got, null);
  }
}
