package org.capsnet.kernel;

import java.util.ArrayList;
import java.util.Collections;
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

  /** The phases. */
  final int phases;

  /** T_x of a phase. */
  final PlaneMap images;

  /** T_w of each phase. */
  final List<PlaneMap> kernels;

  /** T_y, {@code [outputs, planes]}. */
  final float[] outputs;

  /** For each cell, phase by phase, its pixel within the image or {@link #NOTHING}. */
  final int[] pixels;

  /** For each tap, phase by phase, its place within the kernel. */
  final int[] taps;

  private final ConvolutionSizes sizes;
  private final Spectrum spectrum;

  /** The maps for sizes; the batch does not matter. */
  SpectralTransforms(ConvolutionSizes sizes) {
    this.sizes = sizes;
    spectrum = spectrum(sizes);
    planes = spectrum.planes();
    phases = sizes.strideH() * sizes.strideW();
    images = new PlaneMap(PlaneMap.Kind.IMAGE, spectrum.rows(), spectrum.columns(), spectrum);
    pixels = new int[phases * images.cells()];
    taps = new int[sizes.taps()];
    outputs = new float[sizes.outputs() * planes];
    findOutputs();
    List<PlaneMap> ofPhases = new ArrayList<>();
    int tap = 0;
    for (int phase = 0; phase < phases; phase++) {
      int top = phase / sizes.strideW();
      int left = phase % sizes.strideW();
      int height = Math.max(0, ceil(sizes.kernelH() - top, sizes.strideH()));
      int width = Math.max(0, ceil(sizes.kernelW() - left, sizes.strideW()));
      ofPhases.add(new PlaneMap(PlaneMap.Kind.KERNEL, height, width, spectrum));
      findPixels(phase, top, left);
      for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
          taps[tap++] = (y * sizes.strideH() + top) * sizes.kernelW() + x * sizes.strideW() + left;
        }
      }
    }
    kernels = Collections.unmodifiableList(ofPhases);
  }

  /** The frequencies of a phase. */
  static Spectrum spectrum(ConvolutionSizes sizes) {
    return new Spectrum(
        sizes.outputHeight() + ceil(sizes.kernelH(), sizes.strideH()) - 1,
        sizes.outputWidth() + ceil(sizes.kernelW(), sizes.strideW()) - 1);
  }

  private static int ceil(int a, int b) {
    return (a + b - 1) / b;
  }

  /** Of Y = (k1 - k3) + i (k1 + k2): the inverse transform, where an output is. */
  private void findOutputs() {
    int width = sizes.outputWidth();
    double cells = images.cells();
    for (int i = 0; i < sizes.outputs(); i++) {
      int at = i * planes;
      for (List<Spectrum.Frequency> ofOneU : spectrum.byU()) {
        for (Spectrum.Frequency f : ofOneU) {
          double angle =
              2 * Math.PI * (f.u() * (i / width) % spectrum.rows()) / spectrum.rows()
                  + 2 * Math.PI * (f.v() * (i % width) % spectrum.columns()) / spectrum.columns();
          double cos = f.count() * Math.cos(angle) / cells;
          double sin = f.count() * Math.sin(angle) / cells;
          if (f.isReal()) {
            outputs[at++] = (float) cos;
          } else {
            outputs[at++] = (float) (cos - sin);
            outputs[at++] = (float) -sin;
            outputs[at++] = (float) -cos;
          }
        }
      }
    }
  }

  private void findPixels(int phase, int top, int left) {
    for (int cell = 0; cell < images.cells(); cell++) {
      int y = cell / spectrum.columns() * sizes.strideH() + top - sizes.paddingH();
      int x = cell % spectrum.columns() * sizes.strideW() + left - sizes.paddingW();
      boolean inside = y >= 0 && y < sizes.height() && x >= 0 && x < sizes.width();
      pixels[phase * images.cells() + cell] = inside ? y * sizes.width() + x : NOTHING;
    }
  }
}
