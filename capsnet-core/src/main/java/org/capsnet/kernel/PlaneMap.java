package org.capsnet.kernel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The linear map from an image, or a kernel, to its planes in the frequency domain, for many at a
 * time: a number stands for a row of them.
 *
 * <p>The map is separable. First each column of the image is transformed: {@code A_u + iB_u} at
 * frequency u, where half of the frequencies are enough since the image is real; A alone where u is
 * its own conjugate. Then, for each u, the columns of A and B along the row are, by a matrix that
 * also makes the sums that three-product multiplication wants.
 */
final class PlaneMap {

  /** What is wanted of a frequency a + ib. */
  enum Kind {
    /** a + b, a, b. */
    IMAGE {
      @Override
      double[] planes(double a, double b) {
        return new double[] {a + b, a, b};
      }
    },
    /** Of the conjugate, c + id: c, d - c, c + d. */
    KERNEL {
      @Override
      double[] planes(double a, double b) {
        return new double[] {a, -b - a, a - b};
      }
    };

    abstract double[] planes(double a, double b);
  }

  /** The second step for one u. */
  private static final class Step {
    /** Row of the first step's result that comes first. */
    final int firstInput;

    /** Columns of A, and of B where there is one. */
    final int inputs;

    final int firstPlane;
    final int planes;

    /** {@code [planes, inputs]}. */
    final float[] matrix;

    Step(int firstInput, int inputs, int firstPlane, int planes, float[] matrix) {
      this.firstInput = firstInput;
      this.inputs = inputs;
      this.firstPlane = firstPlane;
      this.planes = planes;
      this.matrix = matrix;
    }
  }

  private final int height;
  private final int width;

  /** The rows of the first step's result. */
  private final int middle;

  /** {@code [middle, height]}. */
  private final float[] columns;

  private final List<Step> steps = new ArrayList<>();

  /**
   * A map for images or kernels within a period.
   *
   * @param kind which
   * @param height rows of the image, at most those of the period
   * @param width columns of the image, at most those of the period
   * @param spectrum of the period
   */
  PlaneMap(Kind kind, int height, int width, Spectrum spectrum) {
    this.height = height;
    this.width = width;
    middle = spectrum.rows();
    columns = new float[middle * height];
    int row = 0;
    int plane = 0;
    for (List<Spectrum.Frequency> ofOneU : spectrum.byU()) {
      int u = ofOneU.get(0).u();
      int parts = spectrum.isReal(u) ? 1 : 2;
      for (int y = 0; y < height; y++) {
        double angle = 2 * Math.PI * (u * y % spectrum.rows()) / spectrum.rows();
        columns[row * height + y] = (float) Math.cos(angle);
        if (parts == 2) {
          columns[(row + 1) * height + y] = (float) -Math.sin(angle);
        }
      }
      int planes = ofOneU.stream().mapToInt(Spectrum.Frequency::planes).sum();
      float[] matrix = matrix(kind, ofOneU, parts, planes, spectrum.columns());
      steps.add(new Step(row * width, parts * width, plane, planes, matrix));
      row += parts;
      plane += planes;
    }
  }

  /** a = Σ A cos φ + B sin φ, b = Σ B cos φ - A sin φ. */
  private float[] matrix(
      Kind kind, List<Spectrum.Frequency> frequencies, int parts, int planes, int period) {
    int inputs = parts * width;
    float[] matrix = new float[planes * inputs];
    for (int input = 0; input < inputs; input++) {
      boolean imaginary = input >= width;
      int plane = 0;
      for (Spectrum.Frequency f : frequencies) {
        double angle = 2 * Math.PI * (f.v() * (input % width) % period) / period;
        double a = imaginary ? Math.sin(angle) : Math.cos(angle);
        double b = imaginary ? Math.cos(angle) : -Math.sin(angle);
        double[] made = f.isReal() ? new double[] {a} : kind.planes(a, b);
        for (double number : made) {
          matrix[plane++ * inputs + input] = (float) number;
        }
      }
    }
    return matrix;
  }

  /** The numbers of an image. */
  int cells() {
    return height * width;
  }

  /** The length of the scratch memory for rows of a length. */
  int scratch(int length) {
    return middle * width * length;
  }

  /**
   * The planes of images.
   *
   * @param images a row for each number of an image, from {@code at} on
   * @param at see images
   * @param length of a row, in whole vectors
   * @param scratch of at least {@link #scratch}
   * @param planes plane p's row starts at {@code to + p · stride}
   * @param to see planes
   * @param stride see planes
   */
  void apply(
      float[] images, int at, int length, float[] scratch, float[] planes, int to, int stride) {
    if (cells() == 0) {
      clear(planes, to, stride, length);
      return;
    }
    int line = width * length;
    Simd.GEMM.multiply(
        middle, line, height, columns, 0, height, 1, images, at, line, scratch, 0, line, false);
    for (Step s : steps) {
      Simd.GEMM.multiply(
          s.planes,
          length,
          s.inputs,
          s.matrix,
          0,
          s.inputs,
          1,
          scratch,
          s.firstInput * length,
          length,
          planes,
          to + s.firstPlane * stride,
          stride,
          false);
    }
  }

  /** Where a phase has no taps, nothing is there to be mapped. */
  private void clear(float[] planes, int to, int stride, int length) {
    for (Step s : steps) {
      for (int p = s.firstPlane; p < s.firstPlane + s.planes; p++) {
        Arrays.fill(planes, to + p * stride, to + p * stride + length, 0);
      }
    }
  }

  /** The transposed map, with operands as of {@link #apply}; overwrites the images. */
  void applyTransposed(
      float[] planes, int from, int stride, float[] scratch, float[] images, int at, int length) {
    for (Step s : steps) {
      Simd.GEMM.multiply(
          s.inputs,
          length,
          s.planes,
          s.matrix,
          0,
          1,
          s.inputs,
          planes,
          from + s.firstPlane * stride,
          stride,
          scratch,
          s.firstInput * length,
          length,
          false);
    }
    int line = width * length;
    Simd.GEMM.multiply(
        height, line, middle, columns, 0, 1, height, scratch, 0, line, images, at, line, false);
  }
}
