package org.capsnet.data;

import java.util.random.RandomGenerator;
import org.capsnet.data.picture.ImageFile;

/**
 * Changes brightness, contrast and saturation of an image, in this order, each by a factor drawn
 * uniformly from 1 - strength to 1 + strength. Contrast is about the mean of the image's luma; grey
 * images have no saturation. Values stay from 0 to 1.
 *
 * @param brightness 0 to 1
 * @param contrast 0 to 1
 * @param saturation 0 to 1
 */
public record ColorJitter(double brightness, double contrast, double saturation)
    implements Augmentation {

  private static final int RGB = 3;

  /**
   * Checks the strengths.
   *
   * @throws IllegalArgumentException if one is out of its range
   */
  public ColorJitter {
    Probabilities.requireShare("brightness", brightness);
    Probabilities.requireShare("contrast", contrast);
    Probabilities.requireShare("saturation", saturation);
  }

  @Override
  public void apply(float[] image, int channels, int height, int width, RandomGenerator random) {
    float light = factor(brightness, random);
    float spread = factor(contrast, random);
    float colour = factor(saturation, random);
    int size = height * width;
    for (int i = 0; i < image.length; i++) {
      image[i] = inside(light * image[i]);
    }
    float mean = mean(image, channels, size);
    for (int i = 0; i < image.length; i++) {
      image[i] = inside(mean + spread * (image[i] - mean));
    }
    if (channels == RGB) {
      for (int i = 0; i < size; i++) {
        float grey = luma(image, channels, size, i);
        for (int c = 0; c < RGB; c++) {
          image[c * size + i] = inside(grey + colour * (image[c * size + i] - grey));
        }
      }
    }
  }

  private static float factor(double strength, RandomGenerator random) {
    return (float) (1 + strength * (2 * random.nextDouble() - 1));
  }

  private static float inside(float value) {
    return Math.max(0, Math.min(1, value));
  }

  private static float mean(float[] image, int channels, int size) {
    double sum = 0;
    for (int i = 0; i < size; i++) {
      sum += luma(image, channels, size, i);
    }
    return (float) (sum / size);
  }

  /** Red, green and blue weigh what {@link ImageFile} gives them; other channels weigh the same. */
  private static float luma(float[] image, int channels, int size, int i) {
    if (channels == RGB) {
      return ImageFile.luma(image[i], image[size + i], image[2 * size + i]);
    }
    float sum = 0;
    for (int c = 0; c < channels; c++) {
      sum += image[c * size + i];
    }
    return sum / channels;
  }
}
