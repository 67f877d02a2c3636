package org.capsnet.data.digits;

import java.util.function.UnaryOperator;
import org.capsnet.data.Annotated;
import org.capsnet.data.picture.ByteImage;

/**
 * Two digits of different classes, one drawn over the other, and each of the two alone.
 *
 * @param first the one alone, grey
 * @param firstLabel the number of its class, from 0
 * @param second the other alone, of the same size
 * @param secondLabel the number of its class, another than that of the first
 */
public record DigitPair(ByteImage first, int firstLabel, ByteImage second, int secondLabel)
    implements Annotated<DigitPair> {

  private static final int MOST = 255;

  /**
   * Checks that the two fit together.
   *
   * @throws IllegalArgumentException if an image is not grey, their sizes differ, a label is
   *     negative, or the labels are equal
   */
  public DigitPair {
    if (first.channels() != 1
        || second.channels() != 1
        || first.height() != second.height()
        || first.width() != second.width()) {
      throw new IllegalArgumentException(
          "digits: expected two grey images of one size, got %s and %s".formatted(first, second));
    }
    if (firstLabel < 0 || secondLabel < 0 || firstLabel == secondLabel) {
      throw new IllegalArgumentException(
          "labels: expected two different numbers from 0, got %s and %s"
              .formatted(firstLabel, secondLabel));
    }
  }

  /** {@return both digits: the sum of the two images, at most 255} */
  @Override
  public ByteImage image() {
    byte[] sum = first.bytes();
    byte[] other = second.bytes();
    for (int i = 0; i < sum.length; i++) {
      sum[i] = (byte) Math.min(MOST, (sum[i] & 0xFF) + (other[i] & 0xFF));
    }
    return new ByteImage(sum, 1, first.height(), first.width());
  }

  private DigitPair both(UnaryOperator<ByteImage> change) {
    return new DigitPair(change.apply(first), firstLabel, change.apply(second), secondLabel);
  }

  @Override
  public DigitPair flippedHorizontally() {
    return both(ByteImage::flippedHorizontally);
  }

  @Override
  public DigitPair flippedVertically() {
    return both(ByteImage::flippedVertically);
  }

  @Override
  public DigitPair resized(int height, int width) {
    return both(image -> image.resized(height, width));
  }
}
