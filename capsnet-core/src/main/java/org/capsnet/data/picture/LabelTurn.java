package org.capsnet.data.picture;

import java.io.IOException;
import java.nio.file.Path;
import org.capsnet.io.FormatException;

/**
 * How labels must be turned to fit their picture. A picture whose EXIF data gives its orientation
 * is read upright; its labels were drawn on the upright picture or, by a tool that ignores EXIF, on
 * the rows as they are stored. The size that the labels give decides between the two where their
 * sizes differ; where they do not, it cannot be decided.
 */
public final class LabelTurn {

  private final Orientation orientation;

  private LabelTurn(Orientation orientation) {
    this.orientation = orientation;
  }

  /**
   * Finds out how labels are oriented.
   *
   * @param labels their file, for the message
   * @param picture the file of the picture
   * @param upright the picture as {@link ImageFile} reads it
   * @param width of the picture that the labels are for, in pixels; 0 if unknown
   * @param height of that picture, in pixels; 0 if unknown
   * @return the turn; none where the size fits neither orientation, which the caller has to refuse
   * @throws FormatException if the picture is turned, and the size does not decide how the labels
   *     are oriented
   * @throws IOException if the picture cannot be read
   */
  public static LabelTurn of(Path labels, Path picture, ByteImage upright, int width, int height)
      throws IOException {
    Orientation orientation = Orientation.of(ImageFile.orientation(picture));
    if (orientation == Orientation.UPRIGHT) {
      return new LabelTurn(orientation);
    }
    boolean swaps = orientation.swapsAxes();
    boolean stated = width > 0 && height > 0;
    boolean asSeen = !stated || isSize(width, height, upright.width(), upright.height());
    boolean asStored =
        !stated
            || (swaps
                ? isSize(width, height, upright.height(), upright.width())
                : isSize(width, height, upright.width(), upright.height()));
    if (asSeen && asStored) {
      throw new FormatException(
          labels,
          "its picture %s is turned by EXIF (orientation %s), and whether the labels are turned,"
                  .formatted(picture.getFileName(), orientation.number())
              + " too, is unknown: store the picture upright");
    }
    return new LabelTurn(asStored ? orientation : Orientation.UPRIGHT);
  }

  private static boolean isSize(int width, int height, int otherWidth, int otherHeight) {
    return width == otherWidth && height == otherHeight;
  }

  /**
   * {@return whether rows become columns: true for quarter turns and for mirror images about a
   * diagonal}
   */
  public boolean swapsSides() {
    return orientation.swapsAxes();
  }

  /**
   * Where a point lies on the upright picture.
   *
   * @param x from the left, in shares of the width
   * @param y from the top, in shares of the height
   * @return from the left, in shares of the upright width
   */
  public double x(double x, double y) {
    return orientation.x(x, y);
  }

  /**
   * Where a point lies on the upright picture.
   *
   * @param x from the left, in shares of the width
   * @param y from the top, in shares of the height
   * @return from the top, in shares of the upright height
   */
  public double y(double x, double y) {
    return orientation.y(x, y);
  }

  /**
   * Turns labels that are an image, such as a mask.
   *
   * @param labels as they are stored
   * @return as they lie on the upright picture
   */
  public ByteImage apply(ByteImage labels) {
    int rows = labels.height();
    int columns = labels.width();
    byte[] turned = orientation.upright(labels.bytes(), labels.channels(), rows, columns);
    boolean swaps = swapsSides();
    return new ByteImage(turned, labels.channels(), swaps ? columns : rows, swaps ? rows : columns);
  }
}
