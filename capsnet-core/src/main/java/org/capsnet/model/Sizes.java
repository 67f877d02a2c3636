package org.capsnet.model;

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
    if (type != DataType.FLOAT && type != DataType.DOUBLE) {
      throw new IllegalArgumentException("type: expected FLOAT or DOUBLE, got " + type);
    }
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
