package org.capsnet.capsule;

import java.util.Map;
import java.util.Optional;
import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.autograd.Convolution;
import org.capsnet.autograd.Variable;
import org.capsnet.nn.ConvolutionCost;
import org.capsnet.nn.Cost;
import org.capsnet.nn.Init;
import org.capsnet.nn.InitialValue;
import org.capsnet.nn.Setting;
import org.capsnet.nn.Shape;

/**
 * Votes by a transposed convolution, for output capsules on a larger grid than their input; else as
 * {@link ConvVotes}. It is for ways back up to the pixels: SegCaps (LaLonde and Bagci 2018) doubles
 * its grids with a kernel of 4, stride 2 and padding 1.
 *
 * <p>Parameter {@code weight}: {@code [inDim, out · dim, k, k]} where all types share the kernel,
 * or {@code [types, inDim, out · dim, k, k]} where each has its own.
 *
 * @param kernel the height and width of the kernel
 * @param spec stride, padding and dilation; one group
 * @param outputPadding rows and columns added below and right, less than the stride
 * @param sharing {@code ALL} or {@code TYPE}
 */
public record DeconvVotes(int kernel, Conv2dSpec spec, int outputPadding, Sharing sharing)
    implements Votes {

  /**
   * Checks the settings.
   *
   * @throws IllegalArgumentException if one is out of range
   */
  public DeconvVotes {
    KernelVotes.requireSettings(kernel, spec, sharing);
  }

  /**
   * Votes by one kernel for all types, without a padding of the output.
   *
   * @param kernel the height and width of the kernel
   * @param spec stride, padding and dilation; one group
   */
  public DeconvVotes(int kernel, Conv2dSpec spec) {
    this(kernel, spec, 0, Sharing.ALL);
  }

  @Override
  public VotesShape shape(Shape in, long out, long outDim) {
    in.require("capsules", "types", "dim", "height", "width");
    return KernelVotes.shape(
        in,
        Shape.of(
            out,
            outDim,
            spec.transposedHeight(in.size(2), kernel, outputPadding),
            spec.transposedWidth(in.size(3), kernel, outputPadding)));
  }

  @Override
  public Map<String, InitialValue> parameters(VotesShape shape, Init init) {
    long out = shape.out() * shape.dim();
    return KernelVotes.parameters(shape, sharing, init, shape.inDim(), out, kernel, kernel);
  }

  @Override
  public void require(VotesShape shape, Capsules capsules) {
    KernelVotes.require(shape, capsules);
  }

  @Override
  public CastVotes cast(Capsules grid, VotesShape shape, Map<String, Variable> weights) {
    return KernelVotes.cast(grid, shape, weights.get(KernelVotes.WEIGHT), spec, this::convolve);
  }

  private Variable convolve(Variable images, Variable kernels, Conv2dSpec grouped) {
    return Convolution.convTranspose2d(images, kernels, null, grouped, outputPadding);
  }

  /** The convolution; and the votes position by position, as their gradient. */
  @Override
  public Cost cost(VotesShape shape, Setting setting) {
    return KernelVotes.byPosition(shape, convolved(shape, setting));
  }

  @Override
  public VotesForm form() {
    return VotesForm.GRID;
  }

  /** The convolution, and the gradient of its votes. */
  @Override
  public Optional<Cost> fusedCost(VotesShape shape, Setting setting) {
    return Optional.of(KernelVotes.onGrid(shape, convolved(shape, setting)));
  }

  private Cost convolved(VotesShape shape, Setting setting) {
    return KernelVotes.cost(
        shape,
        sharing,
        (in, out, groups) ->
            ConvolutionCost.ofTransposed(
                in,
                out,
                kernel,
                spec.withGroups(groups),
                outputPadding,
                false,
                setting.withRectified(false)));
  }
}
