package org.capsnet.data;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.capsnet.io.Claims;
import org.capsnet.io.FormatException;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Reads one picture (PNG, JPEG, BMP; 8 or 16 bits, grey, palette or colour) at the size that a
 * network takes. It is stretched to that size, with an average over the pixels that fall together.
 * Colour becomes grey by its luma, grey becomes three equal channels, and what is transparent lies
 * on white. A camera's orientation tag is not followed.
 */
public final class ImageFile {

  /** More than any camera makes; beyond it a small file is likely to be made to fill the memory. */
  private static final long MAX_PIXELS = 1L << 27;

  /** What the most spacious format takes: four channels of 16 bits. */
  private static final int BYTES_A_PIXEL = 8;

  /** The most that is held of a stream, whose length nobody knows. */
  private static final int MAX_STREAM_BYTES = 1 << 28;

  private static final int GREY = 1;
  private static final int RGB = 3;
  private static final float WHITE = 255;

  private ImageFile() {}

  /**
   * Reads a picture.
   *
   * @param file the file; its content says of which format it is
   * @param channels 1 for grey, 3 for red, green, blue
   * @param height the height to stretch it to, in pixels
   * @param width the width to stretch it to, in pixels
   * @return float [channels, height, width] from 0 to 1, outside every workspace
   * @throws FormatException if it is not a picture, is cut short, or is larger than 2²⁷ pixels or
   *     than the memory of this JVM
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
   * @param height the height to stretch it to, in pixels
   * @param width the width to stretch it to, in pixels
   * @return float [channels, height, width] from 0 to 1, outside every workspace
   * @throws FormatException as for a file, which the message calls "stream"; also if there are more
   *     than 2²⁸ bytes, or more than an eighth of the memory of this JVM
   * @throws IOException if it cannot be read
   * @throws IllegalArgumentException if the channels are neither 1 nor 3, or a size is below 1
   */
  public static INDArray read(InputStream in, int channels, int height, int width)
      throws IOException {
    requireSize(channels, height, width);
    int most = (int) Math.min(MAX_STREAM_BYTES, Runtime.getRuntime().maxMemory() / 8);
    byte[] bytes = in.readNBytes(most);
    if (in.read() >= 0) {
      throw new FormatException("stream", "it is longer than " + most + " bytes", null);
    }
    return read("stream", bytes, channels, height, width);
  }

  /**
   * Reads a picture from the bytes of a file.
   *
   * @param bytes of a whole file: with its header, packed as the file is
   * @param channels 1 for grey, 3 for red, green, blue
   * @param height the height to stretch it to, in pixels
   * @param width the width to stretch it to, in pixels
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
    BufferedImage picture =
        decode(name, () -> new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes)));
    return read(picture, channels, height, width);
  }

  /**
   * Takes a picture that is in memory already, with the same conversion as one of a file.
   *
   * @param picture of any colour model
   * @param channels 1 for grey, 3 for red, green, blue
   * @param height the height to stretch it to, in pixels
   * @param width the width to stretch it to, in pixels
   * @return float [channels, height, width] from 0 to 1, outside every workspace
   * @throws IllegalArgumentException if the channels are neither 1 nor 3, or a size is below 1
   */
  public static INDArray read(BufferedImage picture, int channels, int height, int width) {
    requireSize(channels, height, width);
    byte[] pixels = bytes(picture, channels, height, width);
    return new ByteImage(pixels, channels, height, width).toArray();
  }

  /** Reads a picture as unsigned bytes [channels, height, width]. */
  static byte[] bytes(Path file, int channels, int height, int width) throws IOException {
    requireSize(channels, height, width);
    return bytes(decode(file), channels, height, width);
  }

  /**
   * Reads a picture at its own size.
   *
   * @param file the file; its content says of which format it is
   * @param channels 1 for grey, 3 for red, green, blue
   * @return one byte a pixel and channel
   * @throws FormatException as when it is stretched
   * @throws IOException if it cannot be read
   * @throws IllegalArgumentException if the channels are neither 1 nor 3
   */
  public static ByteImage read(Path file, int channels) throws IOException {
    requireSize(channels, 1, 1);
    BufferedImage picture = decode(file);
    int height = picture.getHeight();
    int width = picture.getWidth();
    byte[] bytes = new byte[Claims.length(file.toString(), channels, height, width)];
    eachRow(
        picture,
        channels,
        (y, row) -> {
          for (int c = 0; c < channels; c++) {
            byte[] rounded = Resampler.bytes(row[c]);
            System.arraycopy(rounded, 0, bytes, (c * height + y) * width, width);
          }
        });
    return new ByteImage(bytes, channels, height, width);
  }

  private static byte[] bytes(BufferedImage picture, int channels, int height, int width) {
    Resampler resampler =
        new Resampler(channels, picture.getHeight(), picture.getWidth(), height, width);
    eachRow(picture, channels, (y, row) -> resampler.add(row));
    return resampler.bytes();
  }

  /** Takes a row of a picture, [channels, width] from 0 to 255. */
  private interface RowTaker {

    void take(int y, float[][] row);
  }

