package org.capsnet.data.picture;

import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * An image of one byte per pixel and channel, [channels, height, width]: a photograph, or a mask of
 * class numbers, which is an image of one channel. Immutable, and may be shared by any number of
 * threads.
 */
public final class ByteImage {

  /** The JVM's limit of an array. */
  private static final int MOST_NUMBERS = Integer.MAX_VALUE - 8;

  private static final float[] UNIT = new float[256];

  static {
    for (int i = 0; i < UNIT.length; i++) {
      UNIT[i] = i / 255f;
    }
  }

  private final byte[] pixels;
  private final int channels;
  private final int height;
  private final int width;

  /**
   * Takes pixels.
   *
   * @param pixels unsigned bytes as [channels, height, width]; not copied, and must not be changed
   *     afterwards
   * @param channels 1 or more
   * @param height 1 or more
   * @param width 1 or more
   * @throws IllegalArgumentException if the sizes do not fit together
   */
  public ByteImage(byte[] pixels, int channels, int height, int width) {
    int length = numbers(channels, height, width);
    if (pixels.length != length) {
      throw new IllegalArgumentException(
          "pixels: expected [%s, %s, %s] = %s bytes, got %s"
              .formatted(channels, height, width, length, pixels.length));
    }
    this.pixels = pixels;
    this.channels = channels;
    this.height = height;
    this.width = width;
  }

