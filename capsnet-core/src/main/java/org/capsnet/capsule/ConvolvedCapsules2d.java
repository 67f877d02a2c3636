package org.capsnet.capsule;

import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.nn.Block;
import org.capsnet.nn.Init;
import org.capsnet.nn.Setting;
import org.capsnet.nn.Shape;

/**
 * Capsules from capsules by a convolution and no routing: the poses are taken for the channels of
 * features, convolved and squashed, as {@link PrimaryCapsules} are (Rajasegaran et al. 2019,
 * section 3.1, where routing with one iteration comes to that), from {@code [batch, types, dim,
 * height, width]} to {@code [batch, out, outDim, H, W]}. It is far cheaper than {@link
 * ConvCapsules2d}, and makes networks deep.
 *
 * <p>Child: {@code capsules}.
 */
public final class ConvolvedCapsules2d extends Block<Capsules, Capsules> {

  private final PrimaryCapsules capsules;

  /**
   * Makes a layer.
   *
   * @param in {@code [types, dim, height, width]}
   * @param types of output capsules at each position
   * @param dim of their poses
   * @param kernel the side of the square kernel
   * @param spec stride, padding and dilation of the convolution
   * @param init the source of the weights
   * @throws IllegalArgumentException if the kernel does not fit
   */
  public ConvolvedCapsules2d(
      Shape in, long types, long dim, int kernel, Conv2dSpec spec, Init init) {
    this(in, new PrimaryCapsules(features(in), types, dim, kernel, spec, init));
  }

  private ConvolvedCapsules2d(Shape in, PrimaryCapsules capsules) {
    super(in, capsules.output());
    this.capsules = child("capsules", capsules);
  }

  private static Shape features(Shape in) {
    in.require("capsules", "types", "dim", "height", "width");
    return Shape.of(Math.multiplyExact(in.size(0), in.size(1)), in.size(2), in.size(3));
  }

  @Override
  public Capsules forward(Capsules grid) {
    return capsules.forward(grid.features());
  }

  @Override
  public long activations() {
    return capsules.activations();
  }

  /** Poses alone are read, on their grid. */
  @Override
  public Setting before(Setting previous, Setting own) {
    return previous.readBy(false, false);
  }
}
