package org.capsnet.kernel;

import java.util.ArrayList;
import java.util.List;

/**
 * The frequencies of real images with a period: one of each pair of conjugates, of which the other
 * follows.
 *
 * @param rows of the period
 * @param columns of the period
 */
record Spectrum(int rows, int columns) {

  /**
   * A frequency.
   *
   * @param u along the rows
   * @param v along the columns
   * @param count how many it stands for: 1 where it is its own conjugate, and so real, else 2
   */
  record Frequency(int u, int v, int count) {

    boolean isReal() {
      return count == 1;
    }

    /** A real product takes one plane, a complex one three. */
    int planes() {
      return isReal() ? 1 : 3;
    }
  }

  /** Whether u is its own conjugate. */
  boolean isReal(int u) {
    return 2 * u % rows == 0;
  }

  /** In the order of the planes, those of the same u together. */
  List<List<Frequency>> byU() {
    List<List<Frequency>> all = new ArrayList<>();
    for (int u = 0; 2 * u <= rows; u++) {
      List<Frequency> ofOneU = new ArrayList<>();
      for (int v = 0; v < columns && (!isReal(u) || 2 * v <= columns); v++) {
        ofOneU.add(new Frequency(u, v, isReal(u) && 2 * v % columns == 0 ? 1 : 2));
      }
      all.add(ofOneU);
    }
    return all;
  }

  /** The number of planes: one for each real frequency, three for each pair of conjugates. */
  int planes() {
    long real = (2L - rows % 2) * (2 - columns % 2);
    long pairs = ((long) rows * columns - real) / 2;
    return Math.toIntExact(real + 3 * pairs);
  }
}