  /**
   * The number of values in an image.
   *
   * @param channels 1 or more
   * @param height 1 or more
   * @param width 1 or more
   * @return channels · height · width
   * @throws IllegalArgumentException if a size is below 1, or the product is more than an array can
   *     have
   */
  public static int numbers(int channels, int height, int width) {
    if (channels < 1 || height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "channels, height and width: expected 1 or more, got %s, %s, %s"
              .formatted(channels, height, width));
    }
    long plane = (long) height * width;
    if (plane > MOST_NUMBERS / channels) {
      throw new IllegalArgumentException(
          "channels, height and width: expected at most %s values, got %s × %s × %s"
              .formatted(MOST_NUMBERS, channels, height, width));
    }
    return (int) (channels * plane);
  }

  /** {@return the number of channels: 1 for grey or a mask, 3 for red, green, blue} */
  public int channels() {
    return channels;
  }

  /** {@return the height in pixels} */
  public int height() {
    return height;
  }

  /** {@return the width in pixels} */
  public int width() {
    return width;
  }

  /** {@return the shape, [channels, height, width]} */
  public long[] shape() {
    return new long[] {channels, height, width};
  }

  /**
   * The value of a pixel.
   *
   * @param channel from 0
   * @param y from the top
   * @param x from the left
   * @return 0 to 255
   * @throws IndexOutOfBoundsException if there is no such pixel
   */
  public int get(int channel, int y, int x) {
    Objects.checkIndex(channel, channels);
    Objects.checkIndex(y, height);
    Objects.checkIndex(x, width);
    return pixels[(channel * height + y) * width + x] & 0xFF;
  }

  /** {@return a copy of all values, unsigned bytes [channels, height, width]} */
  public byte[] bytes() {
    return pixels.clone();
  }

  /**
   * {@return the image as a network takes it: float [channels, height, width] from 0 to 1, outside
   * every workspace}
   */
  public INDArray toArray() {
    float[] values = new float[pixels.length];
    copy(values, 0);
    try (MemoryWorkspace none = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
      return Nd4j.create(values, shape(), 'c');
    }
  }

  /**
   * Copies the values, scaled to 0 to 1.
   *
   * @param to where to
   * @param offset where the first one goes
   */
  public void copy(float[] to, int offset) {
    scale(pixels, 0, to, offset, pixels.length);
  }

  /** {@return the number of values} */
  public int size() {
    return pixels.length;
  }

  /**
   * Copies bytes as floats from 0 to 1.
   *
   * @param from unsigned bytes
   * @param start the first of them
   * @param to where they go
   * @param offset where the first goes
   * @param length how many there are
   */
  public static void scale(byte[] from, int start, float[] to, int offset, int length) {
    for (int i = 0; i < length; i++) {
      to[offset + i] = UNIT[from[start + i] & 0xFF];
    }
  }

  /**
   * Copies the values as they are.
   *
   * @param to where they go, {@link #size} of them
   * @param offset where the first goes
   */
  public void copy(byte[] to, int offset) {
    System.arraycopy(pixels, 0, to, offset, pixels.length);
  }

  /**
   * Makes an image of values from 0 to 1.
   *
   * @param values [channels, height, width]; values below 0 become 0, values above 1 become 1
   * @param channels 1 or more
   * @param height 1 or more
   * @param width 1 or more
   * @return the image, each value rounded to the next byte
   * @throws IllegalArgumentException if the sizes do not fit together
   */
  public static ByteImage of(float[] values, int channels, int height, int width) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) Math.round(255 * Math.max(0, Math.min(1, values[i])));
    }
    return new ByteImage(bytes, channels, height, width);
  }

  // ---------------------------------------------------------------- changing the geometry

  /** Says of each pixel of a new image where it comes from. */
  @FunctionalInterface
  private interface Origin {

    /** The place y · width + x in this image. */
    int of(int y, int x);
  }

  private ByteImage rearranged(int toHeight, int toWidth, Origin origin) {
    byte[] to = new byte[numbers(channels, toHeight, toWidth)];
    int i = 0;
    for (int c = 0; c < channels; c++) {
      int plane = c * height * width;
      for (int y = 0; y < toHeight; y++) {
        for (int x = 0; x < toWidth; x++) {
          to[i++] = pixels[plane + origin.of(y, x)];
        }
      }
    }
    return new ByteImage(to, channels, toHeight, toWidth);
  }

  /** {@return another image, the mirror image with left and right exchanged} */
  public ByteImage flippedHorizontally() {
    return rearranged(height, width, (y, x) -> y * width + width - 1 - x);
  }

  /** {@return another image, the mirror image with top and bottom exchanged} */
  public ByteImage flippedVertically() {
    return rearranged(height, width, (y, x) -> (height - 1 - y) * width + x);
  }

  /**
   * {@return another image, turned by 90 degrees counter-clockwise: what was the right edge is the
   * top, and the height is the width of this one}
   */
  public ByteImage quarterTurned() {
    return rearranged(width, height, (y, x) -> x * width + width - 1 - y);
  }

  /**
   * Cuts out a part.
   *
   * @param top its first row
   * @param left its first column
   * @param toHeight its rows
   * @param toWidth its columns
   * @return another image
   * @throws IndexOutOfBoundsException if it does not lie in this image
   */
  public ByteImage cropped(int top, int left, int toHeight, int toWidth) {
    Objects.checkFromIndexSize(top, toHeight, height);
    Objects.checkFromIndexSize(left, toWidth, width);
    return rearranged(toHeight, toWidth, (y, x) -> (top + y) * width + left + x);
  }

  /**
   * Puts the image on a larger one, which is zero elsewhere.
   *
   * @param top the row of its first row
   * @param left the column of its first column
   * @param toHeight the rows of the larger image
   * @param toWidth its columns
   * @return another image
   * @throws IndexOutOfBoundsException if this one does not lie in it
   */
  public ByteImage placed(int top, int left, int toHeight, int toWidth) {
    Objects.checkFromIndexSize(top, height, toHeight);
    Objects.checkFromIndexSize(left, width, toWidth);
    byte[] to = new byte[numbers(channels, toHeight, toWidth)];
    for (int c = 0; c < channels; c++) {
      for (int y = 0; y < height; y++) {
        int row = (c * toHeight + top + y) * toWidth + left;
        System.arraycopy(pixels, (c * height + y) * width, to, row, width);
      }
    }
    return new ByteImage(to, channels, toHeight, toWidth);
  }

  /**
   * Cuts off the rows and columns at the border that are dark.
   *
   * @param ink the least value of a pixel that is not, 1 to 255
   * @return the smallest part with all such pixels of all channels; empty if there is none
   */
  public Optional<ByteImage> trimmed(int ink) {
    int top = height;
    int left = width;
    int bottom = -1;
    int right = -1;
    for (int i = 0; i < pixels.length; i++) {
      if ((pixels[i] & 0xFF) >= ink) {
        int y = i / width % height;
        top = Math.min(top, y);
        bottom = Math.max(bottom, y);
        left = Math.min(left, i % width);
        right = Math.max(right, i % width);
      }
    }
    return bottom < 0
        ? Optional.empty()
        : Optional.of(cropped(top, left, bottom - top + 1, right - left + 1));
  }

  /**
   * Resizes, averaging over the pixels that are merged.
   *
   * @param toHeight 1 or more
   * @param toWidth 1 or more
   * @return another image, or this one if it has that size
   * @throws IllegalArgumentException if a size is below 1
   */
  public ByteImage resized(int toHeight, int toWidth) {
    if (hasSize(toHeight, toWidth)) {
      return this;
    }
    Resampler resampler = new Resampler(channels, height, width, toHeight, toWidth);
    float[][] row = new float[channels][width];
    for (int y = 0; y < height; y++) {
      for (int c = 0; c < channels; c++) {
        for (int x = 0; x < width; x++) {
          row[c][x] = pixels[(c * height + y) * width + x] & 0xFF;
        }
      }
      resampler.add(row);
    }
    return new ByteImage(resampler.bytes(), channels, toHeight, toWidth);
  }

  /**
   * Resizes to the nearest pixel: for masks, whose numbers have no average.
   *
   * @param toHeight 1 or more
   * @param toWidth 1 or more
   * @return another image, or this one if it has that size
   * @throws IllegalArgumentException if a size is below 1
   */
  public ByteImage resizedToNearest(int toHeight, int toWidth) {
    if (hasSize(toHeight, toWidth)) {
      return this;
    }
    // The centre of a pixel, (y + 1/2) · height / toHeight, in whole numbers.
    return rearranged(
        toHeight,
        toWidth,
        (y, x) ->
            (int) ((2L * y + 1) * height / (2L * toHeight)) * width
                + (int) ((2L * x + 1) * width / (2L * toWidth)));
  }

  private boolean hasSize(int toHeight, int toWidth) {
    if (toHeight < 1 || toWidth < 1) {
      throw new IllegalArgumentException(
          "height and width: expected 1 or more, got " + toHeight + ", " + toWidth);
    }
    return toHeight == height && toWidth == width;
  }

  // ---------------------------------------------------------------- as a value

  @Override
  public boolean equals(Object other) {
    return other instanceof ByteImage image
        && channels == image.channels
        && height == image.height
        && Arrays.equals(pixels, image.pixels);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(pixels) + height;
  }

  @Override
  public String toString() {
    return "image " + Arrays.toString(shape());
  }
}
