package org.capsnet.data.digits;

import java.util.Random;
import org.capsnet.data.LabeledImages;
import org.capsnet.data.Seeds;
import org.capsnet.data.Warp;
import org.capsnet.data.picture.ByteImage;

/**
 * Digits in the style of affNIST (T. Tieleman 2013): each is stretched along both axes, slanted and
 * turned, in that order, by amounts drawn uniformly from their ranges, and put anywhere on a larger
 * image where all its ink fits, all places alike.
 *
 * <pre>{@code LabeledImages test = AffineDigits.AFFNIST.of(Mnist.digits().test(), seed);}</pre>
 *
 * <p>A network that is tested on them is trained on digits that were only moved: {@link
 * LabeledImages#onCanvas}.
 *
 * @param side the height and width of the larger images, in pixels, 1 or more
 * @param degrees turns by up to this angle either way, 0 to 180
 * @param shear slants the vertical by up to this many pixels to the side for each upwards, either
 *     way, 0 or more
 * @param minScale the smallest factor of each axis, above 0
 * @param maxScale the largest factor of each axis, at least the smallest
 */
public record AffineDigits(
    int side, double degrees, double shear, double minScale, double maxScale) {

  /** affNIST's: 40×40 pixels, up to 20 degrees, shear of up to 0.2, factors from 0.8 to 1.2. */
  public static final AffineDigits AFFNIST = new AffineDigits(40, 20, 0.2, 0.8, 1.2);

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if one is out of its range
   */
  public AffineDigits {
    require(side >= 1, "side: expected 1 or more", side);
    require(degrees >= 0 && degrees <= 180, "degrees: expected 0 to 180", degrees);
    require(shear >= 0 && shear < Double.POSITIVE_INFINITY, "shear: expected 0 or more", shear);
    require(minScale > 0, "minScale: expected above 0", minScale);
    require(
        maxScale >= minScale && maxScale < Double.POSITIVE_INFINITY,
        "maxScale: expected at least " + minScale,
        maxScale);
  }

  private static void require(boolean holds, String expected, Object got) {
    if (!holds) {
      throw new IllegalArgumentException(expected + ", got " + got);
    }
  }

  /**
   * Changes each digit.
   *
   * @param digits light on dark
   * @param seed any number; what becomes of a digit is a function of it and of the digit's number
   * @return as many images of {@code side} by {@code side} pixels, with the same classes
   * @throws IllegalArgumentException if the ink of one does not fit
   */
  public LabeledImages of(LabeledImages digits, long seed) {
    return digits.withImages(i -> changed(digits.byteImage(i), i, Seeds.stream(seed, i)));
  }

  private ByteImage changed(ByteImage digit, int number, Random random) {
    double radians = Math.toRadians(symmetric(random, degrees));
    double slant = symmetric(random, shear);
    double wide = scale(random);
    double high = scale(random);
    double placeY = random.nextDouble();
    double placeX = random.nextDouble();
    int room = room(digit, Math.max(wide, high), slant);
    ByteImage drawn = warp(room, radians, slant, wide, high).bilinear(centred(digit, room));
    ByteImage ink = drawn.trimmed(1).orElseGet(() -> digit.cropped(0, 0, 1, 1));
    if (ink.height() > side || ink.width() > side) {
      throw new IllegalArgumentException(
          "digit %s: expected at most %s × %s pixels when changed, got %s × %s"
              .formatted(number, side, side, ink.height(), ink.width()));
    }
    int top = (int) (placeY * (side - ink.height() + 1));
    int left = (int) (placeX * (side - ink.width() + 1));
    return ink.placed(top, left, side, side);
  }

  private double scale(Random random) {
    return minScale + (maxScale - minScale) * random.nextDouble();
  }

  private static double symmetric(Random random, double most) {
    return (2 * random.nextDouble() - 1) * most;
  }

  /** The side of an image in which a digit fits whatever is done to it. */
  private static int room(ByteImage digit, double scale, double slant) {
    double reach = Math.hypot(digit.height(), digit.width()) * scale * (1 + Math.abs(slant));
    return Math.max((int) Math.ceil(reach) + 2, Math.max(digit.height(), digit.width()));
  }

  private static ByteImage centred(ByteImage digit, int room) {
    return digit.placed((room - digit.height()) / 2, (room - digit.width()) / 2, room, room);
  }

  /** Turns back, slants back and shrinks back, about the centre. */
  static Warp warp(int side, double radians, double slant, double wide, double high) {
    double cos = StrictMath.cos(radians);
    double sin = StrictMath.sin(radians);
    double centre = (side - 1) / 2.0;
    return Warp.of(
        side,
        side,
        (x, y, from) -> {
          double turnedX = cos * (x - centre) + sin * (y - centre);
          double turnedY = cos * (y - centre) - sin * (x - centre);
          from[0] = (turnedX + slant * turnedY) / wide + centre;
          from[1] = turnedY / high + centre;
        });
  }
}
