package org.capsnet.data;

import java.util.random.RandomGenerator;

/**
 * Replaces a rectangle of an image by noise, uniform from 0 to 1 for each pixel and channel (Zhong
 * et al., <i>Random Erasing Data Augmentation</i>, 2020). Unlike that of a {@link CutOut} it lies
 * within the image, and its size and shape vary. The paper does it to half of the images: {@code
 * new RandomErasing(0.02, 0.4, 0.3).sometimes(0.5)}.
 *
 * @param minArea the least share of the image's area, above 0
 * @param maxArea the largest share, from {@code minArea} to 1
 * @param minAspect the least ratio of height to width, above 0 and at most 1; the largest is 1 over
 *     it
 */
public record RandomErasing(double minArea, double maxArea, double minAspect)
    implements Augmentation {

  /** How often another rectangle is drawn where one does not fit, as in the authors' code. */
  private static final int TRIALS = 100;

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if one is out of its range
   */
  public RandomErasing {
    Probabilities.require(minArea > 0, "minArea: expected above 0", minArea);
    Probabilities.require(
        maxArea >= minArea && maxArea <= 1,
        "maxArea: expected at least " + minArea + " and at most 1",
        maxArea);
    Probabilities.require(
        minAspect > 0 && minAspect <= 1, "minAspect: expected above 0 and at most 1", minAspect);
  }

  @Override
  public void apply(float[] image, int channels, int height, int width, RandomGenerator random) {
    for (int trial = 0; trial < TRIALS; trial++) {
      double area = (minArea + (maxArea - minArea) * random.nextDouble()) * height * width;
      double aspect = minAspect + (1 / minAspect - minAspect) * random.nextDouble();
      int rows = (int) Math.round(Math.sqrt(area * aspect));
      int columns = (int) Math.round(Math.sqrt(area / aspect));
      if (rows <= height && columns <= width) {
        int top = random.nextInt(height - rows + 1);
        int left = random.nextInt(width - columns + 1);
        for (int c = 0; c < channels; c++) {
          for (int y = top; y < top + rows; y++) {
            int row = (c * height + y) * width;
            fill(image, row + left, row + left + columns, random);
          }
        }
        return;
      }
    }
  }

  private static void fill(float[] image, int from, int to, RandomGenerator random) {
    for (int i = from; i < to; i++) {
      image[i] = random.nextFloat();
    }
  }
}
