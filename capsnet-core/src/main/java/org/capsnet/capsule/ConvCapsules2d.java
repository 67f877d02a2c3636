package org.capsnet.capsule;

import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.autograd.Convolution;
import org.capsnet.autograd.Shapes;
import org.capsnet.autograd.Variable;
import org.capsnet.nn.Block;
import org.capsnet.nn.Cost;
import org.capsnet.nn.Init;
import org.capsnet.nn.Setting;
import org.capsnet.nn.Shape;

/**
 * Convolutional capsules: a {@link CapsuleLayer} that slides over a grid. At each position of the
 * output grid, the capsules that a kernel sees of the input grid vote for the output capsules
 * there, by weights that all positions share (Hinton et al. 2018, section 4): from poses {@code
 * [batch, types, dim, height, width]} to {@code [batch, out, outDim, H, W]}.
 *
 * <p>The layer that slides is the child {@code votes}, whose input capsules are numbered {@code
 * type · (kH·kW) + ky · kW + kx}. With a kernel as large as the grid this is just that layer. A
 * kernel that reaches into the padding sees capsules there whose poses and activations are zero; to
 * {@link Reach} all of these are one capsule.
 *
 * <p>For large grids and kernels see {@link ConvVotes}, which are fewer.
 */
public final class ConvCapsules2d extends Block<Capsules, Capsules> implements RoutedLayer {

  private final long types;
  private final long inDim;
  private final int kernel;
  private final Conv2dSpec spec;
  private final CapsuleLayer capsules;

  /**
   * Makes a layer.
   *
   * @param in {@code [types, dim, height, width]}
   * @param outTypes of capsules at each position of the output grid
   * @param outDim the dimension of their poses
   * @param kernel the height and width of the kernel
   * @param spec stride, padding and dilation; one group
   * @param votes how the capsules that the kernel sees vote; they stand on no grid
   * @param routing how votes become capsules
   * @param init the source of the weights
   * @throws IllegalArgumentException if there is more than one group, the kernel does not fit, or
   *     such capsules cannot vote so
   */
  public ConvCapsules2d(
      Shape in,
      long outTypes,
      long outDim,
      int kernel,
      Conv2dSpec spec,
      Votes votes,
      Routing routing,
      Init init) {
    super(in, KernelVotes.convolved(in, outTypes, outDim, kernel, spec));
    types = in.size(0);
    inDim = in.size(1);
    this.kernel = kernel;
    this.spec = KernelVotes.requireOneGroup(spec);
    Shape seen = Shape.of(types * kernel * kernel, inDim);
    capsules = child("votes", new CapsuleLayer(seen, outTypes, outDim, votes, routing, init));
  }

  /**
   * Votes and routes.
   *
   * @param grid poses {@code [batch, types, inDim, height, width]}
   * @return poses {@code [batch, outTypes, outDim, outputHeight, outputWidth]}, sized by the spec
   */
  @Override
  public Capsules forward(Capsules grid) {
    return RoutingTrace.note(this, capsules.shape(), grid, capsules.route(cast(grid)));
  }

  /**
   * The votes that {@link #forward} routes, for looking at.
   *
   * @param grid as {@link #forward} takes it
   * @return {@code [batch, types · kH · kW, outTypes, outDim, outputHeight, outputWidth]}
   */
  public Variable votes(Capsules grid) {
    return capsules.votes(cast(grid));
  }

  /**
   * How much of each input capsule went to each output capsule, for looking at.
   *
   * @param grid as {@link #forward} takes it
   * @return the coupling coefficients {@code [batch, types · kH · kW, outTypes, outputHeight,
   *     outputWidth]}, from 0 to 1 unless the routing says otherwise
   * @throws UnsupportedOperationException if the routing of this layer has none
   */
  public Variable coupling(Capsules grid) {
    return capsules.coupling(cast(grid));
  }

  @Override
  public Routing routing() {
    return capsules.routing();
  }

  @Override
  public RoutingInput routingInput(Capsules grid) {
    return capsules.input(cast(grid));
  }

  private CastVotes cast(Capsules grid) {
    Shapes.require("capsules", grid.pose().value(), "batch", types, inDim, "height", "width");
    Variable poses = Convolution.unfold(grid.features(), kernel, kernel, spec);
    Variable activations = Convolution.unfold(grid.activation(), kernel, kernel, spec);
    Capsules seen =
        new Capsules(byPosition(poses, inDim), byPosition(activations, 1).reshape(-1, voters()));
    Reach reach =
        Reach.ofWindows(
            grid.batch(),
            voters(),
            () -> windows(grid.grid()[0], grid.grid()[1]),
            poses.size(4),
            poses.size(5));
    return capsules.cast(seen).reaching(reach);
  }

  /** The capsules that the kernel sees, numbered from 1; 0 is whatever lies in the padding. */
  private int[] windows(long height, long width) {
    int outHeight = Math.toIntExact(spec.outputHeight(height, kernel));
    int outWidth = Math.toIntExact(spec.outputWidth(width, kernel));
    int[] seen = new int[Math.toIntExact((long) outHeight * outWidth * voters())];
    for (int x = 0; x < seen.length; x++) {
      int position = (int) (x / voters());
      int voter = (int) (x % voters());
      int type = voter / (kernel * kernel);
      long row =
          (long) position / outWidth * spec.strideH()
              - spec.paddingH()
              + (long) voter / kernel % kernel * spec.dilationH();
      long column =
          (long) position % outWidth * spec.strideW()
              - spec.paddingW()
              + (long) voter % kernel * spec.dilationW();
      boolean inside = row >= 0 && row < height && column >= 0 && column < width;
      seen[x] = inside ? Math.toIntExact((type * height + row) * width + column) + 1 : 0;
    }
    return seen;
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

  /**
   * What the kernel sees of poses and of activations, and this position by position; then the
   * gradients of both, of those that are read.
   */
  private Cost costOfSeen(Setting setting) {
    long[] seen = {positions(), voters(), inDim};
    Cost cost =
        Cost.NONE
            .forward(2, seen)
            .forward(2, positions(), voters())
            .backward(1, seen)
            .backward(setting.inputGradient() ? 1 : 0, input().sizes());
    return setting.activationGradient() ? cost.backward(1, activations()) : cost;
  }

  @Override
  public Cost costOfVotes(Setting setting) {
    Setting atPositions = setting.atPositions(positions());
    return costOfSeen(setting).plus(capsules.costOfVotes(atPositions).times(positions()));
  }

  /**
   * What the kernel sees. Output capsules stand position by position: moved by whoever reads them,
   * as their gradient.
   */
  @Override
  protected Cost cost(Setting setting) {
    return costOfSeen(setting).forward(1, output().sizes()).backward(1, output().sizes());
  }

  @Override
  protected Setting settingOf(String child, Setting own) {
    return own.atPositions(positions());
  }

  private long positions() {
    return output().size(2) * output().size(3);
  }

  @Override
  public long activations() {
    return output().size(0) * positions();
  }

  @Override
  public Setting before(Setting previous, Setting own) {
    return capsules.before(previous, own).onGrid();
  }
}
