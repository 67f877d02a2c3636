package org.capsnet.capsule;

import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.autograd.Convolution;
import org.capsnet.autograd.Shapes;
import org.capsnet.autograd.Variable;
import org.capsnet.nn.Block;
import org.capsnet.nn.Init;
import org.capsnet.nn.Shape;

/**
 * Convolutional capsules: at each position of the out grid, the capsules that a kernel sees of the
 * in grid vote for the out capsules there, each by a matrix of its own that all positions share
 * (Hinton et al. 2018, section 4).
 *
 * <p>It is a {@link DenseCapsules} that slides over the grid, and its matrices are that layer's:
 * {@code weight [types · kH · kW, outTypes, outDim, inDim]}, in capsule {@code type · (kH·kW) + ky
 * · kW + kx}. With a kernel as large as the grid it is just that. A kernel that reaches into the
 * padding sees capsules there whose poses and activations are zero.
 *
 * <p>For large grids and kernels see {@link LocalConvCapsules2d}, which has fewer votes.
 */
public final class ConvCapsules2d extends Block<Capsules, Capsules> {

  private final long types;
  private final long inDim;
  private final int kernel;
  private final Conv2dSpec spec;
  private final DenseCapsules capsules;

  /**
   * A layer with random weights.
   *
   * @param in {@code [types, dim, height, width]}
   * @param outTypes of capsules at each position of the output grid
   * @param outDim the dimension of their poses
   * @param kernel the height and width of the kernel
   * @param spec stride, padding and dilation; one group
   * @param routing how votes become capsules
   * @param init the source of the weights
   * @throws IllegalArgumentException if there is more than one group, or the kernel does not fit
   */
  public ConvCapsules2d(
      Shape in,
      long outTypes,
      long outDim,
      int kernel,
      Conv2dSpec spec,
      Routing routing,
      Init init) {
    super(in, outputOf(in, outTypes, outDim, kernel, spec));
    types = in.size(0);
    inDim = in.size(1);
    this.kernel = kernel;
    this.spec = LocalCapsules2d.requireOneGroup(spec);
    capsules =
        child(
            "votes",
            new DenseCapsules(
                Shape.of(types * kernel * kernel, inDim), outTypes, outDim, routing, init));
  }

  /** The capsules that a convolution leaves of a grid. */
  static Shape outputOf(Shape in, long outTypes, long outDim, int kernel, Conv2dSpec spec) {
    in.require("capsules", "types", "dim", "height", "width");
    return Shape.of(
        outTypes,
        outDim,
        spec.outputHeight(in.size(2), kernel),
        spec.outputWidth(in.size(3), kernel));
  }

  /**
   * Votes and routes.
   *
   * @param grid poses {@code [batch, types, inDim, height, width]}
   * @return poses {@code [batch, outTypes, outDim, outputHeight, outputWidth]}, sized by the spec
   */
  @Override
  public Capsules forward(Capsules grid) {
    Shapes.require("capsules", grid.pose().value(), "batch", types, inDim, "height", "width");
    Variable poses = Convolution.unfold(grid.features(), kernel, kernel, spec);
    Variable activations = Convolution.unfold(grid.activation(), kernel, kernel, spec);
    long height = poses.size(4);
    long width = poses.size(5);
    Capsules seen =
        new Capsules(byPosition(poses, inDim), byPosition(activations, 1).reshape(-1, voters()));
    return Capsules.ofPositions(capsules.forward(seen), grid.batch(), height, width);
  }

  private long voters() {
    return types * kernel * kernel;
  }

  /**
   * {@code [batch, types · dim, kH, kW, H, W]} as {@code [batch · H · W, types · kH · kW, dim]}.
   */
  private Variable byPosition(Variable unfolded, long dim) {
    long batch = unfolded.size(0);
    long positions = unfolded.size(4) * unfolded.size(5);
    return unfolded
        .reshape(batch, types, dim, (long) kernel * kernel, positions)
        .permute(0, 4, 1, 3, 2)
        .reshape(batch * positions, voters(), dim);
  }
}
