package org.capsnet.kernel;

import java.util.ArrayList;
import java.util.List;

/**
 * The linear map from an image, or a kernel, to its planes in the frequency domain, for many at a
 * time: a number stands for a row of them.
 *
 * <p>The map is separable. First each column of the image is transformed: {@code A_u + iB_u} at
 * frequency u, where half of the frequencies are enough since the image is real; A alone where u is
 * its own conjugate. Then, for each u, the columns of A and B along the row are ({@link
 * PlaneStep}), with the sums that three-product multiplication wants.
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

  private final int height;
  private final int width;

  /** The rows of the first step's result. */
  private final int middle;

  /** {@code [middle, height]}. */
  private final float[] columns;

  private final List<PlaneStep> steps = new ArrayList<>();

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
      int firstInput = row * width;
      steps.add(
          parts == 2
              ? new ComplexStep(kind, plane, firstInput, width, spectrum.columns())
              : new RealStep(
                  plane,
                  planes,
                  firstInput,
                  width,
                  matrix(kind, ofOneU, planes, spectrum.columns())));
      row += parts;
      plane += planes;
    }
  }

  /** Of a u that is its own conjugate: {@code a = Σ A cos φ, b = -Σ A sin φ}. */
  private float[] matrix(Kind kind, List<Spectrum.Frequency> frequencies, int planes, int period) {
    float[] matrix = new float[planes * width];
    for (int x = 0; x < width; x++) {
      int plane = 0;
      for (Spectrum.Frequency f : frequencies) {
        double angle = 2 * Math.PI * (f.v() * x % period) / period;
        double a = Math.cos(angle);
        double[] made = f.isReal() ? new double[] {a} : kind.planes(a, -Math.sin(angle));
        for (double number : made) {
          matrix[plane++ * width + x] = (float) number;
        }
      }
    }
    return matrix;
  }

  /** The numbers of an image. */
  int cells() {
    return height * width;
  }

  /** The numbers of an image whose columns have been transformed. */
  int middle() {
    return middle * width;
  }

  /** The scratch memory of each of the {@link #steps}, for panels of a width. */
  int scratch(int panel) {
    return steps.stream().mapToInt(step -> step.scratch(panel)).max().orElseThrow();
  }

  /**
   * Makes a row of the planes.
   *
   * @param images a row for each number of an image, from {@code at} on, as long as the shape's
   * @param at see images
   * @param planes of a shape
   * @param shape see planes
   * @param row which
   * @param middle of at least {@link #middle} rows
   * @param scratch of at least {@link #scratch}
   */
  void apply(
      float[] images,
      int at,
      float[][] planes,
      Panels shape,
      int row,
      float[] middle,
      float[] scratch) {
    int line = width * shape.length();
    Simd.GEMM.multiply(
        this.middle, line, height, columns, 0, height, 1, images, at, line, middle, 0, line, false);
    for (PlaneStep step : steps) {
      for (int p = 0; p < shape.count(); p++) {
        step.apply(middle, shape, p, row, planes, scratch);
      }
    }
  }

  /** The transposed map, with operands as of {@link #apply}; overwrites the images. */
  void applyBack(
      float[][] planes,
      Panels shape,
      int row,
      float[] images,
      int at,
      float[] middle,
      float[] scratch) {
    for (PlaneStep step : steps) {
      for (int p = 0; p < shape.count(); p++) {
        step.applyBack(planes, shape, p, row, middle, scratch);
      }
    }
    int line = width * shape.length();
    Simd.GEMM.multiply(
        height, line, this.middle, columns, 0, 1, height, middle, 0, line, images, at, line, false);
  }
}
