package org.capsnet.data;

import java.util.Arrays;

/**
 * Normalizes the intensities of every image, so that the light of a microscope or the dose of an
 * X-ray does not matter. Each method works on one image at a time, with all its channels together,
 * so that hues are kept. Nothing here is random: it is an {@link Augmentation} to be applied last,
 * in training and in testing alike.
 */
public final class Intensity {

  private static final double CONSTANT = 1e-6;

  private Intensity() {}

  /**
   * {@return a normalisation to mean 0 and variance 1 in each image; an image of one value becomes
   * 0}
   */
  public static Augmentation standard() {
    return new Described.Change(
        "standard intensity", (image, channels, height, width, random) -> standardize(image));
  }

  /**
   * Scales the values between two percentiles of an image to 0 to 1 and clips the rest, so that a
   * few extreme pixels do not set the scale. An image of one value becomes 0.
   *
   * @param low the percentile that becomes 0, 0 to below {@code high}
   * @param high the percentile that becomes 1, to 100
   * @return the normalisation
   * @throws IllegalArgumentException if they are out of range
   */
  public static Augmentation percentiles(double low, double high) {
    if (!(low >= 0 && low < high && high <= 100)) {
      throw new IllegalArgumentException(
          "percentiles: expected 0 ≤ low < high ≤ 100, got %s, %s".formatted(low, high));
    }
    return new Described.Change(
        "percentiles " + low + " to " + high,
        (image, channels, height, width, random) -> stretch(image, low / 100, high / 100));
  }

  private static void standardize(float[] image) {
    double sum = 0;
    for (float value : image) {
      sum += value;
    }
    double mean = sum / image.length;
    double squares = 0;
    for (float value : image) {
      squares += (value - mean) * (value - mean);
    }
    double deviation = Math.sqrt(squares / image.length);
    scale(image, mean, deviation);
  }

  private static void stretch(float[] image, double low, double high) {
    float[] sorted = image.clone();
    Arrays.sort(sorted);
    double least = quantile(sorted, low);
    scale(image, least, quantile(sorted, high) - least);
    for (int i = 0; i < image.length; i++) {
      image[i] = Math.max(0, Math.min(1, image[i]));
    }
  }

  /** Between two values in the middle, as most libraries do. */
  private static double quantile(float[] sorted, double share) {
    double place = share * (sorted.length - 1);
    int below = (int) place;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }

  private static void scale(float[] image, double zero, double one) {
    double factor = one < CONSTANT ? 0 : 1 / one;
    for (int i = 0; i < image.length; i++) {
      image[i] = (float) ((image[i] - zero) * factor);
    }
  }
}
