package org.capsnet.model;

import static java.util.stream.Collectors.joining;

import java.util.Arrays;
import java.util.List;

/** The checks that architectures share. */
public final class Sizes {

  private Sizes() {}

  /**
   * Requires a number that is not too small.
   *
   * @param least it may be
   * @param name of it, for the message
   * @param value the number
   * @throws IllegalArgumentException if it is less
   */
  public static void atLeast(int least, String name, int value) {
    if (value < least) {
      throw new IllegalArgumentException(
          "%s: expected at least %d, got %d".formatted(name, least, value));
    }
  }

  /**
   * Requires sizes of layers, or none.
   *
   * @param name of each, for the message
   * @param sizes in order, each at least 1; null for no layers
   * @return the sizes, copied; null for null
   * @throws IllegalArgumentException if one is less
   */
  public static List<Integer> layers(String name, List<Integer> sizes) {
    if (sizes == null) {
      return null;
    }
    sizes.forEach(size -> atLeast(1, name, size));
    return List.copyOf(sizes);
  }

  /**
   * Requires an odd number of at least 1.
   *
   * @param name of it, for the message
   * @param value the number
   * @return it
   * @throws IllegalArgumentException if it is another
   */
  public static int odd(String name, int value) {
    if (value < 1 || value % 2 == 0) {
      throw new IllegalArgumentException(name + ": expected an odd number, got " + value);
    }
    return value;
  }

  /**
   * The product of sizes, which must be that of an array.
   *
   * @param name of it, for the message
   * @param sizes at least 0
   * @return the product
   * @throws IllegalArgumentException if no array has so many numbers
   */
  public static int fits(String name, long... sizes) {
    long product = 1;
    for (long size : sizes) {
      // Both factors are below 2³¹, so that their product is exact.
      product *= size;
      if (product > Integer.MAX_VALUE || size > Integer.MAX_VALUE) {
        String got = Arrays.stream(sizes).mapToObj(Long::toString).collect(joining(" × "));
        throw new IllegalArgumentException(
            "%s: expected at most %d, got %s".formatted(name, Integer.MAX_VALUE, got));
      }
    }
    return (int) product;
  }

  /**
   * Requires 0, or a number of at least 2.
   *
   * @param name of it, for the message
   * @param value the number
   * @throws IllegalArgumentException if it is another
   */
  public static void noneOrTwo(String name, int value) {
    if (value < 0 || value == 1) {
      throw new IllegalArgumentException(name + ": expected 0, or 2 or more, got " + value);
    }
  }
}
