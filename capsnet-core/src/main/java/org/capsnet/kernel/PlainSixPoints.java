package org.capsnet.kernel;

/** The maps at six points without the Vector API. */
final class PlainSixPoints implements SixPoints {

  private static final int LANES = Gemm.LANES;

  private static final float[][] RESULT_BACK = new float[SixPoints.outputs(FEWEST) + 1][];

  static {
    for (int outputs = SixPoints.outputs(MOST); outputs < RESULT_BACK.length; outputs++) {
      RESULT_BACK[outputs] = transposed(filter(outputs).result());
    }
  }

  private static final float[] IMAGE_BACK = transposed(filter(SixPoints.outputs(MOST)).image());

  /** Of a matrix of as many columns as there are points. */
  private static float[] transposed(float[] matrix) {
    int rows = matrix.length / COUNT;
    float[] turned = new float[matrix.length];
    for (int i = 0; i < matrix.length; i++) {
      turned[i % COUNT * rows + i / COUNT] = matrix[i];
    }
    return turned;
  }

  private static MinimalFilter filter(int outputs) {
    return new MinimalFilter(COUNT + 1 - outputs, outputs);
  }

  @Override
  public void image(
      int tiles,
      float[] in,
      int io,
      int inNext,
      int inStep,
      float[] out,
      int oo,
      int outNext,
      int outStep) {
    float[] matrix = filter(SixPoints.outputs(MOST)).image();
    for (int i = 0; i < tiles; i++) {
      map(matrix, COUNT, in, io + i * inNext, inStep, out, oo + i * outNext, outStep);
    }
  }

  @Override
  public void result(
      int outputs,
      int tiles,
      float[] in,
      int io,
      int inNext,
      int inStep,
      float[] out,
      int oo,
      int outNext,
      int outStep) {
    float[] matrix = filter(outputs).result();
    for (int i = 0; i < tiles; i++) {
      map(matrix, COUNT, in, io + i * inNext, inStep, out, oo + i * outNext, outStep);
    }
  }

  @Override
  public void resultBack(
      int outputs,
      int tiles,
      float[] in,
      int io,
      int inNext,
      int inStep,
      float[] out,
      int oo,
      int outNext,
      int outStep) {
    for (int i = 0; i < tiles; i++) {
      int from = io + i * inNext;
      map(RESULT_BACK[outputs], outputs, in, from, inStep, out, oo + i * outNext, outStep);
    }
  }

  @Override
  public void addImageBack(
      int tiles,
      float[] in,
      int io,
      int inNext,
      int inStep,
      float[] out,
      int oo,
      int outNext,
      int outStep) {
    for (int i = 0; i < tiles; i++) {
      addMap(IMAGE_BACK, COUNT, in, io + i * inNext, inStep, out, oo + i * outNext, outStep);
    }
  }

  /** The lines of a tile times a matrix of so many columns. */
  private static void map(
      float[] matrix, int columns, float[] in, int io, int inStep, float[] out, int oo, int step) {
    for (int row = 0; row < matrix.length / columns; row++) {
      int to = oo + row * step;
      for (int lane = 0; lane < LANES; lane++) {
        out[to + lane] = 0;
      }
    }
    addMap(matrix, columns, in, io, inStep, out, oo, step);
  }

  private static void addMap(
      float[] matrix, int columns, float[] in, int io, int inStep, float[] out, int oo, int step) {
    for (int row = 0; row < matrix.length / columns; row++) {
      int to = oo + row * step;
      for (int j = 0; j < columns; j++) {
        float factor = matrix[row * columns + j];
        int from = io + j * inStep;
        for (int lane = 0; factor != 0 && lane < LANES; lane++) {
          out[to + lane] += factor * in[from + lane];
        }
      }
    }
  }
}
