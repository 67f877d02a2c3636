package org.capsnet.data.picture;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.capsnet.io.FormatException;
import org.capsnet.io.SizeLimits;

/**
 * A mask as its file stores it: for each pixel a number that stands for a class. The number is
 * taken from the samples themselves, and never converted as the colours of a photograph are: the
 * index into a palette, a grey value of 8 or 16 bits, or a colour, 0xRRGGBB.
 *
 * <p>Masks with an alpha channel are refused, since two numbers per pixel are ambiguous, and so are
 * lossy formats such as JPEG.
 */
public final class MaskFile {

  /** No mask has more classes; a byte holds their positions. */
  private static final int MAX_VALUES = 256;

  private static final Set<PictureFormat> EXACT_FORMATS =
      Set.of(PictureFormat.PNG, PictureFormat.BMP, PictureFormat.GIF, PictureFormat.TIFF);

  /** None, runs of bits and bytes, those of facsimile, LZW and deflate. */
  private static final List<Long> EXACT_COMPRESSIONS =
      List.of(1L, 2L, 3L, 4L, 5L, 8L, 32773L, 32946L);

  private static final int RGB = 3;

  /** What the numbers of a mask are. */
  public enum Kind {
    /**
     * Indices into a palette; also grey values of fewer than 8 bits, which are stored as indices.
     */
    PALETTE("index", "palette indices"),
    /** Grey values from 0 to 255. */
    GREY_8("grey", "grey values of 8 bits"),
    /** Grey values from 0 to 65535. */
    GREY_16("grey", "grey values of 16 bits"),
    /** Colours of 8 bits per channel, 0xRRGGBB. */
    COLOUR("colour", "colours");

    private final String one;
    private final String all;

    Kind(String one, String all) {
      this.one = one;
      this.all = all;
    }

    /**
     * The name of a value of this kind.
     *
     * @param value the value
     * @return as {@code grey 128}, {@code index 16} or {@code colour #C00000}
     */
    public String name(int value) {
      return one + " " + (this == COLOUR ? "#%06X".formatted(value) : Integer.toString(value));
    }

    @Override
    public String toString() {
      return all;
    }
  }

  private final Path file;
  private final Kind kind;
  private final List<Integer> values;
  private final Map<Integer, Integer> palette;
  private final ByteImage positions;

  private MaskFile(
      Path file,
      Kind kind,
      List<Integer> values,
      Map<Integer, Integer> palette,
      ByteImage positions) {
    this.file = file;
    this.kind = kind;
    this.values = values;
    this.palette = palette;
    this.positions = positions;
  }

  /**
   * Reads a mask.
   *
   * @param file the file, whose content decides its format
   * @return the mask
   * @throws FormatException if it is not a picture, has an alpha channel, is stored in a lossy
   *     format, has samples of another size, or more than 256 different values
   * @throws IOException if it cannot be read
   */
  public static MaskFile read(Path file) throws IOException {
    return SizeLimits.fitting(file.toString(), () -> of(file, decode(file)));
  }

  private static MaskFile of(Path file, BufferedImage picture) throws FormatException {
    Kind kind = kind(file, picture.getColorModel());
    int height = picture.getHeight();
    int width = picture.getWidth();
    byte[] found = new byte[SizeLimits.length(file.toString(), height, width)];
    Map<Integer, Integer> numbers = numbers(file, picture.getRaster(), found);
    List<Integer> values = numbers.keySet().stream().sorted().toList();
    byte[] positions = new byte[numbers.size()];
    numbers.forEach((value, number) -> positions[number] = (byte) values.indexOf(value));
    for (int i = 0; i < found.length; i++) {
      found[i] = positions[found[i] & 0xFF];
    }
    return new MaskFile(
        file,
        kind,
        values,
        palette(picture.getColorModel(), values),
        new ByteImage(found, 1, height, width));
  }

  private static BufferedImage decode(Path file) throws IOException {
    String name = file.toString();
    try (PictureInput in = PictureInput.of(file)) {
      requireExact(name, in);
      in.seek(0);
      try (PictureDecoder decoder = PictureDecoder.open(name, in)) {
        if (decoder.orientation() != Orientation.UPRIGHT) {
          throw new FormatException(name, "it is turned by EXIF: store the mask upright", null);
        }
        return decoder.picture();
      }
    }
  }

