package org.capsnet.data.picture;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.capsnet.io.FormatException;
import org.capsnet.io.SizeLimits;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Reads one picture at the size that a network takes. It is resized to that size, averaging over
 * the pixels that are merged, and turned upright as its EXIF data says. Colour becomes grey by its
 * luma, grey becomes three equal channels, and transparent pixels lie on white.
 *
 * <p><b>Formats</b>, recognized by their content, not by their name: PNG; JPEG, of 8 bits, as grey,
 * colour or four inks; BMP; the first frame of a GIF; the first page of a TIFF of 1 to 16 unsigned
 * bits. WebP, HEIC and AVIF are refused with a message that names them.
 *
 * <p><b>Colours</b> are those of sRGB. Where a picture or its colour model has a colour profile, it
 * is followed, as by a viewer; a damaged profile is ignored, and so are the gamma and
 * chromaticities of a PNG without a profile. Grey is taken as it is. Inks without a profile become
 * (1 − C) · (1 − K), as in other tools.
 *
 * <p><b>Damage.</b> A picture is faulty if it is cut short, if a checksum is wrong, or if the
 * decoder reports that samples are missing or made up. Oddities that do not affect the image are
 * not faults: superfluous bytes, unknown metadata, further pages. Like other tools, this one cannot
 * detect a changed bit where a format has no checksums.
 *
 * <p><b>Size.</b> Rows are scaled as they are decoded, so that a picture need not fit into memory.
 * A picture with more than 2²⁷ pixels, with more than its bytes can hold, or that would take long
 * to decode for its size, is refused before decoding.
 */
public final class ImageFile {

  /** The most bytes read from a stream, whose length is unknown. */
  private static final int MAX_STREAM_BYTES = 1 << 28;

  private static final int GREY = 1;
  private static final int RGB = 3;

  private ImageFile() {}

  /**
   * Reads a picture.
   *
   * @param file the file, whose content decides its format
   * @param channels 1 for grey, 3 for red, green, blue
   * @param height the height to resize it to, in pixels
   * @param width the width to resize it to, in pixels
   * @return float [channels, height, width] from 0 to 1, outside every workspace
   * @throws FormatException if it is not a picture of these formats, is damaged, or is too large
   * @throws IOException if it cannot be read
   * @throws IllegalArgumentException if the channels are neither 1 nor 3, or a size is below 1
   */
  public static INDArray read(Path file, int channels, int height, int width) throws IOException {
    return new ByteImage(bytes(file, channels, height, width), channels, height, width).toArray();
  }

  /**
   * Reads a picture from a stream, such as an upload or an entry of an archive.
   *
   * @param in the stream, which is read to its end and not closed
   * @param channels 1 for grey, 3 for red, green, blue
   * @param height the height to resize it to, in pixels
   * @param width the width to resize it to, in pixels
   * @return float [channels, height, width] from 0 to 1, outside every workspace
   * @throws FormatException as for a file, which the message calls "stream"; also if there are more
   *     than 2²⁸ bytes, or more than an eighth of the memory of this JVM
   * @throws IOException if it cannot be read
   * @throws IllegalArgumentException if the channels are neither 1 nor 3, or a size is below 1
   */
  public static INDArray read(InputStream in, int channels, int height, int width)
      throws IOException {
    requireSize(channels, height, width);
    return read("stream", bytes(in), channels, height, width);
  }

  /**
   * Reads the bytes of a picture file from a stream, whatever they are.
   *
   * @param in of at most the bytes that {@link #read(InputStream, int, int, int)} takes; read to
   *     its end and not closed
   * @return all of them
   * @throws FormatException if there are more
   * @throws IOException if they cannot be read
   */
  public static byte[] bytes(InputStream in) throws IOException {
    int most = (int) Math.min(MAX_STREAM_BYTES, Runtime.getRuntime().maxMemory() / 8);
    byte[] bytes = in.readNBytes(most);
    if (in.read() >= 0) {
      throw new FormatException("stream", "it is longer than " + most + " bytes", null);
    }
    return bytes;
  }

