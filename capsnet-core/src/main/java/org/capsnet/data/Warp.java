package org.capsnet.data;

import org.capsnet.data.picture.ByteImage;

/**
 * For each pixel of a new image, the position in the old one that it comes from. The same warp can
 * be applied to an image and to its mask, which then still fit each other.
 */
public final class Warp {

  private final int height;
  private final int width;
  private final double[] fromX;
  private final double[] fromY;

  /** Says where each pixel comes from. */
  @FunctionalInterface
  public interface Mapping {

    /**
     * Writes the position that a pixel comes from.
     *
     * @param x the pixel's column
     * @param y its row
     * @param from takes the position's x and y, in pixels; outside the image or between pixels as
     *     it may be, also where there is none, as by a division by 0
     */
    void of(int x, int y, double[] from);
  }

  private Warp(int height, int width, double[] fromX, double[] fromY) {
    this.height = height;
    this.width = width;
    this.fromX = fromX;
    this.fromY = fromY;
  }

  /**
   * Makes a warp.
   *
   * @param height of the images, in pixels, 1 or more
   * @param width of the images, in pixels, 1 or more
   * @param mapping says where each pixel comes from
   * @return the warp
   * @throws IllegalArgumentException if a size is below 1
   */
  public static Warp of(int height, int width, Mapping mapping) {
    int places = ByteImage.numbers(1, height, width);
    Warp warp = new Warp(height, width, new double[places], new double[places]);
    double[] from = new double[2];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        mapping.of(x, y, from);
        warp.fromX[y * width + x] = from[0];
        warp.fromY[y * width + x] = from[1];
      }
    }
    return warp;
  }

  /**
   * Turns an image about its centre.
   *
   * @param height of the images, in pixels, 1 or more
   * @param width of the images, in pixels, 1 or more
   * @param degrees by which the image is turned, clockwise as it is seen
   * @return the warp
   * @throws IllegalArgumentException if a size is below 1
   */
  public static Warp rotation(int height, int width, double degrees) {
    double cos = StrictMath.cos(Math.toRadians(degrees));
    double sin = StrictMath.sin(Math.toRadians(degrees));
    double centreX = (width - 1) / 2.0;
    double centreY = (height - 1) / 2.0;
    return of(
        height,
        width,
        (x, y, from) -> { // turned back
          from[0] = cos * (x - centreX) + sin * (y - centreY) + centreX;
          from[1] = cos * (y - centreY) - sin * (x - centreX) + centreY;
        });
  }

  /**
   * {@return another warp, which stays within the image} Beyond the border, this one finds zero;
   * the other finds the mirrored image, without an edge that a network could learn. Where a pixel
   * comes from no place at all, both find zero.
   */
  public Warp mirrored() {
    double[] x = new double[fromX.length];
    double[] y = new double[fromY.length];
    for (int i = 0; i < x.length; i++) {
      x[i] = mirror(fromX[i], width);
      y[i] = mirror(fromY[i], height);
    }
    return new Warp(height, width, x, y);
  }

  private static double mirror(double place, int size) {
    if (!Double.isFinite(place)) {
      return Double.NaN;
    }
    if (size == 1) {
      return 0;
    }
    double period = 2.0 * (size - 1);
    double folded = Math.abs(place) % period;
    return Math.min(folded, period - folded);
  }

  /**
   * Warps an image in place, bilinear between pixels, zero outside.
   *
   * @param image [channels, height, width]
   * @param channels the number of channels
   */
  void apply(float[] image, int channels) {
    float[] source = image.clone();
    for (int c = 0; c < channels; c++) {
      int plane = c * height * width;
      for (int i = 0; i < fromX.length; i++) {
        image[plane + i] = sample(source, plane, fromX[i], fromY[i]);
      }
    }
  }

  /** Whether a pixel is less than one away, which none is from a place that is no number. */
  private boolean isNear(double x, double y) {
    return x > -1 && x < width && y > -1 && y < height;
  }

  private float sample(float[] source, int plane, double x, double y) {
    if (!isNear(x, y)) {
      return 0;
    }
    int left = (int) Math.floor(x);
    int top = (int) Math.floor(y);
    float fx = (float) (x - left);
    float fy = (float) (y - top);
    float upper =
        (1 - fx) * pixel(source, plane, left, top) + fx * pixel(source, plane, left + 1, top);
    float lower =
        (1 - fx) * pixel(source, plane, left, top + 1)
            + fx * pixel(source, plane, left + 1, top + 1);
    return (1 - fy) * upper + fy * lower;
  }

  private float pixel(float[] source, int plane, int x, int y) {
    return isInside(x, y) ? source[plane + y * width + x] : 0;
  }

  private boolean isInside(int x, int y) {
    return x >= 0 && x < width && y >= 0 && y < height;
  }

  /**
   * Warps an image, bilinear between pixels, zero outside.
   *
   * @param image of the size that this warp was made for
   * @return another image
   * @throws IllegalArgumentException if it has another size
   */
  public ByteImage bilinear(ByteImage image) {
    requireSize(image);
    float[] values = new float[image.channels() * height * width];
    image.copy(values, 0);
    apply(values, image.channels());
    return ByteImage.of(values, image.channels(), height, width);
  }

  /**
   * Warps a mask: each pixel is the one nearest to the position that it comes from, zero outside.
   *
   * @param mask of the size that this warp was made for
   * @return another mask
   * @throws IllegalArgumentException if it has another size
   */
  public ByteImage nearest(ByteImage mask) {
    requireSize(mask);
    byte[] source = mask.bytes();
    byte[] result = new byte[source.length];
    for (int i = 0; i < result.length; i++) {
      int place = i % fromX.length;
      if (isNear(fromX[place], fromY[place])) {
        int x = (int) Math.round(fromX[place]);
        int y = (int) Math.round(fromY[place]);
        result[i] = isInside(x, y) ? source[i - place + y * width + x] : 0;
      }
    }
    return new ByteImage(result, mask.channels(), height, width);
  }

  private void requireSize(ByteImage image) {
    if (image.height() != height || image.width() != width) {
      throw new IllegalArgumentException(
          "image: expected %s × %s pixels, got %s × %s"
              .formatted(height, width, image.height(), image.width()));
    }
  }
}
