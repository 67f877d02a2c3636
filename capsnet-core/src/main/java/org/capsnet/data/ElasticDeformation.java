package org.capsnet.data;

import java.util.random.RandomGenerator;
import org.capsnet.data.picture.ByteImage;

/**
 * Moves every pixel a little, and neighbours almost alike: independent random displacements,
 * smoothed with a Gaussian, as in Simard, Steinkraus and Platt (2003). Their strength is not given
 * as the factor of that paper, whose meaning changes with the smoothing, but in pixels.
 *
 * @param pixels how far a pixel moves along each axis, root mean square, 0 or more
 * @param smoothness the standard deviation of the Gaussian in pixels, 1 or more: how far apart
 *     pixels still move together
 */
public record ElasticDeformation(double pixels, double smoothness) implements RandomField {

  private static final int REACH = 3;

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if one is out of its range
   */
  public ElasticDeformation {
    Probabilities.require(
        pixels >= 0 && pixels < Double.POSITIVE_INFINITY, "pixels: expected 0 or more", pixels);
    Probabilities.require(
        smoothness >= 1 && smoothness < 1000,
        "smoothness: expected 1 or more, below 1000",
        smoothness);
  }

  @Override
  public Warp draw(int height, int width, RandomGenerator random) {
    double[] right = displacements(height, width, random);
    double[] down = displacements(height, width, random);
    return Warp.of(
        height,
        width,
        (x, y, from) -> {
          from[0] = x + right[y * width + x];
          from[1] = y + down[y * width + x];
        });
  }

  /** Noise is drawn beyond the border too, so that pixels there move as far as others. */
  private double[] displacements(int height, int width, RandomGenerator random) {
    double[] kernel = kernel();
    int more = kernel.length - 1;
    double[] noise = new double[ByteImage.numbers(1, height + more, width + more)];
    for (int i = 0; i < noise.length; i++) {
      noise[i] = random.nextGaussian();
    }
    double[] rows = new double[(height + more) * width];
    for (int y = 0; y < height + more; y++) {
      for (int x = 0; x < width; x++) {
        rows[y * width + x] = sum(kernel, noise, y * (width + more) + x, 1);
      }
    }
    double[] field = new double[height * width];
    for (int i = 0; i < field.length; i++) {
      field[i] = pixels * sum(kernel, rows, i, width);
    }
    return field;
  }

  private static double sum(double[] kernel, double[] values, int start, int step) {
    double sum = 0;
    for (int j = 0; j < kernel.length; j++) {
      sum += kernel[j] * values[start + j * step];
    }
    return sum;
  }

  /** A Gaussian whose squares sum to 1: it keeps the variance of independent noise. */
  private double[] kernel() {
    int radius = (int) Math.ceil(REACH * smoothness);
    double[] kernel = new double[2 * radius + 1];
    double squares = 0;
    for (int i = 0; i < kernel.length; i++) {
      double distance = (i - radius) / smoothness;
      kernel[i] = StrictMath.exp(-distance * distance / 2);
      squares += kernel[i] * kernel[i];
    }
    for (int i = 0; i < kernel.length; i++) {
      kernel[i] /= Math.sqrt(squares);
    }
    return kernel;
  }
}
