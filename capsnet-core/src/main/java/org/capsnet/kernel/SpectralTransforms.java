package org.capsnet.kernel;

import java.util.ArrayList;
import java.util.List;

/**
 * The linear maps that make a convolution a set of independent matrix products: {@code y = T_y
 * ((T_x x) ⊙ (T_w w))}, where ⊙ is a product over channels in each plane.
 *
 * <p>A convolution with a stride is a sum of convolutions without one, of the phases of the image
 * (every strideH-th row, every strideW-th column) with those of the kernel. Each of them is a
 * product in the frequency domain. A phase needs only {@code rows = outputHeight + ⌈kernelH /
 * strideH⌉ - 1} rows, and as many columns likewise, for no output to wrap around. Of a spectrum of
 * real numbers one half is enough: a real frequency is one plane, a complex one three, since {@code
 * (a + ib)(c + id)} takes the three products c(a + b), a(d - c) and b(c + d). Their sums are part
 * of the maps, so that planes are real matrices throughout.
 *
 * <p>As all three maps are linear, the gradients are the same products with the maps transposed:
 * {@code dx = T_xᵀ ((T_w w) ⊙ (T_yᵀ dy))}, {@code dw = T_wᵀ ((T_x x) ⊙ (T_yᵀ dy))}.
 */
final class SpectralTransforms {

  /** Where an image has no pixel: padding. */
  static final int NOTHING = -1;

  /** The planes. */
  final int planes;

  /** The numbers of a phase of an image. */
  final int cells;

  /** The phases. */
  final int phases;

  /** T_x of a phase, {@code [planes, cells]}. */
  final float[] images;

  /** T_w of each phase, {@code [planes, taps of the phase]}. */
  final float[][] kernels;

  /** T_y, {@code [outputs, planes]}. */
  final float[] outputs;

  /** For each cell, phase by phase, its pixel within the image or {@link #NOTHING}. */
  final int[] pixels;

  /** For each tap, phase by phase, its place within the kernel. */
  final int[] taps;

  private final int rows;
  private final int columns;

  /** A frequency, and how many of its kind, itself and its conjugate, it stands for. */
  private record Frequency(int u, int v, int count) {

    boolean real() {
      return count == 1;
    }
  }

  /** The maps for sizes; the batch does not matter. */
  SpectralTransforms(ConvolutionSizes sizes) {
    rows = rows(sizes);
    columns = columns(sizes);
    cells = rows * columns;
    phases = sizes.strideH() * sizes.strideW();
    List<Frequency> spectrum = spectrum();
    planes = spectrum.stream().mapToInt(f -> f.real() ? 1 : 3).sum();
    images = new float[planes * cells];
    outputs = new float[sizes.outputs() * planes];
    kernels = new float[phases][];
    pixels = new int[phases * cells];
    taps = new int[sizes.taps()];
    imageMap(spectrum);
    outputMap(spectrum, sizes);
    int tap = 0;
    for (int phase = 0; phase < phases; phase++) {
      int top = phase / sizes.strideW();
      int left = phase % sizes.strideW();
      findPixels(sizes, phase, top, left);
      tap = kernelMap(spectrum, sizes, phase, top, left, tap);
    }
  }

  /** Rows of a phase. */
  static int rows(ConvolutionSizes sizes) {
    return sizes.outputHeight() + ceil(sizes.kernelH(), sizes.strideH()) - 1;
  }

  /** Columns of a phase. */
  static int columns(ConvolutionSizes sizes) {
    return sizes.outputWidth() + ceil(sizes.kernelW(), sizes.strideW()) - 1;
  }

  private static int ceil(int a, int b) {
    return (a + b - 1) / b;
  }

  private List<Frequency> spectrum() {
    List<Frequency> half = new ArrayList<>();
    for (int u = 0; u < rows; u++) {
      for (int v = 0; v < columns; v++) {
        int conjugate = (rows - u) % rows * columns + (columns - v) % columns;
        int own = u * columns + v;
        if (own <= conjugate) {
          half.add(new Frequency(u, v, own == conjugate ? 1 : 2));
        }
      }
    }
    return half;
  }

  private double angle(Frequency f, int y, int x) {
    return 2
        * Math.PI
        * ((double) (f.u * y % rows) / rows + (double) (f.v * x % columns) / columns);
  }

  /** Of X = a + ib: a + b, a, b. */
  private void imageMap(List<Frequency> spectrum) {
    for (int cell = 0; cell < cells; cell++) {
      int plane = 0;
      for (Frequency f : spectrum) {
        double angle = angle(f, cell / columns, cell % columns);
        double a = Math.cos(angle);
        double b = -Math.sin(angle);
        if (f.real()) {
          images[plane++ * cells + cell] = (float) a;
        } else {
          images[plane++ * cells + cell] = (float) (a + b);
          images[plane++ * cells + cell] = (float) a;
          images[plane++ * cells + cell] = (float) b;
        }
      }
    }
  }

  /** Of the conjugate of W, c + id: c, d - c, c + d. Gives the first tap of the next phase. */
  private int kernelMap(
      List<Frequency> spectrum, ConvolutionSizes sizes, int phase, int top, int left, int first) {
    int height = Math.max(0, ceil(sizes.kernelH() - top, sizes.strideH()));
    int width = Math.max(0, ceil(sizes.kernelW() - left, sizes.strideW()));
    int count = height * width;
    float[] map = new float[planes * count];
    for (int t = 0; t < count; t++) {
      int y = t / width;
      int x = t % width;
      taps[first + t] = (y * sizes.strideH() + top) * sizes.kernelW() + x * sizes.strideW() + left;
      int plane = 0;
      for (Frequency f : spectrum) {
        double angle = angle(f, y, x);
        double c = Math.cos(angle);
        double d = Math.sin(angle);
        if (f.real()) {
          map[plane++ * count + t] = (float) c;
        } else {
          map[plane++ * count + t] = (float) c;
          map[plane++ * count + t] = (float) (d - c);
          map[plane++ * count + t] = (float) (c + d);
        }
      }
    }
    kernels[phase] = map;
    return first + count;
  }

  /** Of Y = (k1 - k3) + i (k1 + k2): the inverse transform, where an output is. */
  private void outputMap(List<Frequency> spectrum, ConvolutionSizes sizes) {
    int width = sizes.outputWidth();
    for (int i = 0; i < sizes.outputs(); i++) {
      int at = i * planes;
      for (Frequency f : spectrum) {
        double angle = angle(f, i / width, i % width);
        double cos = f.count * Math.cos(angle) / cells;
        double sin = f.count * Math.sin(angle) / cells;
        if (f.real()) {
          outputs[at++] = (float) cos;
        } else {
          outputs[at++] = (float) (cos - sin);
          outputs[at++] = (float) -sin;
          outputs[at++] = (float) -cos;
        }
      }
    }
  }

  private void findPixels(ConvolutionSizes sizes, int phase, int top, int left) {
    for (int cell = 0; cell < cells; cell++) {
      int y = cell / columns * sizes.strideH() + top - sizes.paddingH();
      int x = cell % columns * sizes.strideW() + left - sizes.paddingW();
      boolean inside = y >= 0 && y < sizes.height() && x >= 0 && x < sizes.width();
      pixels[phase * cells + cell] = inside ? y * sizes.width() + x : NOTHING;
    }
  }
}
