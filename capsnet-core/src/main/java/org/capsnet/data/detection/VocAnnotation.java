package org.capsnet.data.detection;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.capsnet.io.FormatException;

/**
 * The content of one XML file of Pascal VOC, still as text: whether its boxes are valid can only be
 * decided with the picture.
 *
 * @param file the XML file
 * @param pictureName the name of its picture, if it gives one
 * @param width of the picture, 0 if not given
 * @param height of the picture, 0 if not given
 * @param objects in their order
 */
record VocAnnotation(
    Path file, Optional<String> pictureName, int width, int height, List<Thing> objects) {

  static final List<String> CORNERS = List.of("xmin", "ymin", "xmax", "ymax");

  /** The share of a box that must lie in the picture; with less, the box is of something else. */
  private static final double LEAST_INSIDE = 0.5;

  /**
   * One object.
   *
   * @param number from 1
   * @param name its class, if given
   * @param difficult whether it is marked as difficult
   * @param corners xmin, ymin, xmax, ymax, empty where there is none
   */
  record Thing(
      int number, Optional<String> name, boolean difficult, List<Optional<String>> corners) {}

  /** A number, NaN if the text is none. */
  static double number(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  /**
   * The box of an object in a picture of such a size. Its corners may come in any order, and what
   * extends beyond the picture is cut off.
   *
   * @throws FormatException if a corner is missing or no number, or the box has no area or lies
   *     mostly outside the picture
   */
  Box box(Thing object, int pictureWidth, int pictureHeight) throws FormatException {
    double[] corners = new double[CORNERS.size()];
    for (int i = 0; i < corners.length; i++) {
      corners[i] = corner(object, i);
    }
    double left = Math.min(corners[0], corners[2]);
    double top = Math.min(corners[1], corners[3]);
    double right = Math.max(corners[0], corners[2]);
    double bottom = Math.max(corners[1], corners[3]);
    double area = (right - left) * (bottom - top);
    if (!(area > 0)) {
      throw fault(object, "its box has no area: " + describe(corners));
    }
    left = Math.max(0, left);
    top = Math.max(0, top);
    right = Math.min(pictureWidth, right);
    bottom = Math.min(pictureHeight, bottom);
    boolean reaches = left < right && top < bottom;
    if (!(reaches && (right - left) * (bottom - top) >= LEAST_INSIDE * area)) {
      throw fault(
          object,
          "its box %s lies mostly outside the picture of %s × %s pixels"
              .formatted(describe(corners), pictureWidth, pictureHeight));
    }
    return Box.ofCorners(
        left / pictureWidth, top / pictureHeight, right / pictureWidth, bottom / pictureHeight);
  }

  private double corner(Thing object, int i) throws FormatException {
    String text =
        object.corners.get(i).orElseThrow(() -> fault(object, "its box has no " + CORNERS.get(i)));
    double value = number(text);
    if (!Double.isFinite(value)) {
      throw fault(object, "%s: expected a number, got %s".formatted(CORNERS.get(i), text));
    }
    return value;
  }

  private static String describe(double[] corners) {
    return "(%s, %s) to (%s, %s)".formatted(corners[0], corners[1], corners[2], corners[3]);
  }

  FormatException fault(Thing object, String what) {
    return new FormatException(
        file,
        "object %s%s: %s"
            .formatted(object.number, object.name.map(name -> " (" + name + ")").orElse(""), what));
  }
}
