package org.capsnet.kernel;

/** The step for a u that is its own conjugate, whose rows are real: one product. */
final class RealStep extends PlaneStep {

  private final int firstInput;
  private final int inputs;

  /** {@code [planes, inputs]}. */
  private final float[] matrix;

  RealStep(int firstPlane, int planes, int firstInput, int inputs, float[] matrix) {
    super(firstPlane, planes);
    this.firstInput = firstInput;
    this.inputs = inputs;
    this.matrix = matrix;
  }

  @Override
  int scratch(int width) {
    return planes * width;
  }

  @Override
  void apply(
      float[] transformed, Panels shape, int panel, int row, float[][] all, float[] scratch) {
    int width = shape.width();
    Simd.GEMM.multiply(
        planes,
        width,
        inputs,
        matrix,
        0,
        inputs,
        1,
        transformed,
        firstInput * shape.length() + panel * width,
        shape.length(),
        scratch,
        0,
        width,
        false);
    shape.write(scratch, all, firstPlane, planes, panel, row);
  }

  @Override
  void applyBack(
      float[][] all, Panels shape, int panel, int row, float[] transformed, float[] scratch) {
    int width = shape.width();
    shape.read(all, firstPlane, planes, panel, row, scratch);
    Simd.GEMM.multiply(
        inputs,
        width,
        planes,
        matrix,
        0,
        1,
        inputs,
        scratch,
        0,
        width,
        transformed,
        firstInput * shape.length() + panel * width,
        shape.length(),
        false);
  }
}
