package org.capsnet.data;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Shifts an image by whole pixels, up to a distance in each direction; pixels that enter at the
 * border are zero. With 2 pixels it is the augmentation of Sabour et al. (2017) for MNIST.
 *
 * @param pixels the greatest distance in each direction, from 0 to 1,073,741,823
 */
public record RandomShift(int pixels) implements Augmentation {

  /** So that all distances can be counted. */
  private static final int MOST = (Integer.MAX_VALUE - 1) / 2;

  /**
   * Checks the distance.
   *
   * @throws IllegalArgumentException if it is out of its range
   */
  public RandomShift {
    if (pixels < 0 || pixels > MOST) {
      throw new IllegalArgumentException("pixels: expected 0 to " + MOST + ", got " + pixels);
    }
  }

  @Override
  public void apply(float[] image, int channels, int height, int width, RandomGenerator random) {
    int right = random.nextInt(2 * pixels + 1) - pixels;
    int down = random.nextInt(2 * pixels + 1) - pixels;
    float[] source = image.clone();
    Arrays.fill(image, 0);
    int kept = width - Math.abs(right);
    if (kept <= 0) {
      return;
    }
    for (int c = 0; c < channels; c++) {
      for (int y = Math.max(0, down); y < Math.min(height, height + down); y++) {
        int from = (c * height + y - down) * width + Math.max(0, -right);
        int to = (c * height + y) * width + Math.max(0, right);
        System.arraycopy(source, from, image, to, kept);
      }
    }
  }
}
