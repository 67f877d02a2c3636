package org.capsnet.kernel;

import java.util.Arrays;

/**
 * Moves numbers between samples that stand one after the other, as arrays hold them, and rows along
 * the samples, as products want them.
 */
final class Rows {

  private Rows() {}

  /**
   * {@code rows[r][s] = samples[s][source[r]]}; 0 where the source is negative, and in the columns
   * beyond the last sample.
   *
   * @param samples where sample s starts at {@code first + s · stride}
   * @param first see samples
   * @param stride see samples
   * @param count samples
   * @param source for each row, the place within a sample
   * @param rows row r starts at {@code r · length}
   * @param length of a row, at least the count
   */
  static void gather(
      float[] samples, int first, int stride, int count, int[] source, float[] rows, int length) {
    for (int r = 0; r < source.length; r++) {
      int to = r * length;
      int filled = 0;
      if (source[r] >= 0) {
        int from = first + source[r];
        for (int s = 0; s < count; s++) {
          rows[to + s] = samples[from + s * stride];
        }
        filled = count;
      }
      Arrays.fill(rows, to + filled, to + length, 0);
    }
  }

  /**
   * The opposite: {@code samples[s][source[r]] = rows[r][s]}, rows with negative sources unused.
   */
  static void scatter(
      float[] rows, int length, int[] source, float[] samples, int first, int stride, int count) {
    for (int r = 0; r < source.length; r++) {
      if (source[r] >= 0) {
        int from = r * length;
        int to = first + source[r];
        for (int s = 0; s < count; s++) {
          samples[to + s * stride] = rows[from + s];
        }
      }
    }
  }

  /** {@code to[j][i] = from[i][j]}, with zeros up to the length of to's rows. */
  static void transpose(
      float[] from, int fromAt, int fromLength, int m, int n, float[] to, int toAt, int toLength) {
    int block = 16;
    for (int j0 = 0; j0 < n; j0 += block) {
      int j1 = Math.min(n, j0 + block);
      for (int i = 0; i < m; i++) {
        int row = fromAt + i * fromLength;
        for (int j = j0; j < j1; j++) {
          to[toAt + j * toLength + i] = from[row + j];
        }
      }
      for (int j = j0; j < j1; j++) {
        Arrays.fill(to, toAt + j * toLength + m, toAt + (j + 1) * toLength, 0);
      }
    }
  }
}
