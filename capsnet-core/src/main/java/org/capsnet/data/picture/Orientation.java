package org.capsnet.data.picture;

import java.util.Arrays;

/**
 * The orientation of a picture in its file, as EXIF numbers it: cameras write the rows as the
 * sensor gives them, and separately how the camera was held.
 */
enum Orientation {
  UPRIGHT(1, false, false, false),
  MIRRORED(2, false, false, true),
  HALF_TURNED(3, false, true, true),
  FLIPPED(4, false, true, false),
  TRANSPOSED(5, true, false, false),
  TO_BE_TURNED_CLOCKWISE(6, true, false, true),
  TRANSVERSED(7, true, true, true),
  TO_BE_TURNED_BACK(8, true, true, false);

  private final int number;
  private final boolean swapsAxes;
  private final boolean fromBottom;
  private final boolean fromRight;

  Orientation(int number, boolean swapsAxes, boolean fromBottom, boolean fromRight) {
    this.number = number;
    this.swapsAxes = swapsAxes;
    this.fromBottom = fromBottom;
    this.fromRight = fromRight;
  }

  /** By the number of EXIF, 1 to 8. Any other number means nothing. */
  static Orientation of(long number) {
    return Arrays.stream(values())
        .filter(orientation -> orientation.number == number)
        .findFirst()
        .orElse(UPRIGHT);
  }

  /** The number of EXIF, 1 to 8. */
  int number() {
    return number;
  }

  /** Whether rows become columns. */
  boolean swapsAxes() {
    return swapsAxes;
  }

  /** Where a point in shares of the stored width and height is in the upright width. */
  double x(double x, double y) {
    double across = swapsAxes ? y : x;
    return fromRight ? 1 - across : across;
  }

  /** Where a point in shares of the stored width and height is in the upright height. */
  double y(double x, double y) {
    double down = swapsAxes ? x : y;
    return fromBottom ? 1 - down : down;
  }

  /**
   * Where a pixel of the file is to be seen.
   *
   * @param y its row in the file
   * @param x its column in the file
   * @param height the rows of the upright picture
   * @param width the columns of the upright picture
   * @return its place in the upright picture, row · width + column
   */
  int place(int y, int x, int height, int width) {
    int row = swapsAxes ? x : y;
    int column = swapsAxes ? y : x;
    return (fromBottom ? height - 1 - row : row) * width
        + (fromRight ? width - 1 - column : column);
  }

  /**
   * Turns what was read as it lies in its file.
   *
   * @param bytes [channels, rows, columns]
   * @return the same if it is upright, or else [channels, height, width]
   */
  byte[] upright(byte[] bytes, int channels, int rows, int columns) {
    if (this == UPRIGHT) {
      return bytes;
    }
    int height = swapsAxes ? columns : rows;
    int width = swapsAxes ? rows : columns;
    byte[] turned = new byte[bytes.length];
    int from = 0;
    for (int c = 0; c < channels; c++) {
      int plane = c * rows * columns;
      for (int y = 0; y < rows; y++) {
        for (int x = 0; x < columns; x++) {
          turned[plane + place(y, x, height, width)] = bytes[from++];
        }
      }
    }
    return turned;
  }
}