  /**
   * Reads a picture from the bytes of a file.
   *
   * @param bytes of a whole file, with its header and as compressed as the file is
   * @param channels 1 for grey, 3 for red, green, blue
   * @param height the height to resize it to, in pixels
   * @param width the width to resize it to, in pixels
   * @return float [channels, height, width] from 0 to 1, outside every workspace
   * @throws FormatException as for a file, which the message calls "bytes"
   * @throws IllegalArgumentException if the channels are neither 1 nor 3, or a size is below 1
   */
  public static INDArray read(byte[] bytes, int channels, int height, int width)
      throws FormatException {
    requireSize(channels, height, width);
    return read("bytes", bytes, channels, height, width);
  }

  private static INDArray read(String name, byte[] bytes, int channels, int height, int width)
      throws FormatException {
    try (PictureInput in = PictureInput.of(bytes)) {
      return new ByteImage(bytes(name, in, channels, height, width), channels, height, width)
          .toArray();
    } catch (FormatException e) {
      throw e;
    } catch (IOException e) {
      throw new UncheckedIOException(e); // nothing of bytes can fail to be read
    }
  }

  /**
   * Takes a picture that is already in memory, with the same conversion as one read from a file.
   *
   * @param picture of any colour model, its samples unsigned and of 16 bits at most; taken as
   *     upright
   * @param channels 1 for grey, 3 for red, green, blue
   * @param height the height to resize it to, in pixels
   * @param width the width to resize it to, in pixels
   * @return float [channels, height, width] from 0 to 1, outside every workspace
   * @throws IllegalArgumentException if the channels are neither 1 nor 3, a size is below 1, or the
   *     picture has other samples
   */
  public static INDArray read(BufferedImage picture, int channels, int height, int width) {
    requireSize(channels, height, width);
    Resampler resampler =
        new Resampler(channels, picture.getHeight(), picture.getWidth(), height, width);
    SampleRows rows = SampleRows.of(picture);
    ColourConversion conversion = ColourConversion.of(picture, Optional.empty());
    float[][] row = new float[RGB][picture.getWidth()];
    for (int y = 0; y < picture.getHeight(); y++) {
      conversion.convert(rows, y, row);
      resampler.add(inChannels(row, channels));
    }
    return new ByteImage(resampler.bytes(), channels, height, width).toArray();
  }

  /**
   * Reads a picture as bytes.
   *
   * @param file as for {@link #read(Path, int, int, int)}
   * @param channels as there
   * @param height as there
   * @param width as there
   * @return unsigned bytes {@code [channels, height, width]}
   * @throws IOException as there
   */
  public static byte[] bytes(Path file, int channels, int height, int width) throws IOException {
    requireSize(channels, height, width);
    try (PictureInput in = open(file)) {
      return bytes(file.toString(), in, channels, height, width);
    }
  }

  private static byte[] bytes(String name, PictureInput in, int channels, int height, int width)
      throws IOException {
    return SizeLimits.fitting(name, () -> stretched(name, in, channels, height, width));
  }

  private static byte[] stretched(String name, PictureInput in, int channels, int height, int width)
      throws FormatException {
    try (PictureDecoder picture = PictureDecoder.open(name, in)) {
      Orientation orientation = picture.orientation();
      boolean swaps = orientation.swapsAxes();
      int rows = swaps ? width : height;
      int columns = swaps ? height : width;
      Resampler resampler =
          new Resampler(channels, picture.height(), picture.width(), rows, columns);
      picture.eachRow((y, row) -> resampler.add(inChannels(row, channels)));
      // Stretched and then turned is turned and then stretched, and costs less.
      return orientation.upright(resampler.bytes(), channels, rows, columns);
    }
  }

  private static PictureInput open(Path file) throws IOException {
    if (!Files.exists(file)) {
      if (Files.isSymbolicLink(file)) {
        throw new FormatException(file, "it is a link to nothing");
      }
      throw new NoSuchFileException(file.toString());
    }
    if (!Files.isRegularFile(file)) { // of a pipe, the opening may wait forever
      throw new FormatException(file, "it is not a file but a folder, a pipe or a device");
    }
    try {
      return PictureInput.of(file);
    } catch (IOException e) {
      throw new FormatException(file, "it cannot be opened: " + e, e);
    }
  }

