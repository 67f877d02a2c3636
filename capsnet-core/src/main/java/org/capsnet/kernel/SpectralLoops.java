package org.capsnet.kernel;

/**
 * Loops over rows of numbers that the maps to the frequency domain and back consist of, beside
 * products. Lengths are whole vectors.
 */
interface SpectralLoops {

  /**
   * {@code sum = x + y, difference = x - y}, of which each may take the place of x or y.
   *
   * @param from where x and y are
   * @param x begins here
   * @param y begins here
   * @param length of each
   * @param to is written
   * @param sum begins here
   * @param difference begins here
   */
  void sumAndDifference(
      float[] from, int x, int y, int length, float[] to, int sum, int difference);

  /**
   * The three planes of numbers {@code a + ib}.
   *
   * @param kind which three of a and b
   * @param numbers where a and b are
   * @param a begins here
   * @param b begins here
   * @param length of each
   * @param planes of which three are written
   * @param plane the first of them
   * @param to where they are written
   */
  void planes(
      PlaneMap.Kind kind,
      float[] numbers,
      int a,
      int b,
      int length,
      float[][] planes,
      int plane,
      int to);

  /**
   * The transpose of {@link #planes}.
   *
   * @param kind which three of a and b
   * @param planes as of {@link #planes}
   * @param plane the first of three
   * @param from where they are read
   * @param length of each
   * @param numbers where a and b are written
   * @param a begins here
   * @param b begins here
   */
  void parts(
      PlaneMap.Kind kind,
      float[][] planes,
      int plane,
      int from,
      int length,
      float[] numbers,
      int a,
      int b);

  /**
   * A row of each of some planes, {@code planes[p] = Σ_i matrix[p, i] · row i}.
   *
   * @param matrix {@code [count, inputs]}
   * @param count of planes
   * @param inputs of rows
   * @param from where the rows are
   * @param at where the first row begins
   * @param next from a row to the next
   * @param planes from {@code plane} on
   * @param plane the first of them
   * @param to where the row begins in all of them but the last
   * @param last where it begins in the last
   * @param width of the rows
   * @param scratch of {@code count · width}
   */
  void evaluate(
      float[] matrix,
      int count,
      int inputs,
      float[] from,
      int at,
      int next,
      float[][] planes,
      int plane,
      int to,
      int last,
      int width,
      float[] scratch);

  /** The transpose of {@link #evaluate}, with the same operands; overwrites the rows. */
  void evaluateBack(
      float[] matrix,
      int count,
      int inputs,
      float[] rows,
      int at,
      int next,
      float[][] planes,
      int plane,
      int from,
      int last,
      int width,
      float[] scratch);
}
