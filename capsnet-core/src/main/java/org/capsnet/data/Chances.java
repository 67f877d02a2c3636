package org.capsnet.data;

/** Checks the settings of what happens by chance. */
final class Chances {

  private Chances() {}

  static void requireShare(String name, double value) {
    require(value >= 0 && value <= 1, name + ": expected 0 to 1", value);
  }

  static void require(boolean holds, String expected, double got) {
    if (!holds) {
      throw new IllegalArgumentException(expected + ", got " + got);
    }
  }
}