  /**
   * Reads a picture at its own size.
   *
   * @param file the file, whose content decides its format
   * @param channels 1 for grey, 3 for red, green, blue
   * @return one byte per pixel and channel
   * @throws FormatException as when it is resized
   * @throws IOException if it cannot be read
   * @throws IllegalArgumentException if the channels are neither 1 nor 3
   */
  public static ByteImage read(Path file, int channels) throws IOException {
    requireSize(channels, 1, 1);
    return SizeLimits.fitting(file.toString(), () -> ofOwnSize(file, channels));
  }

  private static ByteImage ofOwnSize(Path file, int channels) throws IOException {
    try (PictureInput in = open(file);
        PictureDecoder picture = PictureDecoder.open(file.toString(), in)) {
      Orientation orientation = picture.orientation();
      boolean swaps = orientation.swapsAxes();
      int height = swaps ? picture.width() : picture.height();
      int width = swaps ? picture.height() : picture.width();
      byte[] bytes = new byte[SizeLimits.length(file.toString(), channels, height, width)];
      picture.eachRow(
          (y, row) -> {
            inChannels(row, channels);
            for (int c = 0; c < channels; c++) {
              byte[] rounded = Resampler.bytes(row[c]);
              int plane = c * height * width;
              for (int x = 0; x < rounded.length; x++) {
                bytes[plane + orientation.place(y, x, height, width)] = rounded[x];
              }
            }
          });
      return new ByteImage(bytes, channels, height, width);
    }
  }

  /**
   * The pixels of a picture, turned upright.
   *
   * @param height of them
   * @param width of them
   */
  public record PictureSize(int height, int width) {}

  /**
   * How large a picture is, by its header: nothing is decoded.
   *
   * @param file the file
   * @return its size as it is read
   * @throws FormatException if it is not a picture of these formats, or is too large
   * @throws IOException if it cannot be read
   */
  public static PictureSize size(Path file) throws IOException {
    try (PictureInput in = open(file);
        PictureDecoder picture = PictureDecoder.open(file.toString(), in)) {
      return picture.orientation().swapsAxes()
          ? new PictureSize(picture.width(), picture.height())
          : new PictureSize(picture.height(), picture.width());
    }
  }

  /**
   * The orientation of a picture in its file. All methods here that read a picture turn it upright;
   * labels that were drawn on the rows of the file, as by a tool that ignores EXIF, must be turned
   * with it.
   *
   * @param file the file
   * @return as EXIF numbers it: 1 upright, 2 mirrored, 3 upside down, 4 flipped; and with rows and
   *     columns swapped 5 transposed, 6 to be turned clockwise, 7 transposed about the other
   *     diagonal, 8 to be turned counter-clockwise
   * @throws FormatException as when it is read
   * @throws IOException if it cannot be read
   */
  public static int orientation(Path file) throws IOException {
    try (PictureInput in = open(file);
        PictureDecoder picture = PictureDecoder.open(file.toString(), in)) {
      return picture.orientation().number();
    }
  }

  /** A row of red, green and blue, or with its first channel made grey. */
  private static float[][] inChannels(float[][] row, int channels) {
    if (channels == GREY) {
      for (int x = 0; x < row[0].length; x++) {
        row[0][x] = luma(row[0][x], row[1][x], row[2][x]);
      }
    }
    return row;
  }

  /**
   * Checks what a picture is to be read as.
   *
   * @param channels expected to be 1 or 3
   * @param height expected to be 1 or more, in pixels
   * @param width expected to be 1 or more, in pixels
   * @throws IllegalArgumentException if one is out of its range
   */
  public static void requireSize(int channels, int height, int width) {
    if (channels != GREY && channels != RGB) {
      throw new IllegalArgumentException("channels: expected 1 or 3, got " + channels);
    }
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "height and width: expected 1 or more, got " + height + ", " + width);
    }
    ByteImage.numbers(channels, height, width);
  }

  /**
   * The grey of a colour, by the weights of ITU-R BT.601, which other libraries also use.
   *
   * @param red of any range
   * @param green of the same
   * @param blue of the same
   * @return grey, of the same
   */
  public static float luma(float red, float green, float blue) {
    return 0.299f * red + 0.587f * green + 0.114f * blue;
  }
}
