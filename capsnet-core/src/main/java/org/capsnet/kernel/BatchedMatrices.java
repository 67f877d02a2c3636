package org.capsnet.kernel;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The matrices of the last two axes of an array, each by its lines: these are its rows, or its
 * columns where rows have gaps and columns have none.
 */
final class BatchedMatrices {

  /** The most numbers of a matrix. */
  private static final int MOST = 1 << 16;

  private final INDArray x;
  private final boolean turned;

  /** The lines of a matrix, and how far they are from one another. */
  private final int count;

  private final int length;
  private final long stride;

  /** How far the matrices of the last axis before are from one another. */
  private final long next;

  BatchedMatrices(INDArray x) {
    this.x = x;
    int row = x.rank() - 2;
    int column = x.rank() - 1;
    turned = hasGaps(x, column);
    count = (int) x.size(turned ? column : row);
    length = (int) x.size(turned ? row : column);
    stride = x.stride(turned ? column : row);
    next = x.stride(x.rank() - 3);
  }

  /** Whether there are lines without gaps, few enough numbers, and Java's arrays can hold all. */
  static boolean take(INDArray x) {
    long end = 1;
    for (int axis = 0; axis < x.rank(); axis++) {
      end += (x.size(axis) - 1) * x.stride(axis);
    }
    return x.length() > 0
        && x.size(-2) * x.size(-1) <= MOST
        && end <= Integer.MAX_VALUE / Float.BYTES
        && !(hasGaps(x, x.rank() - 1) && hasGaps(x, x.rank() - 2));
  }

  private static boolean hasGaps(INDArray x, int axis) {
    return x.size(axis) != 1 && x.stride(axis) != 1;
  }

  /** Whether the lines are columns. */
  boolean turned() {
    return turned;
  }

  int rows() {
    return turned ? length : count;
  }

  int columns() {
    return turned ? count : length;
  }

  /** The number of matrices. */
  long number() {
    return x.length() / count / length;
  }

  /** How many of them the last axis before has. */
  int ofLastAxis() {
    return (int) x.size(x.rank() - 3);
  }

  /**
   * Where matrices are in a Java array.
   *
   * @param matrix from one to the next
   * @param line from a line of one to its next
   */
  record Place(int matrix, int line) {}

  /** Whether the first lines of matrices stand one after another, then their second ones. */
  private boolean isSideBySide() {
    return next == length;
  }

  /**
   * Where matrices of the last axis are to be.
   *
   * @param matrices their number
   * @param room behind each line of one, or of all where they stand side by side
   */
  Place place(int matrices, int room) {
    return isSideBySide()
        ? new Place(length, matrices * length + room)
        : new Place(count * (length + room), length + room);
  }

  /** Reads matrices of the last axis without room between them. */
  Place read(long first, int matrices, float[] to) {
    Place place = place(matrices, 0);
    forLines(
        first,
        matrices,
        place,
        (from, lines, numbers, at) ->
            Floats.readRows(x, from, (int) stride, lines, numbers, to, at, place.line));
    return place;
  }

  /** Writes them. */
  void write(long first, int matrices, float[] from, Place place) {
    forLines(
        first,
        matrices,
        place,
        (to, lines, numbers, at) ->
            Floats.writeRows(x, to, (int) stride, lines, numbers, from, at, place.line));
  }

  /** Does something with lines that are equally far from one another. */
  private interface OfLines {
    void run(long inArray, int lines, int numbers, int at);
  }

  private void forLines(long first, int matrices, Place place, OfLines work) {
    long from = offset(first);
    if (isSideBySide()) {
      work.run(from, count, matrices * length, 0);
    } else if (next == count * stride) {
      work.run(from, matrices * count, length, 0);
    } else {
      for (int i = 0; i < matrices; i++) {
        work.run(from + i * next, count, length, i * place.matrix);
      }
    }
  }

  private long offset(long matrix) {
    long offset = 0;
    long left = matrix;
    for (int axis = x.rank() - 3; axis >= 0; axis--) {
      offset += left % x.size(axis) * x.stride(axis);
      left /= x.size(axis);
    }
    return offset;
  }
}
