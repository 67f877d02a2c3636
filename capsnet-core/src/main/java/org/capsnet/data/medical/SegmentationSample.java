package org.capsnet.data.medical;

import java.util.function.UnaryOperator;
import org.capsnet.data.Annotated;
import org.capsnet.data.Warp;
import org.capsnet.data.picture.ByteImage;

/**
 * An image with the class of each of its pixels and a diagnosis of the whole.
 *
 * @param image the image
 * @param mask for each pixel the number of its class, [1, height, width]
 * @param label the number of the diagnosis, from 0
 */
public record SegmentationSample(ByteImage image, ByteImage mask, int label)
    implements Annotated<SegmentationSample> {

  /**
   * Checks that they fit together.
   *
   * @throws IllegalArgumentException if the mask has several channels or another size than the
   *     image, or the label is negative
   */
  public SegmentationSample {
    if (mask.channels() != 1 || mask.height() != image.height() || mask.width() != image.width()) {
      throw new IllegalArgumentException(
          "mask: expected [1, %s, %s], got [%s, %s, %s]"
              .formatted(
                  image.height(), image.width(), mask.channels(), mask.height(), mask.width()));
    }
    if (label < 0) {
      throw new IllegalArgumentException("label: expected 0 or more, got " + label);
    }
  }

  private SegmentationSample both(UnaryOperator<ByteImage> change) {
    return new SegmentationSample(change.apply(image), change.apply(mask), label);
  }

  @Override
  public SegmentationSample flippedHorizontally() {
    return both(ByteImage::flippedHorizontally);
  }

  @Override
  public SegmentationSample flippedVertically() {
    return both(ByteImage::flippedVertically);
  }

  /**
   * {@return another sample, turned by 90 degrees counter-clockwise, whose height is the width of
   * this one}
   */
  public SegmentationSample quarterTurned() {
    return both(ByteImage::quarterTurned);
  }

  @Override
  public SegmentationSample resized(int height, int width) {
    return new SegmentationSample(
        image.resized(height, width), mask.resizedToNearest(height, width), label);
  }

  /**
   * Warps the image, bilinearly, and the mask, to the nearest pixel.
   *
   * @param warp of the size of the image
   * @return another sample
   * @throws IllegalArgumentException if the warp is of another size
   */
  public SegmentationSample warped(Warp warp) {
    return new SegmentationSample(warp.bilinear(image), warp.nearest(mask), label);
  }
}
