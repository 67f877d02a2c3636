package org.capsnet.capsule;

import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.autograd.Variable;
import org.capsnet.nn.Block;
import org.capsnet.nn.Conv2d;
import org.capsnet.nn.Cost;
import org.capsnet.nn.Init;
import org.capsnet.nn.Initializer;
import org.capsnet.nn.Setting;
import org.capsnet.nn.Shape;

/**
 * The first capsules: a convolution whose output channels are grouped into poses, and squashed
 * (Sabour et al. 2017, section 4): {@code u = squash(conv(x))}, from {@code [batch, channels,
 * height, width]} to poses {@code [batch, types, dim, H, W]}. Networks whose activations are the
 * lengths of poses begin with it.
 *
 * <p>Channel {@code type · dim + d} of the convolution is dimension d of the capsule of that type;
 * the capsule at (y, x) has index {@code type · (H·W) + y · W + x}.
 */
public final class PrimaryCapsules extends Block<Variable, Capsules> {

  private final long types;
  private final long dim;
  private final Squash squash;
  private final Conv2d convolution;

  /**
   * A layer with {@link Initializer#HE_NORMAL} weights and the paper's squash.
   *
   * @param in {@code [channels, height, width]}
   * @param types of capsules at each position
   * @param dim of a pose
   * @param kernel the side of the square kernel
   * @param spec stride, padding and dilation of the convolution
   * @param init the source of the weights
   * @throws IllegalArgumentException if the kernel does not fit
   */
  public PrimaryCapsules(Shape in, long types, long dim, int kernel, Conv2dSpec spec, Init init) {
    this(in, types, dim, kernel, spec, new SabourSquash(), init);
  }

  /**
   * A layer with {@link Initializer#HE_NORMAL} weights.
   *
   * @param in {@code [channels, height, width]}
   * @param types of capsules at each position
   * @param dim of a pose
   * @param kernel the side of the square kernel
   * @param spec stride, padding and dilation of the convolution
   * @param squash what poses are squashed by
   * @param init the source of the weights
   * @throws IllegalArgumentException if the kernel does not fit
   */
  public PrimaryCapsules(
      Shape in, long types, long dim, int kernel, Conv2dSpec spec, Squash squash, Init init) {
    this(in, types, dim, kernel, spec, squash, Initializer.HE_NORMAL, init);
  }

  /**
   * A layer.
   *
   * @param in {@code [channels, height, width]}
   * @param types of capsules at each position
   * @param dim of a pose
   * @param kernel the side of the square kernel
   * @param spec stride, padding and dilation of the convolution
   * @param squash what poses are squashed by
   * @param initializer what the weights start from: of poses that start long a squash leaves no
   *     gradient
   * @param init the source of the weights
   * @throws IllegalArgumentException if the kernel does not fit
   */
  public PrimaryCapsules(
      Shape in,
      long types,
      long dim,
      int kernel,
      Conv2dSpec spec,
      Squash squash,
      Initializer initializer,
      Init init) {
    this(
        types,
        dim,
        squash,
        new Conv2d(in, Shape.of(types, dim).numbers(), kernel, spec, initializer, init));
  }

  private PrimaryCapsules(long types, long dim, Squash squash, Conv2d convolution) {
    super(
        convolution.input(),
        Shape.of(types, dim, convolution.output().size(1), convolution.output().size(2)));
    this.types = types;
    this.dim = dim;
    this.squash = squash;
    this.convolution = child("conv", convolution);
  }

  /** {@return the convolution whose channels are grouped into poses} */
  public Conv2d convolution() {
    return convolution;
  }

  /**
   * Makes capsules of features.
   *
   * @param features {@code [batch, channels, height, width]}
   * @return poses {@code [batch, types, dim, H, W]}, with their lengths as activations
   */
  @Override
  public Capsules forward(Variable features) {
    Variable q = convolution.forward(features);
    long batch = q.size(0);
    long positions = q.size(2) * q.size(3);
    Variable pose =
        q.reshape(batch, types, dim, positions)
            .permute(0, 1, 3, 2)
            .reshape(batch, types * positions, dim);
    return Capsules.ofLength(squash.squash(pose)).onGrid(types, q.size(2), q.size(3));
  }

  /**
   * The features grouped, squashed, and the lengths; then the gradients of the squash and of the
   * features. Who reads capsules on their grid has them moved there, and their gradient back. The
   * features of a single type are a view of its capsules, of which the kernel alone makes copies.
   */
  @Override
  protected Cost cost(Setting setting) {
    long[] all = output().sizes();
    long capsules = output().numbers() / dim;
    int moves = setting.flat() ? 1 : 2;
    Cost cost = Cost.NONE.forward(moves, all).backward(moves, all);
    if (types == 1) {
      cost =
          setting.fused()
              ? Cost.NONE.forward(moves, all).backward(moves + 1, all)
              : Cost.NONE.forward(moves - 1, all).backward(moves, all);
    }
    return cost.plus(squash.cost(capsules, dim, setting))
        .plus(Capsules.costOfLength(capsules, dim, setting));
  }

  @Override
  public long activations() {
    return output().numbers() / dim;
  }
}
