package org.capsnet.data.picture;

import java.awt.color.ICC_Profile;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.capsnet.io.FormatException;

/**
 * What the file of a picture says besides its samples.
 *
 * @param components what the samples of a pixel mean
 * @param orientation the orientation of the picture
 * @param profile the colour profile that the decoder leaves to its caller
 */
record PictureHeader(
    Components components, Orientation orientation, Optional<ICC_Profile> profile) {

  private static final int BMP_JPEG = 4;
  private static final int BMP_PNG = 5;

  /** What the samples of a pixel mean. */
  enum Components {
    /** What the colour model of the decoder says. */
    DECODED,
    GREY,
    RGB,
    /** Luma and two colour differences. */
    YCC,
    /** What each ink leaves of the light: the most is no ink, as Adobe stores it. */
    CMYK,
    /** The same, the first three as luma and colour differences. */
    YCCK
  }

  /**
   * Looks through a file before it is decoded.
   *
   * @throws FormatException if it is cut short, or of a kind that is not decoded right
   * @throws IOException if it cannot be read
   */
  static PictureHeader read(PictureFormat format, String name, PictureInput in) throws IOException {
    return switch (format) {
      case JPEG -> JpegHeader.read(name, in);
      case PNG -> PngHeader.read(name, in);
      case TIFF -> tiff(name, in);
      case BMP -> bmp(name, in);
      case GIF -> decoded(Orientation.UPRIGHT);
      case WEBP, HEIF ->
          throw new FormatException(
              name, "it is a %s picture, which is not read: make it a PNG".formatted(format), null);
    };
  }

  /** A profile; none if there are no bytes or it is damaged, which other tools ignore, too. */
  static Optional<ICC_Profile> profile(byte[] bytes) {
    try {
      return bytes.length == 0 ? Optional.empty() : Optional.of(ICC_Profile.getInstance(bytes));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static PictureHeader decoded(Orientation orientation) {
    return new PictureHeader(Components.DECODED, orientation, Optional.empty());
  }

  // ---------------------------------------------------------------- TIFF

  private static PictureHeader tiff(String name, PictureInput in) throws IOException {
    try {
      ImageDirectory tags = ImageDirectory.read(in, 0);
      require(name, "bits per sample", tags, ImageDirectory.BITS_PER_SAMPLE, 1L, 2L, 4L, 8L, 16L);
      require(name, "unsigned samples, 1,", tags, ImageDirectory.SAMPLE_FORMAT, 1L);
      require(name, "photometric", tags, ImageDirectory.PHOTOMETRIC, 0L, 1L, 2L, 3L, 5L, 6L);
      requireWhole(name, in, tags, ImageDirectory.STRIP_OFFSETS, ImageDirectory.STRIP_BYTES);
      requireWhole(name, in, tags, ImageDirectory.TILE_OFFSETS, ImageDirectory.TILE_BYTES);
      return decoded(tags.orientation());
    } catch (EOFException e) {
      throw cutShort(name, e);
    }
  }

  private static void require(
      String name, String what, ImageDirectory tags, int tag, Long... allowed) throws IOException {
    OptionalLong other = tags.other(tag, List.of(allowed));
    if (other.isPresent()) {
      throw new FormatException(
          name,
          "%s: expected one of %s, got %s".formatted(what, List.of(allowed), other.getAsLong()),
          null);
    }
  }

  private static void requireWhole(
      String name, PictureInput in, ImageDirectory tags, int offsets, int bytes)
      throws IOException {
    long count = Math.min(tags.count(offsets), tags.count(bytes));
    for (long i = 0; i < count; i++) {
      if (tags.get(offsets, i) + tags.get(bytes, i) > in.length()) {
        throw cutShort(name, null);
      }
    }
  }

  // ---------------------------------------------------------------- BMP

  /** A bitmap with a JPEG or a PNG inside would escape their checks. */
  private static PictureHeader bmp(String name, PictureInput in) throws IOException {
    in.setByteOrder(ByteOrder.LITTLE_ENDIAN);
    try {
      in.seek(14);
      if (in.readUnsignedInt() >= 40) {
        in.seek(30);
        int compression = in.readInt();
        if (compression == BMP_JPEG || compression == BMP_PNG) {
          throw new FormatException(name, "it has a picture of another format inside", null);
        }
      }
      return decoded(Orientation.UPRIGHT);
    } catch (EOFException e) {
      throw cutShort(name, e);
    }
  }

  private static FormatException cutShort(String name, EOFException cause) {
    return new FormatException(name, "it is cut short", cause);
  }
}
