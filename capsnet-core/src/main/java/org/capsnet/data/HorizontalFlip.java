package org.capsnet.data;

import java.util.random.RandomGenerator;

/**
 * Exchanges left and right of an image, for things that look alike either way: garments and
 * animals, but no digits. It is usual in half of the images: {@code new
 * HorizontalFlip().sometimes(0.5)}. Where a sample has boxes or a mask, it is {@link RandomFlip}.
 */
public record HorizontalFlip() implements Augmentation {

  @Override
  public void apply(float[] image, int channels, int height, int width, RandomGenerator random) {
    for (int row = 0; row < channels * height; row++) {
      int left = row * width;
      for (int right = left + width - 1; left < right; left++, right--) {
        float kept = image[left];
        image[left] = image[right];
        image[right] = kept;
      }
    }
  }
}
