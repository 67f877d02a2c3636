package org.capsnet.kernel;

/**
 * How a matrix lies in an array: cut into panels of so many columns, one after the other, the rows
 * of a panel without a gap between them. A product that takes a panel at a time reads memory in
 * order, where rows of the whole matrix, a power of two apart, would fall into the same few sets of
 * a cache.
 *
 * @param rows of the matrix
 * @param columns of the matrix
 * @param width columns of a panel; the last panel has room for as many
 */
record Panels(int rows, int columns, int width) {

  /** The number of panels. */
  int count() {
    return (columns + width - 1) / width;
  }

  /** The numbers of a row, with the room at the end of the last panel. */
  int length() {
    return Math.multiplyExact(count(), width);
  }

  /** The numbers of the array. */
  int size() {
    return Math.multiplyExact(rows, length());
  }

  /** The same with another number of rows. */
  Panels withRows(int number) {
    return new Panels(number, columns, width);
  }

  /** Where a row of a panel begins. */
  int at(int panel, int row) {
    return (panel * rows + row) * width;
  }

  /** The columns of a panel. */
  int columns(int panel) {
    return Math.min(width, columns - panel * width);
  }

  /**
   * Copies rows that stand {@code stride} apart to the same panel and row of as many matrices.
   *
   * @param numbers row q starts at {@code q · width}
   * @param matrices of this shape, from {@code first} on
   * @param first see matrices
   * @param count rows and matrices
   * @param panel of each matrix
   * @param row of each matrix
   */
  void write(float[] numbers, float[][] matrices, int first, int count, int panel, int row) {
    int at = at(panel, row);
    for (int q = 0; q < count; q++) {
      System.arraycopy(numbers, q * width, matrices[first + q], at, width);
    }
  }

  /** The opposite of {@link #write}. */
  void read(float[][] matrices, int first, int count, int panel, int row, float[] numbers) {
    int at = at(panel, row);
    for (int q = 0; q < count; q++) {
      System.arraycopy(matrices[first + q], at, numbers, q * width, width);
    }
  }

  /** Writes the transpose of a matrix of this shape, in panels of the same or another width. */
  void transpose(float[] from, float[] to, Panels turned) {
    int block = Gemm.LANES;
    for (int panel = 0; panel < count(); panel++) {
      for (int j0 = 0; j0 < columns(panel); j0 += block) {
        int j1 = Math.min(columns(panel), j0 + block);
        for (int i = 0; i < rows; i++) {
          int row = at(panel, i);
          int column = turned.at(i / turned.width, panel * width) + i % turned.width;
          for (int j = j0; j < j1; j++) {
            to[column + j * turned.width] = from[row + j];
          }
        }
      }
    }
  }
}
