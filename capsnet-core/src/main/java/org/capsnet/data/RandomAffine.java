package org.capsnet.data;

import java.util.random.RandomGenerator;

/**
 * Turns, scales, shears and moves an image about its centre, each by an amount drawn uniformly from
 * its range. Values between pixels are interpolated bilinearly; outside the image is zero.
 *
 * @param degrees turns by up to this angle either way, 0 to 180
 * @param minScale the least factor of size, above 0
 * @param maxScale the greatest factor of size, at least the least
 * @param shearDegrees slants the vertical by up to this angle either way, 0 to below 90
 * @param translation moves by up to this many pixels either way along each axis, 0 or more
 */
public record RandomAffine(
    double degrees, double minScale, double maxScale, double shearDegrees, double translation)
    implements Augmentation {

  /**
   * Checks the ranges.
   *
   * @param degrees 0 to 180
   * @param minScale above 0
   * @param maxScale at least {@code minScale}
   * @param shearDegrees 0 to below 90
   * @param translation 0 or more
   * @throws IllegalArgumentException if one is out of its range
   */
  public RandomAffine {
    require(degrees >= 0 && degrees <= 180, "degrees: expected 0 to 180", degrees);
    require(minScale > 0, "minScale: expected above 0", minScale);
    require(
        maxScale >= minScale && maxScale < Double.POSITIVE_INFINITY,
        "maxScale: expected at least " + minScale,
        maxScale);
    require(
        shearDegrees >= 0 && shearDegrees < 90,
        "shearDegrees: expected 0 to below 90",
        shearDegrees);
    require(
        translation >= 0 && translation < Double.POSITIVE_INFINITY,
        "translation: expected 0 or more",
        translation);
  }

  private static void require(boolean holds, String expected, double got) {
    if (!holds) {
      throw new IllegalArgumentException(expected + ", got " + got);
    }
  }

  @Override
  public void apply(float[] image, int channels, int height, int width, RandomGenerator random) {
    double angle = Math.toRadians(symmetric(random, degrees));
    double scale = minScale + (maxScale - minScale) * random.nextDouble();
    double shear = Math.tan(Math.toRadians(symmetric(random, shearDegrees)));
    double right = symmetric(random, translation);
    double down = symmetric(random, translation);

    // Of an output pixel the source is asked: move back, turn back, slant back, scale back.
    double cos = Math.cos(angle) / scale;
    double sin = Math.sin(angle) / scale;
    double centreX = (width - 1) / 2.0;
    double centreY = (height - 1) / 2.0;
    float[] source = image.clone();
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        double dx = x - centreX - right;
        double dy = y - centreY - down;
        double turnedX = cos * dx + sin * dy;
        double turnedY = cos * dy - sin * dx;
        double fromX = turnedX - shear * turnedY + centreX;
        double fromY = turnedY + centreY;
        for (int c = 0; c < channels; c++) {
          int plane = c * height * width;
          image[plane + y * width + x] = sample(source, plane, height, width, fromX, fromY);
        }
      }
    }
  }

  private static double symmetric(RandomGenerator random, double most) {
    return (2 * random.nextDouble() - 1) * most;
  }

  private static float sample(
      float[] source, int plane, int height, int width, double x, double y) {
    int left = (int) Math.floor(x);
    int top = (int) Math.floor(y);
    float fx = (float) (x - left);
    float fy = (float) (y - top);
    float upper =
        (1 - fx) * pixel(source, plane, height, width, left, top)
            + fx * pixel(source, plane, height, width, left + 1, top);
    float lower =
        (1 - fx) * pixel(source, plane, height, width, left, top + 1)
            + fx * pixel(source, plane, height, width, left + 1, top + 1);
    return (1 - fy) * upper + fy * lower;
  }

  private static float pixel(float[] source, int plane, int height, int width, int x, int y) {
    boolean inside = x >= 0 && x < width && y >= 0 && y < height;
    return inside ? source[plane + y * width + x] : 0;
  }
}
