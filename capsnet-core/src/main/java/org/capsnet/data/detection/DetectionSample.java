package org.capsnet.data.detection;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.capsnet.data.Annotated;
import org.capsnet.data.picture.ByteImage;

/**
 * An image and the objects in it.
 *
 * @param image the image
 * @param objects any number of objects, of any classes
 */
public record DetectionSample(ByteImage image, List<LabeledBox> objects)
    implements Annotated<DetectionSample> {

  /** Copies the list. */
  public DetectionSample {
    objects = List.copyOf(objects);
  }

  private DetectionSample with(ByteImage other, UnaryOperator<Box> change) {
    List<LabeledBox> moved =
        objects.stream().map(object -> object.withBox(change.apply(object.box()))).toList();
    return new DetectionSample(other, moved);
  }

  @Override
  public DetectionSample flippedHorizontally() {
    return with(image.flippedHorizontally(), Box::flippedHorizontally);
  }

  @Override
  public DetectionSample flippedVertically() {
    return with(image.flippedVertically(), Box::flippedVertically);
  }

  /** {@inheritDoc} Boxes are relative to the image and remain the same. */
  @Override
  public DetectionSample resized(int height, int width) {
    return new DetectionSample(image.resized(height, width), objects);
  }

  /**
   * Cuts out a part, to which boxes are clipped.
   *
   * @param top its first row
   * @param left its first column
   * @param height its rows
   * @param width its columns
   * @param minVisible an object stays if at least this share of its box lies in the part, above 0
   *     to 1
   * @return another sample
   * @throws IndexOutOfBoundsException if the part does not lie in the image
   * @throws IllegalArgumentException if the share is out of its range
   */
  public DetectionSample cropped(int top, int left, int height, int width, double minVisible) {
    if (!(minVisible > 0 && minVisible <= 1)) {
      throw new IllegalArgumentException("minVisible: expected above 0 to 1, got " + minVisible);
    }
    ByteImage cut = image.cropped(top, left, height, width);
    Box part =
        Box.ofCorners(
            (double) left / image.width(),
            (double) top / image.height(),
            (double) (left + width) / image.width(),
            (double) (top + height) / image.height());
    List<LabeledBox> kept = new ArrayList<>();
    for (LabeledBox object : objects) {
      double visible = object.box().shareWithin(part);
      // What touches the border from within must not be lost to rounding.
      if (visible >= minVisible * (1 - 1e-9)) {
        kept.add(object.withBox(object.box().within(part).clipped()));
      }
    }
    return new DetectionSample(cut, kept);
  }
}