  private static void requireExact(String name, PictureInput in) throws IOException {
    PictureFormat format = PictureFormat.of(name, in);
    String lossy = EXACT_FORMATS.contains(format) ? "" : format.name();
    if (format == PictureFormat.TIFF) {
      OptionalLong compression =
          ImageDirectory.read(in, 0).other(ImageDirectory.COMPRESSION, EXACT_COMPRESSIONS);
      lossy = compression.isPresent() ? "TIFF of compression " + compression.getAsLong() : "";
    }
    if (!lossy.isEmpty()) {
      throw new FormatException(
          name,
          "it is stored in a lossy format, %s, which changes its values; masks must be %s"
              .formatted(lossy, "PNG, BMP, GIF or TIFF"),
          null);
    }
  }

  private static Kind kind(Path file, ColorModel model) throws FormatException {
    if (model instanceof IndexColorModel) {
      return Kind.PALETTE; // with a transparent entry, too: its index is a number as any other
    }
    if (model.hasAlpha()) {
      throw new FormatException(
          file, "it has an alpha channel: a mask has one number a pixel, so save it without");
    }
    int[] bits = model.getComponentSize();
    boolean grey = model.getColorSpace().getType() == ColorSpace.TYPE_GRAY && bits.length == 1;
    boolean colour = model.getColorSpace().getType() == ColorSpace.TYPE_RGB && bits.length == RGB;
    if (grey && bits[0] == Byte.SIZE) {
      return Kind.GREY_8;
    }
    if (grey && bits[0] == Short.SIZE) {
      return Kind.GREY_16;
    }
    if (colour && Arrays.stream(bits).allMatch(size -> size == Byte.SIZE)) {
      return Kind.COLOUR;
    }
    throw new FormatException(
        file,
        "expected a palette, grey of 8 or 16 bits, or RGB of 8, got %s samples of %s bits"
            .formatted(grey ? "grey" : colour ? "RGB" : "other", Arrays.toString(bits)));
  }

  /** Numbers the values in the order in which they come. */
  private static Map<Integer, Integer> numbers(Path file, Raster raster, byte[] found)
      throws FormatException {
    int width = raster.getWidth();
    Map<Integer, Integer> numbers = new HashMap<>();
    for (int y = 0; y < raster.getHeight(); y++) {
      int[] row = row(raster, y);
      for (int x = 0; x < width; x++) {
        Integer number = numbers.putIfAbsent(row[x], numbers.size());
        if (numbers.size() > MAX_VALUES) {
          throw new FormatException(
              file,
              "expected a mask of at most %s values, and it has more, as a photograph does"
                  .formatted(MAX_VALUES));
        }
        found[y * width + x] = (byte) (number == null ? numbers.size() - 1 : number);
      }
    }
    return numbers;
  }

  private static int[] row(Raster raster, int y) {
    int left = raster.getMinX();
    int top = raster.getMinY() + y;
    int width = raster.getWidth();
    int[] row = raster.getSamples(left, top, width, 1, 0, (int[]) null);
    for (int band = 1; band < raster.getNumBands(); band++) {
      int[] more = raster.getSamples(left, top, width, 1, band, (int[]) null);
      for (int x = 0; x < width; x++) {
        row[x] = row[x] << Byte.SIZE | more[x];
      }
    }
    return row;
  }

  private static Map<Integer, Integer> palette(ColorModel model, List<Integer> values) {
    Map<Integer, Integer> palette = new LinkedHashMap<>();
    if (model instanceof IndexColorModel index) {
      values.forEach(value -> palette.put(value, index.getRGB((int) value)));
    }
    return palette;
  }

  // ---------------------------------------------------------------- what it holds

  /** {@return what the values are} */
  public Kind kind() {
    return kind;
  }

  /** {@return the different values in it, in increasing order, 1 to 256 of them} */
  public List<Integer> values() {
    return values;
  }

  /** {@return for each pixel the position of its value in {@link #values()}, [1, height, width]} */
  public ByteImage positions() {
    return positions;
  }

  /**
   * {@return for each value its colour, 0xAARRGGBB, where the values are indices into a palette;
   * empty for other kinds}
   */
  public Map<Integer, Integer> palette() {
    return palette;
  }

  /** {@return the file that it was read from} */
  public Path file() {
    return file;
  }

  /**
   * Turns the mask to fit its upright picture.
   *
   * @param turn how
   * @return another mask
   */
  public MaskFile turned(LabelTurn turn) {
    return new MaskFile(file, kind, values, palette, turn.apply(positions));
  }

  /**
   * Resizes to the nearest pixel.
   *
   * @param height 1 or more
   * @param width 1 or more
   * @return another mask, with the same values, though a small patch may be lost
   * @throws IllegalArgumentException if a size is below 1
   */
  public MaskFile resized(int height, int width) {
    return new MaskFile(file, kind, values, palette, positions.resizedToNearest(height, width));
  }
}
