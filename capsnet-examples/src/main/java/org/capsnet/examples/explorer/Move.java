package org.capsnet.examples.explorer;

import com.fasterxml.jackson.databind.JsonNode;
import org.capsnet.data.Warp;
import org.capsnet.data.picture.ByteImage;

/**
 * How an image is moved before the network sees it.
 *
 * @param right in pixels
 * @param down in pixels
 * @param turn in degrees, clockwise
 * @param size a factor
 */
record Move(double right, double down, double turn, double size) {

  private static final double FARTHEST = 10_000;

  /** Reads a move, of which each part may be left out. */
  static Move of(JsonNode node) {
    return new Move(
        Numbers.optional(node, "right", -FARTHEST, FARTHEST, 0),
        Numbers.optional(node, "down", -FARTHEST, FARTHEST, 0),
        Numbers.optional(node, "turn", -360, 360, 0),
        Numbers.optional(node, "size", 0.1, 10, 1));
  }

  private boolean moves() {
    return right != 0 || down != 0 || turn != 0 || size != 1;
  }

  /** The moved image, dark where nothing came from. */
  ByteImage of(ByteImage image) {
    if (!moves()) {
      return image;
    }
    double cos = Math.cos(Math.toRadians(turn)) / size;
    double sin = Math.sin(Math.toRadians(turn)) / size;
    double centreX = (image.width() - 1) / 2.0;
    double centreY = (image.height() - 1) / 2.0;
    return Warp.of(
            image.height(),
            image.width(),
            (x, y, from) -> {
              double dx = x - centreX - right;
              double dy = y - centreY - down;
              from[0] = cos * dx + sin * dy + centreX;
              from[1] = cos * dy - sin * dx + centreY;
            })
        .bilinear(image);
  }
}
