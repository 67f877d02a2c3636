package org.capsnet.data;

/** Checks the settings of random changes to images: probabilities and ranges. */
final class Probabilities {

  private Probabilities() {}

  static void requireShare(String name, double value) {
    require(value >= 0 && value <= 1, name + ": expected 0 to 1", value);
  }

  static void require(boolean holds, String expected, double got) {
    if (!holds) {
      throw new IllegalArgumentException(expected + ", got " + got);
    }
  }
}
