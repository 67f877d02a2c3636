package org.capsnet.kernel;

import java.util.ArrayList;
import java.util.List;

/**
 * The linear map from a phase of an image, or of a kernel, to its rows of the planes, for many at a
 * time: a number stands for a row of them.
 *
 * <p>The map is separable. First each column is evaluated at the points of the rows: {@code A_u +
 * iB_u} at u, A alone where u is real. Then, for each u, the columns of A and B are evaluated along
 * the row ({@link PlaneStep}), with the sums that three-product multiplication wants.
 */
final class PlaneMap {

  /** What is wanted of a number a + ib, for each of some inputs. */
  enum Kind {
    /** a + b, a, b. */
    IMAGE {
      @Override
      List<double[]> planes(double[] a, double[] b) {
        return List.of(sum(a, b, 1), a, b);
      }
    },
    /** a, b - a, a + b. */
    KERNEL {
      @Override
      List<double[]> planes(double[] a, double[] b) {
        return List.of(a, sum(b, a, -1), sum(a, b, 1));
      }
    };

    abstract List<double[]> planes(double[] a, double[] b);

    private static double[] sum(double[] x, double[] y, double sign) {
      double[] sum = x.clone();
      for (int i = 0; i < sum.length; i++) {
        sum[i] += sign * y[i];
      }
      return sum;
    }
  }

  private final int height;
  private final int width;

  /** The rows of the first step's result. */
  private final int middle;

  /** {@code [middle, height]}. */
  private final float[] rows;

  private final List<PlaneStep> steps = new ArrayList<>();

  /**
   * A map for images or kernels.
   *
   * @param kind which
   * @param rows {@code [points, height]}, maybe without infinity
   * @param columns {@code [points, width]}, likewise
   * @param spectrum whose points these are
   */
  PlaneMap(Kind kind, double[][] rows, double[][] columns, Spectrum spectrum) {
    height = rows[0].length;
    width = columns[0].length;
    middle = rows.length;
    this.rows = flat(rows);
    SpectralPoints across = spectrum.columns().points();
    int plane = 0;
    for (SpectralPoints.Point u : spectrum.rows().points().all()) {
      if (u.row() < middle) {
        steps.add(
            u.isReal()
                ? new RealStep(kind, u, plane, columns, across)
                : new ComplexStep(kind, u, plane, columns, across));
      }
      plane += across.all().stream().mapToInt(u::planes).sum();
    }
  }

  static float[] flat(double[][] matrix) {
    int columns = matrix[0].length;
    float[] flat = new float[matrix.length * columns];
    for (int i = 0; i < flat.length; i++) {
      flat[i] = (float) matrix[i / columns][i % columns];
    }
    return flat;
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
   * @param images a row for each number of an image, from {@code at} on, as long as the shapes'
   * @param at see images
   * @param planes of the shapes
   * @param shapes see planes
   * @param phase of the row
   * @param channel of the row
   * @param middle of at least {@link #middle} rows
   * @param scratch of at least {@link #scratch}
   */
  void apply(
      float[] images,
      int at,
      float[][] planes,
      PlaneShapes shapes,
      int phase,
      int channel,
      float[] middle,
      float[] scratch) {
    int length = shapes.whole().length();
    int line = width * length;
    Simd.GEMM.multiply(
        this.middle, line, height, rows, 0, height, 1, images, at, line, middle, 0, line, false);
    for (PlaneStep step : steps) {
      for (int p = 0; p < shapes.whole().count(); p++) {
        PlaneRow to = shapes.row(step.isAtInfinity(), p, phase, channel);
        step.apply(middle, p * to.width(), length, planes, to, scratch);
      }
    }
  }

  /** The transposed map, with operands as of {@link #apply}; overwrites the images. */
  void applyBack(
      float[][] planes,
      PlaneShapes shapes,
      int phase,
      int channel,
      float[] images,
      int at,
      float[] middle,
      float[] scratch) {
    int length = shapes.whole().length();
    for (PlaneStep step : steps) {
      for (int p = 0; p < shapes.whole().count(); p++) {
        PlaneRow from = shapes.row(step.isAtInfinity(), p, phase, channel);
        step.applyBack(planes, from, middle, p * from.width(), length, scratch);
      }
    }
    int line = width * length;
    Simd.GEMM.multiply(
        height, line, this.middle, rows, 0, 1, height, middle, 0, line, images, at, line, false);
  }
}
