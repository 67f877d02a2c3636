package org.capsnet.data.detection;

import org.capsnet.data.picture.LabelTurn;

/**
 * An upright rectangle in an image, relative to the image's width and height: (0, 0) is the upper
 * left corner of the image and (1, 1) the lower right one. A box that a model predicts may extend
 * beyond the image; {@link #clipped()} clips it.
 *
 * @param centerX the centre, from the left
 * @param centerY the centre, from the top
 * @param width 0 or more
 * @param height 0 or more
 */
public record Box(double centerX, double centerY, double width, double height) {

  /** The whole image. */
  public static final Box IMAGE = new Box(0.5, 0.5, 1, 1);

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if one is not finite, or a size is negative
   */
  public Box {
    if (!(Double.isFinite(centerX) && Double.isFinite(centerY))) {
      throw new IllegalArgumentException(
          "centre: expected finite numbers, got (%s, %s)".formatted(centerX, centerY));
    }
    if (!(width >= 0 && height >= 0 && Double.isFinite(width) && Double.isFinite(height))) {
      throw new IllegalArgumentException(
          "width and height: expected 0 or more, got %s, %s".formatted(width, height));
    }
  }

  /**
   * Makes a box from its corners.
   *
   * @param left the left edge
   * @param top the upper edge
   * @param right the right edge, not left of the left one
   * @param bottom the lower edge, not above the upper one
   * @return the box
   * @throws IllegalArgumentException if the edges are the wrong way round or not finite
   */
  public static Box ofCorners(double left, double top, double right, double bottom) {
    return new Box((left + right) / 2, (top + bottom) / 2, right - left, bottom - top);
  }

  /** {@return the left edge, as a share of the image's width} */
  public double left() {
    return centerX - width / 2;
  }

  /** {@return the upper edge, as a share of the image's height} */
  public double top() {
    return centerY - height / 2;
  }

  /** {@return the right edge, as a share of the image's width} */
  public double right() {
    return centerX + width / 2;
  }

  /** {@return the lower edge, as a share of the image's height} */
  public double bottom() {
    return centerY + height / 2;
  }

  /** {@return the area, as a share of the image's area} */
  public double area() {
    return width * height;
  }

  /**
   * The area that two boxes have in common.
   *
   * @param other another box of the same image
   * @return 0 if they do not overlap
   */
  public double intersection(Box other) {
    double across = Math.min(right(), other.right()) - Math.max(left(), other.left());
    double down = Math.min(bottom(), other.bottom()) - Math.max(top(), other.top());
    return across > 0 && down > 0 ? across * down : 0;
  }

  /**
   * The share of this box that lies in another; for a box without area, whether its centre does.
   */
  double shareWithin(Box other) {
    if (area() > 0) {
      return intersection(other) / area();
    }
    boolean inside =
        centerX >= other.left()
            && centerX <= other.right()
            && centerY >= other.top()
            && centerY <= other.bottom();
    return inside ? 1 : 0;
  }

  /**
   * The area that two boxes have in common, divided by the area that they cover together. The ratio
   * does not depend on the unit of length.
   *
   * @param other another box of the same image
   * @return from 0, no overlap, to 1, equal; 0 where neither has an area
   */
  public double intersectionOverUnion(Box other) {
    double common = intersection(other);
    return common == 0 ? 0 : common / (area() + other.area() - common);
  }

  /** {@return the box in the mirror image with left and right exchanged} */
  public Box flippedHorizontally() {
    return new Box(1 - centerX, centerY, width, height);
  }

  /** {@return the box in the mirror image with top and bottom exchanged} */
  public Box flippedVertically() {
    return new Box(centerX, 1 - centerY, width, height);
  }

  /** The box in the upright picture. */
  Box turned(LabelTurn turn) {
    return new Box(
        turn.x(centerX, centerY),
        turn.y(centerX, centerY),
        turn.swapsSides() ? height : width,
        turn.swapsSides() ? width : height);
  }

  /**
   * The box in a part of the image.
   *
   * @param part the part, with an area
   * @return the box relative to the part; it may extend beyond it
   */
  public Box within(Box part) {
    return new Box(
        (centerX - part.left()) / part.width,
        (centerY - part.top()) / part.height,
        width / part.width,
        height / part.height);
  }

  /**
   * {@return the part of the box that lies in the image: within (0, 0) and (1, 1), without area if
   * this one lies outside}
   */
  public Box clipped() {
    return ofCorners(inside(left()), inside(top()), inside(right()), inside(bottom()));
  }

  private static double inside(double edge) {
    return Math.max(0, Math.min(1, edge));
  }
}
