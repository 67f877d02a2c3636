package org.capsnet.kernel;

/**
 * The maps of minimal filters at six points, 0, 1, -1, 2, -1/2 and infinity, along one axis: the
 * filters of 2 to 5 taps have 5 to 2 outputs at a time ({@link MinimalFilter}), and the same map of
 * the image. A line is {@link Gemm#LANES} channels of a place; a map takes the lines of a tile to
 * others, for as many tiles as there are along a row.
 *
 * <p>Line j of tile i is at {@code offset + i · next + j · step}, in numbers, of what is read and
 * of what is written.
 */
interface SixPoints {

  /** The number of points, and of the places that a tile sees. */
  int COUNT = 6;

  /** The fewest taps. */
  int FEWEST = 2;

  /** The most taps. */
  int MOST = 5;

  /** The outputs of a tile, of a filter of so many taps. */
  static int outputs(int taps) {
    return COUNT + 1 - taps;
  }

  /**
   * What six places of the image are at the points.
   *
   * @param tiles their number
   * @param in what is read
   * @param io its offset
   * @param inNext from a tile to the next
   * @param inStep from a line to the next
   * @param out what is overwritten
   * @param oo its offset
   * @param outNext from a tile to the next
   * @param outStep from a line to the next
   */
  void image(
      int tiles,
      float[] in,
      int io,
      int inNext,
      int inStep,
      float[] out,
      int oo,
      int outNext,
      int outStep);

  /**
   * What the products at the points are as outputs.
   *
   * @param outputs of a tile, 2 to 5
   * @param tiles as of {@link #image}
   * @param in as of {@link #image}
   * @param io as of {@link #image}
   * @param inNext as of {@link #image}
   * @param inStep as of {@link #image}
   * @param out as of {@link #image}
   * @param oo as of {@link #image}
   * @param outNext as of {@link #image}
   * @param outStep as of {@link #image}
   */
  void result(
      int outputs,
      int tiles,
      float[] in,
      int io,
      int inNext,
      int inStep,
      float[] out,
      int oo,
      int outNext,
      int outStep);

  /**
   * The transpose of {@link #result}: from the outputs' gradients to those at the points.
   *
   * @param outputs as of {@link #result}
   * @param tiles as of {@link #image}
   * @param in as of {@link #image}
   * @param io as of {@link #image}
   * @param inNext as of {@link #image}
   * @param inStep as of {@link #image}
   * @param out as of {@link #image}
   * @param oo as of {@link #image}
   * @param outNext as of {@link #image}
   * @param outStep as of {@link #image}
   */
  void resultBack(
      int outputs,
      int tiles,
      float[] in,
      int io,
      int inNext,
      int inStep,
      float[] out,
      int oo,
      int outNext,
      int outStep);

  /**
   * The transpose of {@link #image}: from the gradients at the points to those of the image, which
   * are added to what stands there, since tiles see some lines in common.
   *
   * @param tiles as of {@link #image}
   * @param in as of {@link #image}
   * @param io as of {@link #image}
   * @param inNext as of {@link #image}
   * @param inStep as of {@link #image}
   * @param out what is added to
   * @param oo as of {@link #image}
   * @param outNext as of {@link #image}
   * @param outStep as of {@link #image}
   */
  void addImageBack(
      int tiles,
      float[] in,
      int io,
      int inNext,
      int inStep,
      float[] out,
      int oo,
      int outNext,
      int outStep);
}
