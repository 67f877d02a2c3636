package org.capsnet.nn;

import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.kernel.ColumnConvolution;
import org.capsnet.kernel.ConvolutionScratch;
import org.capsnet.kernel.ConvolutionSizes;
import org.capsnet.kernel.DepthwiseConvolution;
import org.capsnet.kernel.GroupedConvolution;
import org.capsnet.kernel.SpectralConvolution;
import org.capsnet.kernel.TileConvolution;

/**
 * What the operations of {@link org.capsnet.autograd.Convolution} make and compute. A forward pass
 * makes its result, a backward one the gradient of the input. What the one or the other makes
 * besides depends on who computes it: where that is neither a fused kernel nor an ordinary
 * operation of ND4J, the columns of one sample lie in an array.
 */
public final class ConvolutionCost {

  /** The choice of the frequency domain depends on the batch, up to this one. */
  private static final int LARGE_BATCH = 128;

  private ConvolutionCost() {}

  /**
   * Of a convolution.
   *
   * @param in {@code [channels, height, width]}
   * @param out {@code [channels, height, width]}
   * @param kernel the height and width of the kernel
   * @param spec stride, padding, dilation and groups
   * @param biased whether a bias is added, in place
   * @param setting where it stands
   * @return its cost
   */
  public static Cost of(
      Shape in, Shape out, int kernel, Conv2dSpec spec, boolean biased, Setting setting) {
    Kind kind = new Kind(in, out, kernel, spec, setting);
    long inOfGroup = in.size(0) / spec.groups();
    Cost cost =
        Cost.NONE
            .forward(1, out.sizes())
            .multiplyAdds(out.numbers(), inOfGroup, kernel, kernel)
            .scratch(kind::scratch);
    if (setting.inputGradient()) {
      cost = cost.backward(1, in.sizes());
    }
    if (kind.fusedWhole()) {
      return cost; // whose kernel makes no more than its results
    }
    if (kind.ofFewChannels() && !setting.inputGradient()) {
      return cost; // whose kernel makes all other gradients in one
    }
    if (biased) {
      cost = cost.backward(1, out.size(0)); // the sum over the pixels
    }
    if (setting.rectified()) {
      cost = cost.backward(1, out.sizes());
    }
    if (!kind.ordinary) {
      return cost.forwardOnce(1, kind.columns())
          .backwardOnce(setting.inputGradient() ? 2 : 1, kind.columns());
    }
    return setting.inputGradient() || kind.spectral() ? cost : cost.backwardOnce(1, kind.columns());
  }

  /**
   * Of a transposed convolution: the gradient of the input of a convolution from {@code out} to
   * {@code in}.
   *
   * @param in {@code [channels, height, width]}
   * @param out {@code [channels, height, width]}
   * @param kernel the height and width of the kernel
   * @param spec stride, padding, dilation and groups
   * @param outputPadding rows and columns added below and right
   * @param biased whether a bias is added, in place
   * @param setting where it stands
   * @return its cost
   */
  public static Cost ofTransposed(
      Shape in,
      Shape out,
      int kernel,
      Conv2dSpec spec,
      int outputPadding,
      boolean biased,
      Setting setting) {
    Kind kind = new Kind(out, in, kernel, spec, setting);
    long outOfGroup = out.size(0) / spec.groups();
    Cost cost =
        Cost.NONE
            .forward(1, out.sizes())
            .backward(setting.inputGradient() ? 1 : 0, in.sizes())
            .backward(biased ? 1 : 0, out.size(0))
            .multiplyAdds(in.numbers(), outOfGroup, kernel, kernel)
            .scratch(kind::scratch);
    if (kind.fusedWhole()) {
      return cost;
    }
    if (!kind.ordinary) {
      return cost.forwardOnce(1, kind.columns())
          .backwardOnce(setting.inputGradient() ? 2 : 1, kind.columns());
    }
    if (kind.spectral()) {
      return cost;
    }
    cost = outputPadding > 0 ? cost.forwardOnce(1, kind.columns()) : cost;
    return kind.ofFewChannels() ? cost : cost.backwardOnce(1, kind.columns());
  }

  /** How a convolution from {@code x} to {@code y} is computed. */
  private static final class Kind {

    private final Shape x;
    private final Shape y;
    private final int kernel;
    private final Conv2dSpec spec;
    private final boolean fused;

    /** Whether ND4J has an operation for it. */
    private final boolean ordinary;

    Kind(Shape x, Shape y, int kernel, Conv2dSpec spec, Setting setting) {
      this.x = x;
      this.y = y;
      this.kernel = kernel;
      this.spec = spec;
      ordinary = spec.groups() == 1 && spec.dilationH() == 1 && spec.dilationW() == 1;
      // The kernels count a sample's numbers in ints; more is computed by nobody.
      fused = setting.fused() && Math.max(x.numbers(), y.numbers()) < Integer.MAX_VALUE;
    }

    private ConvolutionSizes sizes(int batch) {
      return sizes(batch, 1);
    }

    /** Of one of so many equal parts of the channels. */
    private ConvolutionSizes sizes(int batch, int parts) {
      return new ConvolutionSizes(
          batch,
          (int) x.size(0) / parts,
          (int) x.size(1),
          (int) x.size(2),
          (int) y.size(0) / parts,
          kernel,
          kernel,
          spec.strideH(),
          spec.strideW(),
          spec.paddingH(),
          spec.paddingW());
    }

    private boolean inGroups() {
      return fused && spec.groups() > 1 && spec.dilationH() == 1 && spec.dilationW() == 1;
    }

    private boolean depthwise() {
      return inGroups() && spec.groups() == x.size(0) && DepthwiseConvolution.goes(sizes(1));
    }

    private boolean grouped() {
      return inGroups()
          && !depthwise()
          && GroupedConvolution.pays(sizes(1, spec.groups()), spec.groups());
    }

    /**
     * Whether a kernel makes a forward or a backward pass as a whole, with a bias and rectifier.
     */
    boolean fusedWhole() {
      return depthwise()
          || grouped()
          || (fused && ordinary && !spectral() && TileConvolution.pays(sizes(LARGE_BATCH)));
    }

    boolean ofFewChannels() {
      return fused && ordinary && ColumnConvolution.pays(sizes(1));
    }

    boolean spectral() {
      return fused && ordinary && SpectralConvolution.pays(sizes(LARGE_BATCH));
    }

    long scratch(int batch) {
      if (grouped()) {
        return ConvolutionScratch.ofGroups(sizes(batch, spec.groups()), spec.groups());
      }
      return fused && ordinary ? ConvolutionScratch.bytes(sizes(batch)) : 0;
    }

    /** The numbers of the columns of a sample. */
    long[] columns() {
      return new long[] {x.size(0), kernel, kernel, y.size(1), y.size(2)};
    }
  }
}
