package org.capsnet.data;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Blanks out a square of an image, in all channels (DeVries and Taylor, <i>Improved Regularization
 * of Convolutional Neural Networks with Cutout</i>, 2017): a network cannot rely on one part alone.
 * The centre is any pixel, each as likely, so that the square may hang over the border.
 *
 * @param side of the square, in pixels, 0 or more
 */
public record CutOut(int side) implements Augmentation {

  /**
   * Checks the side.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public CutOut {
    if (side < 0) {
      throw new IllegalArgumentException("side: expected 0 or more, got " + side);
    }
  }

  @Override
  public void apply(float[] image, int channels, int height, int width, RandomGenerator random) {
    int top = random.nextInt(height) - side / 2;
    int left = random.nextInt(width) - side / 2;
    int from = Math.max(0, left);
    int to = Math.min(width, left + side);
    for (int y = Math.max(0, top); y < Math.min(height, top + side); y++) {
      for (int c = 0; c < channels && from < to; c++) {
        int row = (c * height + y) * width;
        Arrays.fill(image, row + from, row + to, 0);
      }
    }
  }
}
