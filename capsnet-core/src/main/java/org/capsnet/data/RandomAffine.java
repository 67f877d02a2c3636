package org.capsnet.data;

import java.util.random.RandomGenerator;

/**
 * Rotates, scales and shears an image about its centre and shifts it, each by an amount drawn
 * uniformly from its range. Values between pixels are interpolated bilinearly; outside the image is
 * zero.
 *
 * @param degrees rotates by up to this angle either way, 0 to 180
 * @param minScale the smallest scale factor, above 0
 * @param maxScale the largest scale factor, at least the smallest
 * @param shearDegrees slants the vertical by up to this angle either way, 0 to below 90
 * @param translation shifts by up to this many pixels either way along each axis, 0 or more
 */
public record RandomAffine(
    double degrees, double minScale, double maxScale, double shearDegrees, double translation)
    implements RandomField {

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if one is out of its range
   */
  public RandomAffine {
    Probabilities.require(degrees >= 0 && degrees <= 180, "degrees: expected 0 to 180", degrees);
    Probabilities.require(minScale > 0, "minScale: expected above 0", minScale);
    Probabilities.require(
        maxScale >= minScale && maxScale < Double.POSITIVE_INFINITY,
        "maxScale: expected at least " + minScale,
        maxScale);
    Probabilities.require(
        shearDegrees >= 0 && shearDegrees < 90,
        "shearDegrees: expected 0 to below 90",
        shearDegrees);
    Probabilities.require(
        translation >= 0 && translation < Double.POSITIVE_INFINITY,
        "translation: expected 0 or more",
        translation);
  }

  @Override
  public Warp draw(int height, int width, RandomGenerator random) {
    double angle = Math.toRadians(symmetric(random, degrees));
    double scale = minScale + (maxScale - minScale) * random.nextDouble();
    double shear = StrictMath.tan(Math.toRadians(symmetric(random, shearDegrees)));
    double right = symmetric(random, translation);
    double down = symmetric(random, translation);

    // Of an output pixel the source is asked: move back, turn back, slant back, scale back.
    double cos = StrictMath.cos(angle) / scale;
    double sin = StrictMath.sin(angle) / scale;
    double centreX = (width - 1) / 2.0;
    double centreY = (height - 1) / 2.0;
    return Warp.of(
        height,
        width,
        (x, y, from) -> {
          double dx = x - centreX - right;
          double dy = y - centreY - down;
          double turnedX = cos * dx + sin * dy;
          double turnedY = cos * dy - sin * dx;
          from[0] = turnedX - shear * turnedY + centreX;
          from[1] = turnedY + centreY;
        });
  }

  private static double symmetric(RandomGenerator random, double most) {
    return (2 * random.nextDouble() - 1) * most;
  }
}
