package org.capsnet.kernel;

/**
 * How much memory the convolution kernels work in, known before any is allocated. It is Java arrays
 * that are kept from one step to the next ({@link Pool}).
 */
public final class ConvolutionScratch {

  private ConvolutionScratch() {}

  /**
   * What a forward and a backward pass need, but for what is small beside it.
   *
   * @param sizes of a float convolution
   * @return bytes; 0 for a convolution that is ND4J's own
   */
  public static long bytes(ConvolutionSizes sizes) {
    if (SpectralConvolution.pays(sizes)) {
      return spectral(sizes);
    }
    return ColumnConvolution.pays(sizes)
        ? Parallel.workers(sizes.batch()) * columns(sizes) + sums(sizes)
        : 0;
  }

  /** The planes of a block of images and of weights, of the results, and of these turned. */
  static long spectral(ConvolutionSizes sizes) {
    long samples = Gemm.padded(SpectralConvolution.samples(sizes.batch()));
    long out = (long) Gemm.padded(sizes.out()) + Gemm.LANES;
    int phases = sizes.strideH() * sizes.strideW();
    long rows = (long) Math.max(1, Math.min(sizes.in(), SpectralScratch.BLOCK / phases)) * phases;
    int planes = SpectralTransforms.spectrum(sizes).planes();
    return (long) Float.BYTES
        * planes
        * (rows * (samples + out) + sizes.out() * samples + samples * out);
  }

  /** Of each part of a batch, the sum of the weights' gradients. */
  static long sums(ConvolutionSizes s) {
    long parts = ColumnConvolution.parts(s);
    return Float.BYTES * parts * s.out() * Gemm.padded(s.in() * s.taps() + 1);
  }

  /** An image, its columns or patches, and two results: of each worker. */
  static long columns(ConvolutionSizes s) {
    long weights = (long) s.in() * s.taps() + 1;
    long outputs = Gemm.padded(s.outputs());
    long patch = Gemm.padded(Math.toIntExact(weights));
    return Float.BYTES
        * ((long) s.in() * s.pixels()
            + Math.max(weights * outputs, s.outputs() * patch)
            + 2L * s.out() * outputs);
  }
}