  private static void eachRow(BufferedImage picture, int channels, RowTaker taker) {
    RowReader rows = RowReader.of(picture);
    float[][] row = new float[RGB][picture.getWidth()];
    for (int y = 0; y < picture.getHeight(); y++) {
      rows.read(y, row);
      if (channels == GREY) {
        toLuma(row);
      }
      taker.take(y, row);
    }
  }

  static void requireSize(int channels, int height, int width) {
    if (channels != GREY && channels != RGB) {
      throw new IllegalArgumentException("channels: expected 1 or 3, got " + channels);
    }
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "height and width: expected 1 or more, got " + height + ", " + width);
    }
  }

  private static void toLuma(float[][] row) {
    for (int x = 0; x < row[0].length; x++) {
      row[0][x] = luma(row[0][x], row[1][x], row[2][x]);
    }
  }

  /** The weights of ITU-R BT.601, by which other libraries make grey too. */
  static float luma(float red, float green, float blue) {
    return 0.299f * red + 0.587f * green + 0.114f * blue;
  }

  // ---------------------------------------------------------------- decoding

  private static BufferedImage decode(Path file) throws IOException {
    if (!Files.exists(file)) {
      throw new NoSuchFileException(file.toString());
    }
    return decode(
        file.toString(),
        () -> {
          ImageInputStream in = ImageIO.createImageInputStream(file.toFile());
          if (in == null) {
            throw new FormatException(file, "it cannot be opened");
          }
          return in;
        });
  }

  /** Opens what is to be decoded. */
  private interface Source {

    ImageInputStream open() throws IOException;
  }

  private static BufferedImage decode(String name, Source source) throws FormatException {
    try (ImageInputStream in = source.open()) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
      if (!readers.hasNext()) {
        throw new FormatException(name, "it is not a picture that this JVM can read", null);
      }
      ImageReader reader = readers.next();
      try {
        reader.setInput(in, true, true);
        requireSane(name, reader.getWidth(0), reader.getHeight(0));
        return reader.read(0);
      } finally {
        reader.dispose();
      }
    } catch (FormatException e) {
      throw e;
    } catch (IOException | RuntimeException e) { // the JDK's decoders throw both at bad files
      throw new FormatException(name, "it cannot be decoded: " + e, e);
    }
  }

  private static void requireSane(String name, long width, long height) throws FormatException {
    long most = Math.min(MAX_PIXELS, Runtime.getRuntime().maxMemory() / BYTES_A_PIXEL);
    if (width * height > most) {
      throw new FormatException(
          name, "expected at most %s pixels, got %s × %s".formatted(most, width, height), null);
    }
  }

  /** Reads rows of a picture as red, green and blue from 0 to 255, on white. */
  private interface RowReader {

    void read(int y, float[][] row);

    static RowReader of(BufferedImage picture) {
      ColorModel model = picture.getColorModel();
      boolean grey = model.getColorSpace().getType() == ColorSpace.TYPE_GRAY;
      return grey ? new GreyRows(picture) : new ColourRows(picture);
    }
  }

  /**
   * Takes the numbers as they are. {@link BufferedImage#getRGB} would hold them for linear light
   * and brighten every grey picture.
   */
  private static final class GreyRows implements RowReader {

    private final Raster raster;
    private final float scale;
    private final boolean alpha;
    private final float[] samples;
    private final float[] opacity;

    GreyRows(BufferedImage picture) {
      raster = picture.getRaster();
      scale = 255f / ((1 << picture.getColorModel().getComponentSize(0)) - 1);
      alpha = picture.getColorModel().hasAlpha();
      samples = new float[picture.getWidth()];
      opacity = new float[picture.getWidth()];
      Arrays.fill(opacity, WHITE / scale);
    }

    @Override
    public void read(int y, float[][] row) {
      int width = samples.length;
      raster.getSamples(0, y, width, 1, 0, samples);
      if (alpha) {
        raster.getSamples(0, y, width, 1, 1, opacity);
      }
      for (int x = 0; x < width; x++) {
        float value = onWhite(samples[x] * scale, opacity[x] * scale);
        row[0][x] = value;
        row[1][x] = value;
        row[2][x] = value;
      }
    }
  }

  private static final class ColourRows implements RowReader {

    private final BufferedImage picture;
    private final int[] pixels;

    ColourRows(BufferedImage picture) {
      this.picture = picture;
      pixels = new int[picture.getWidth()];
    }

    @Override
    public void read(int y, float[][] row) {
      picture.getRGB(0, y, pixels.length, 1, pixels, 0, pixels.length);
      for (int x = 0; x < pixels.length; x++) {
        int opacity = pixels[x] >>> 24;
        row[0][x] = onWhite(pixels[x] >> 16 & 0xFF, opacity);
        row[1][x] = onWhite(pixels[x] >> 8 & 0xFF, opacity);
        row[2][x] = onWhite(pixels[x] & 0xFF, opacity);
      }
    }
  }

  private static float onWhite(float value, float opacity) {
    return WHITE + (value - WHITE) * opacity / WHITE;
  }
}
