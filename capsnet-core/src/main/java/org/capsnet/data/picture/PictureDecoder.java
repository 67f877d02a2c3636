package org.capsnet.data.picture;

import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.SampleModel;
import java.io.IOException;
import java.util.regex.Pattern;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import org.capsnet.io.FormatException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decodes one picture, as many rows at a time as fit into a part of the memory, and passes them on
 * from top to bottom. Whatever goes wrong is a {@link FormatException}: decoders throw exceptions
 * of all kinds for bad files, and only warn of missing samples.
 */
final class PictureDecoder implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(PictureDecoder.class);

  /** More than any camera makes; beyond this, a small file is probably meant to fill the memory. */
  private static final long MAX_PIXELS = 1L << 27;

  /** Pixels times strips: sixteen of each pixel of the largest picture, some ten seconds. */
  private static final long MAX_WORK = 1L << 31;

  /** A row costs as much time as so many additional pixels. */
  private static final int PIXELS_PER_ROW = 64;

  /** A pixel of the row that is worked on: decoded, as floats, converted, and its weight. */
  private static final int ROW_BYTES_PER_PIXEL = 64;

  private static final int RGB = 3;

  /** The part of the memory that decoded rows may take. */
  private static final int PART = 4;

  /**
   * Warnings that do not mean that samples are missing or made up: of metadata, of profiles, of
   * headers that differ from the standard, of bytes that nothing needed.
   */
  private static final Pattern HARMLESS =
      Pattern.compile(
          "profile|extraneous bytes before marker|JFIF|Adobe color transform|SOS parameters"
              + "|PNG|chunk|Compression field is missing|inconsistent with|count !="
              + "|not found, assuming|should begin with EOL",
          Pattern.CASE_INSENSITIVE);

  /** A step of decoding, which may throw anything. */
  private interface Decoding<T> {

    T run() throws IOException;
  }

  /** Takes a row of a picture, [channels, width] from 0 to 255. */
  interface RowTaker {

    /** Takes it; the array is used again for the next one. */
    void take(int y, float[][] row);
  }

  private final String name;
  private final PictureHeader header;
  private final ImageReader reader;
  private final int width;
  private final int height;
  private final boolean counts;
  private final RowCount rowCount = new RowCount();
  private String fault;

  private PictureDecoder(
      String name, PictureFormat format, PictureHeader header, ImageReader reader)
      throws IOException {
    this.name = name;
    this.header = header;
    this.reader = reader;
    counts = format == PictureFormat.GIF;
    if (counts) {
      reader.addIIOReadUpdateListener(rowCount);
    }
    reader.addIIOReadWarningListener((source, warning) -> warned(warning));
    width = reader.getWidth(0);
    height = reader.getHeight(0);
    if (width < 1 || height < 1 || (long) width * height > MAX_PIXELS) {
      throw new FormatException(
          name, "expected 1 to %s pixels, got %s × %s".formatted(MAX_PIXELS, width, height), null);
    }
    if ((long) width * ROW_BYTES_PER_PIXEL > Runtime.getRuntime().maxMemory() / 2) {
      throw new FormatException(
          name, "a row of it, %s pixels, does not fit into the memory".formatted(width), null);
    }
    requireLittleWork(1);
  }

  /**
   * Reads what is in front of the samples.
   *
   * @param name of the file, for messages
   * @param in its bytes, to be closed by the caller after this
   */
  static PictureDecoder open(String name, PictureInput in) throws FormatException {
    return guarded(
        name,
        () -> {
          PictureFormat format = PictureFormat.of(name, in);
          PictureHeader header = PictureHeader.read(format, name, in);
          in.seek(0);
          ImageReader reader = format.reader();
          try {
            reader.setInput(in, false, true);
            return new PictureDecoder(name, format, header, reader);
          } catch (IOException | RuntimeException e) {
            reader.dispose();
            throw e;
          }
        });
  }

  /** Decoders throw both at bad files, and take memory that a file says it needs. */
  private static <T> T guarded(String name, Decoding<T> decoding) throws FormatException {
    try {
      return decoding.run();
    } catch (FormatException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw new FormatException(name, "it cannot be decoded: " + e, e);
    } catch (OutOfMemoryError e) {
      throw new FormatException(name, "it does not fit into the memory of this JVM", e);
    }
  }

  /** How the picture lies in its file. */
  Orientation orientation() {
    return header.orientation();
  }

  /** The pixels of a row in the file. */
  int width() {
    return width;
  }

  /** The rows in the file. */
  int height() {
    return height;
  }

  /**
   * Decodes all rows, as they lie in the file.
   *
   * @param taker of red, green and blue
   * @throws FormatException if not all of them can be decoded
   */
  void eachRow(RowTaker taker) throws FormatException {
    guarded(
        name,
        () -> {
          decode(taker);
          return null;
        });
  }

  private void decode(RowTaker taker) throws IOException {
    long room = Runtime.getRuntime().maxMemory() / PART;
    int strip = (int) Math.max(1, Math.min(height, room / rowBytes()));
    requireLittleWork((height + strip - 1) / strip);
    ColourConversion conversion = null;
    float[][] row = new float[RGB][width];
    for (int top = 0; top < height; top += strip) {
      int count = Math.min(strip, height - top);
      Strip decoded = decode(new Rectangle(0, top, width, count), conversion);
      conversion = decoded.conversion;
      for (int y = 0; y < count; y++) {
        conversion.convert(decoded.rows, y, row);
        taker.take(top + y, row);
      }
    }
  }

  /** Decoders begin at the first row for each strip: what has many takes the more of them. */
  private void requireLittleWork(int strips) throws FormatException {
    long pixels = height * ((long) width + PIXELS_PER_ROW);
    if (strips > MAX_WORK / pixels) {
      throw new FormatException(
          name,
          "its %s × %s pixels are too much work to decode%s"
              .formatted(
                  width,
                  height,
                  strips > 1 ? ", %s times with the memory of this JVM".formatted(strips) : ""),
          null);
    }
  }

  /**
   * Decodes the whole picture, with its samples as they are stored.
   *
   * @throws FormatException if not all of it can be decoded
   */
  BufferedImage picture() throws FormatException {
    return guarded(
        name,
        () -> {
          BufferedImage picture = reader.read(0);
          requireSound(height);
          return picture;
        });
  }

  /** Some rows, and what their samples mean. */
  private record Strip(SampleRows rows, ColourConversion conversion) {}

  private Strip decode(Rectangle region, ColourConversion known) throws IOException {
    ImageReadParam param = reader.getDefaultReadParam();
    param.setSourceRegion(region);
    Strip strip;
    if (header.components() == PictureHeader.Components.DECODED) {
      BufferedImage picture = reader.read(0, param);
      strip =
          new Strip(
              SampleRows.of(picture),
              known != null ? known : ColourConversion.of(picture, header.profile()));
    } else {
      Raster raster = reader.readRaster(0, param);
      strip = new Strip(SampleRows.of(raster), known != null ? known : ColourConversion.of(header));
    }
    requireSound(region.height);
    return strip;
  }

  private void requireSound(int rows) throws FormatException {
    if (counts && rowCount.take() < rows) {
      fault = "its last rows are not there";
    }
    if (fault != null) {
      throw new FormatException(name, "it is damaged or cut short: " + fault, null);
    }
  }

  /** What a row takes in memory once decoded. */
  private long rowBytes() throws IOException {
    return switch (header.components()) {
      case DECODED -> decodedRowBytes();
      case GREY -> width;
      case RGB, YCC -> 3L * width;
      case CMYK, YCCK -> 4L * width;
    };
  }

  private long decodedRowBytes() throws IOException {
    SampleModel model = reader.getImageTypes(0).next().getSampleModel();
    int bits = DataBuffer.getDataTypeSize(model.getTransferType()) * model.getNumDataElements();
    return (long) width * bits / Byte.SIZE;
  }

  private void warned(String warning) {
    if (HARMLESS.matcher(warning).find()) {
      LOG.debug("{}: {}", name, warning);
    } else if (fault == null) {
      fault = warning;
    }
  }

  @Override
  public void close() {
    reader.dispose();
  }
}
