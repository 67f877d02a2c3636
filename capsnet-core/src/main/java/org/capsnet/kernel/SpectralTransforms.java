package org.capsnet.kernel;

import java.util.ArrayList;
import java.util.List;

/**
 * The linear maps that make a convolution a set of independent matrix products: {@code y = T_y
 * ((T_x x) ⊙ (T_w w))}, where ⊙ is a product over channels in each plane.
 *
 * <p>A convolution with a stride is a sum of convolutions without one, of the phases of the image
 * (every strideH-th row, every strideW-th column) with those of the kernel. Each of them is a
 * product at points ({@link SpectralPoints}) of both axes, the same for all phases, so that the sum
 * over phases is part of the product. A complex point takes three planes, since {@code (a + ib)(c +
 * id)} takes the three products c(a + b), a(d - c) and b(c + d). Their sums are part of the maps,
 * so that planes are real matrices throughout.
 *
 * <p>As all three maps are linear, the gradients are the same products with the maps transposed:
 * {@code dx = T_xᵀ ((T_w w) ⊙ (T_yᵀ dy))}, {@code dw = T_wᵀ ((T_x x) ⊙ (T_yᵀ dy))}.
 */
final class SpectralTransforms {

  /** Where an image has no pixel: padding. */
  static final int NOTHING = -1;

  final Spectrum spectrum;

  /** The phases that each plane has rows for. */
  final List<Spectrum.Part> parts;

  /** The planes. */
  final int planes;

  /** T_x of each phase. */
  final List<PlaneMap> images = new ArrayList<>();

  /** T_w of each phase. */
  final List<PlaneMap> kernels = new ArrayList<>();

  /** T_y, {@code [outputs, planes]}. */
  final float[] outputs;

  /** For each cell, phase by phase, its pixel within the image or {@link #NOTHING}. */
  final int[] pixels;

  /** For each tap, phase by phase, its place within the kernel. */
  final int[] taps;

  private final ConvolutionSizes sizes;

  /** The maps for sizes; the batch does not matter. */
  SpectralTransforms(ConvolutionSizes sizes) {
    this.sizes = sizes;
    spectrum = Spectrum.of(sizes);
    parts = spectrum.planes();
    planes = parts.size();
    List<Integer> pixels = new ArrayList<>();
    List<Integer> taps = new ArrayList<>();
    for (Spectrum.Phase phase : spectrum.phases()) {
      double[][] rows = spectrum.rows().imageMatrix(phase.top());
      double[][] columns = spectrum.columns().imageMatrix(phase.left());
      images.add(new PlaneMap(PlaneMap.Kind.IMAGE, rows, columns, spectrum));
      rows = spectrum.rows().kernelMatrix(phase.top());
      columns = spectrum.columns().kernelMatrix(phase.left());
      kernels.add(new PlaneMap(PlaneMap.Kind.KERNEL, rows, columns, spectrum));
      findPixels(phase, pixels);
      findTaps(phase, taps);
    }
    this.pixels = pixels.stream().mapToInt(Integer::intValue).toArray();
    this.taps = taps.stream().mapToInt(Integer::intValue).toArray();
    outputs = findOutputs();
  }

  /** Of Y = (k1 - k3) + i (k1 + k2), where an output is; of conjugates, twice the real part. */
  private float[] findOutputs() {
    double[][] rows = spectrum.rows().outputMatrix();
    double[][] columns = spectrum.columns().outputMatrix();
    float[] matrix = new float[sizes.outputs() * planes];
    for (int i = 0; i < sizes.outputs(); i++) {
      int y = i / sizes.outputWidth();
      int x = i % sizes.outputWidth();
      int at = i * planes;
      for (SpectralPoints.Point u : spectrum.rows().points().all()) {
        double a = rows[u.row()][y];
        double b = u.isReal() ? 0 : rows[u.row() + 1][y];
        for (SpectralPoints.Point v : spectrum.columns().points().all()) {
          double c = columns[v.row()][x];
          double d = v.isReal() ? 0 : columns[v.row() + 1][x];
          if (u.isReal() && v.isReal()) {
            matrix[at++] = (float) (a * c);
          } else {
            at = complex(matrix, at, a * c - b * d, a * d + b * c);
            if (!u.isReal() && !v.isReal()) {
              at = complex(matrix, at, a * c + b * d, b * c - a * d);
            }
          }
        }
      }
    }
    return matrix;
  }

  private static int complex(float[] matrix, int at, double re, double im) {
    matrix[at] = (float) (2 * (re - im));
    matrix[at + 1] = (float) (-2 * im);
    matrix[at + 2] = (float) (-2 * re);
    return at + 3;
  }

  private void findPixels(Spectrum.Phase phase, List<Integer> pixels) {
    for (int i = 0; i < spectrum.rows().inputs(phase.top()); i++) {
      for (int j = 0; j < spectrum.columns().inputs(phase.left()); j++) {
        int y = i * sizes.strideH() + phase.top() - sizes.paddingH();
        int x = j * sizes.strideW() + phase.left() - sizes.paddingW();
        boolean inside = y >= 0 && y < sizes.height() && x >= 0 && x < sizes.width();
        pixels.add(inside ? y * sizes.width() + x : NOTHING);
      }
    }
  }

  private void findTaps(Spectrum.Phase phase, List<Integer> taps) {
    for (int i = 0; i < spectrum.rows().taps(phase.top()); i++) {
      for (int j = 0; j < spectrum.columns().taps(phase.left()); j++) {
        int y = i * sizes.strideH() + phase.top();
        taps.add(y * sizes.kernelW() + j * sizes.strideW() + phase.left());
      }
    }
  }
}
