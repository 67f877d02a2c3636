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
 * Votes by a convolution, for locally-constrained routing as in SegCaps (LaLonde and Bagci 2018):
 * at each position of the output grid each type of the input grid casts one vote for each output
 * capsule there, the sum of what a kernel makes of the capsules of that type that it sees; and the
 * types alone are routed: {@code û_tj = Σ_k W_kj u_t(k)} over the places {@code k} of the kernel,
 * {@code [batch, types, out, dim]} at each position. It is for large grids, as in segmentation. A
 * voter is as active as the capsules that the kernel sees are on average.
 *
 * <p>Parameter {@code weight}: {@code [out · dim, inDim, k, k]} where all types share the kernel,
 * as in the authors' code, or {@code [types, out · dim, inDim, k, k]} where each has its own, as in
 * the paper. {@link ConvCapsules2d} has a vote for each capsule that the kernel sees, this one only
 * a vote for each type, and so {@code k²} times fewer.
 *
 * @param kernel the height and width of the kernel
 * @param spec stride, padding and dilation; one group
 * @param sharing {@code ALL} or {@code TYPE}
 */
public record ConvVotes(int kernel, Conv2dSpec spec, Sharing sharing) implements Votes {

  /**
   * Checks the settings.
   *
   * @throws IllegalArgumentException if one is out of range
   */
  public ConvVotes {
    KernelVotes.requireSettings(kernel, spec, sharing);
  }

  /**
   * Votes by one kernel for all types.
   *
   * @param kernel the height and width of the kernel
   * @param spec stride, padding and dilation; one group
   */
  public ConvVotes(int kernel, Conv2dSpec spec) {
    this(kernel, spec, Sharing.ALL);
  }

  @Override
  public VotesShape shape(Shape in, long out, long outDim) {
    return KernelVotes.shape(in, KernelVotes.convolved(in, out, outDim, kernel, spec));
  }

  @Override
  public Map<String, InitialValue> parameters(VotesShape shape, Init init) {
    long out = shape.out() * shape.dim();
    return KernelVotes.parameters(shape, sharing, init, out, shape.inDim(), kernel, kernel);
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
    return Convolution.conv2d(images, kernels, null, grouped);
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
            ConvolutionCost.of(
                in, out, kernel, spec.withGroups(groups), false, setting.withRectified(false)));
  }
}
