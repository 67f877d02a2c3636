package org.capsnet.kernel;

/**
 * Loops over rows of numbers that the maps to the frequency domain and back consist of, beside
 * products. Lengths are whole vectors.
 */
interface SpectralLoops {

  /**
   * {@code sum = x + y, difference = x - y}; where both have one place, the sum is what stays.
   *
   * @param from where x and y are
   * @param x begins here
   * @param y begins here
   * @param length of each
   * @param to another array, which is written
   * @param sum begins here
   * @param difference begins here
   */
  void sumAndDifference(
      float[] from, int x, int y, int length, float[] to, int sum, int difference);

  /**
   * The three planes of a frequency v and those of -v, from the sums {@code A + iB} of the even
   * parts and {@code A' + iB'} of the odd ones: {@code a = A ± B', b = B ∓ A'}.
   *
   * @param kind which three of a and b
   * @param parts where the sums are
   * @param even A begins here, and B follows it
   * @param odd A' begins here, and B' follows it
   * @param length of each
   * @param planes those of v are {@code plane} to {@code plane + 2}, of -v {@code mirror} on; where
   *     these are the same, A' and B' are 0
   * @param plane see planes
   * @param mirror see planes
   * @param to where they are written
   */
  void planes(
      PlaneMap.Kind kind,
      float[] parts,
      int even,
      int odd,
      int length,
      float[][] planes,
      int plane,
      int mirror,
      int to);

  /**
   * The transpose of {@link #planes}.
   *
   * @param kind which three of a and b
   * @param planes as of {@link #planes}
   * @param plane see planes
   * @param mirror see planes
   * @param from where they are read
   * @param length of each
   * @param parts where the sums are written
   * @param even A begins here, and B follows it
   * @param odd A' begins here, and B' follows it
   */
  void parts(
      PlaneMap.Kind kind,
      float[][] planes,
      int plane,
      int mirror,
      int from,
      int length,
      float[] parts,
      int even,
      int odd);
}
