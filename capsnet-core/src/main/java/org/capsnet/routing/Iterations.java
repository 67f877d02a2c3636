package org.capsnet.routing;

/** What routings that iterate have in common. */
final class Iterations {

  /** Far more than any paper has: each takes memory, and a file may ask for any number. */
  private static final int MOST = 100;

  private Iterations() {}

  static void require(int iterations) {
    if (iterations < 1 || iterations > MOST) {
      throw new IllegalArgumentException(
          "iterations: expected 1 to %d, got %d".formatted(MOST, iterations));
    }
  }
}
