package org.capsnet.capsule;

import java.util.Map;
import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.autograd.Shapes;
import org.capsnet.autograd.Variable;
import org.capsnet.nn.Block;
import org.capsnet.nn.Init;
import org.capsnet.nn.Initializer;
import org.capsnet.nn.Parameter;
import org.capsnet.nn.Shape;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Capsules with locally-constrained routing, as in SegCaps (LaLonde and Bagci 2018): at each
 * position of the out grid each type of the in grid casts one vote for each out capsule there, the
 * sum of what a kernel makes of the capsules of that type that it sees; and the types alone are
 * routed.
 *
 * <p>All types share the kernel. So votes are a plain convolution, or a transposed one, with the
 * types as samples. The activation of a voter is the mean of those of the capsules that the kernel
 * sees.
 */
public abstract sealed class LocalCapsules2d extends Block<Capsules, Capsules>
    permits LocalConvCapsules2d, DeconvCapsules2d {

  private final long types;
  private final long inDim;
  private final long outTypes;
  private final long outDim;
  private final Conv2dSpec spec;
  private final Routing routing;
  private final Parameter weight;
  private final Map<String, Parameter> learned;

  /**
   * A layer with {@link Initializer#HE_NORMAL} weights.
   *
   * @param inChannelsFirst whether the kernel is {@code [inDim, outTypes · outDim, k, k]}, as a
   *     transposed convolution wants it, rather than {@code [outTypes · outDim, inDim, k, k]}
   */
  LocalCapsules2d(
      Shape in,
      Shape output,
      int kernel,
      Conv2dSpec spec,
      boolean inChannelsFirst,
      Routing routing,
      Init init) {
    super(in, output);
    types = in.size(0);
    inDim = in.size(1);
    outTypes = output.size(0);
    outDim = output.size(1);
    this.spec = requireOneGroup(spec);
    this.routing = routing;
    long out = outTypes * outDim;
    long area = (long) kernel * kernel;
    weight =
        weight(
            "weight",
            init.draw(
                Initializer.HE_NORMAL,
                inDim * area,
                out * area,
                inChannelsFirst ? inDim : out,
                inChannelsFirst ? out : inDim,
                kernel,
                kernel));
    learned = RoutingParameters.register(routing, types, outTypes, outDim, init, this::bias);
  }

  /** How the kernel steps over the grid. */
  final Conv2dSpec spec() {
    return spec;
  }

  /** The convolution of images {@code [n, channels, height, width]} with a kernel. */
  abstract Variable convolve(Variable images, Variable kernel);

  static Conv2dSpec requireOneGroup(Conv2dSpec spec) {
    if (spec.groups() != 1) {
      throw new IllegalArgumentException("groups: expected 1, got " + spec.groups());
    }
    return spec;
  }

  /**
   * Votes and routes.
   *
   * @param grid poses {@code [batch, types, inDim, height, width]}
   * @return poses {@code [batch, outTypes, outDim, height, width]}, of the size that the
   *     convolution gives
   */
  @Override
  public final Capsules forward(Capsules grid) {
    Shapes.require("capsules", grid.pose().value(), "batch", types, inDim, "height", "width");
    Shapes.requireType("capsules", grid.pose().value(), weight.value().dataType());
    Variable votes = convolve(byType(grid, grid.pose(), inDim), weight.variable());
    long height = votes.size(2);
    long width = votes.size(3);
    return routing.routeGrid(
        votes.reshape(grid.batch(), types, outTypes, outDim, height, width),
        activation(grid).reshape(grid.batch(), types, height, width),
        RoutingParameters.variables(learned));
  }

  private Variable activation(Capsules grid) {
    Variable activation = byType(grid, grid.activation(), 1);
    Variable w = weight.variable();
    Variable ones = ones(1, 1, w.size(2), w.size(3));
    Variable seen = convolve(ones(1, 1, grid.grid()[0], grid.grid()[1]), ones);
    // No capsule at all is seen at some positions where the stride is larger than the kernel.
    INDArray atLeastOne = Transforms.max(seen.value(), 1, true);
    return convolve(activation, ones).dividedBy(Variable.constant(atLeastOne));
  }

  private Variable byType(Capsules grid, Variable x, long channels) {
    return x.reshape(grid.batch() * types, channels, grid.grid()[0], grid.grid()[1]);
  }

  private Variable ones(long... shape) {
    return Variable.constant(Nd4j.ones(weight.value().dataType(), shape));
  }
}
