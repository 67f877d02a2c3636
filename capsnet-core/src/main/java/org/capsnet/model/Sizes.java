package org.capsnet.model;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.nd4j.linalg.api.buffer.DataType;

/** The checks and sums that architectures share. */
final class Sizes {

  private Sizes() {}

  static void positive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + ": expected at least 1, got " + value);
    }
  }

  /** Requires channels, height and width of images, and float or double. */
  static void requireImages(int channels, int height, int width, DataType type) {
    positive("image channels", channels);
    positive("image height", height);
    positive("image width", width);
    fits("the numbers of an image", channels, height, width);
    if (type != DataType.FLOAT && type != DataType.DOUBLE) {
      throw new IllegalArgumentException("type: expected FLOAT or DOUBLE, got " + type);
    }
  }

  /** The product of sizes, which must be that of an array. */
  static int fits(String name, long... sizes) {
    long product = 1;
    for (long size : sizes) {
      // Both factors are below 2³¹, so that their product is exact.
      product *= size;
      if (product > Integer.MAX_VALUE || size > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "%s: expected at most %d, got %s"
                .formatted(
                    name,
                    Integer.MAX_VALUE,
                    Arrays.stream(sizes)
                        .mapToObj(Long::toString)
                        .collect(Collectors.joining(" × "))));
      }
    }
    return (int) product;
  }

  /** Requires none, or two or more. */
  static void requireNoneOrTwo(String name, int value) {
    if (value < 0 || value == 1) {
      throw new IllegalArgumentException(name + ": expected 0, or 2 or more, got " + value);
    }
  }

  /** The numbers in a tensor of these sizes. */
  static long product(long... sizes) {
    long product = 1;
    for (long size : sizes) {
      product = Math.multiplyExact(product, size);
    }
    return product;
  }

  static long sum(long... numbers) {
    long sum = 0;
    for (long number : numbers) {
      sum = Math.addExact(sum, number);
    }
    return sum;
  }

  /** The weights and biases of a convolution, transposed or not, with a square kernel. */
  static long convolution(long in, long out, long kernel) {
    return sum(product(in, out, kernel, kernel), out);
  }
}
