package org.capsnet.nn;

import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.autograd.Convolution;
import org.capsnet.autograd.Variable;
import org.capsnet.kernel.GivenStatistics;
import org.capsnet.kernel.Prepared;

/**
 * A two-dimensional convolution, from {@code [batch, in, height, width]} to {@code [batch, out,
 * outputHeight, outputWidth]}. Parameters: {@code weight [out, in / groups, k, k]}, {@code bias
 * [out]}, which starts at zero.
 */
public final class Conv2d extends Block<Variable, Variable> {

  private final Conv2dSpec spec;
  private final Parameter weight;
  private final Parameter bias;
  private final Prepared prepared = new Prepared();

  /**
   * Makes a layer with {@link Initializer#FAN_IN_UNIFORM} weights.
   *
   * @param in {@code [channels, height, width]}, the channels a multiple of the groups
   * @param out the number of output channels, a multiple of the groups
   * @param kernel the height and width of the kernel
   * @param spec stride, padding, dilation and groups
   * @param init the source of the weights
   * @throws IllegalArgumentException if the channels are no multiples of the groups, or the kernel
   *     does not fit
   */
  public Conv2d(Shape in, long out, int kernel, Conv2dSpec spec, Init init) {
    this(in, out, kernel, spec, Initializer.FAN_IN_UNIFORM, init);
  }

  /**
   * Makes a layer.
   *
   * @param in {@code [channels, height, width]}, the channels a multiple of the groups
   * @param out the number of output channels, a multiple of the groups
   * @param kernel the height and width of the kernel
   * @param spec stride, padding, dilation and groups
   * @param initializer what the weights start from
   * @param init the source of the weights
   * @throws IllegalArgumentException if the channels are no multiples of the groups, or the kernel
   *     does not fit
   */
  public Conv2d(
      Shape in, long out, int kernel, Conv2dSpec spec, Initializer initializer, Init init) {
    super(in, outputOf(in, out, kernel, spec));
    requireGroups("in", in.size(0), spec);
    requireGroups("out", out, spec);
    this.spec = spec;
    long area = (long) kernel * kernel;
    long inOfGroup = in.size(0) / spec.groups();
    long outOfGroup = out / spec.groups();
    weight =
        weight(
            "weight",
            init.draw(
                initializer, inOfGroup * area, outOfGroup * area, out, inOfGroup, kernel, kernel));
    bias = bias("bias", init.constant(0, out));
  }

  private static Shape outputOf(Shape in, long out, int kernel, Conv2dSpec spec) {
    in.require("images", "channels", "height", "width");
    return Shape.of(
        out, spec.outputHeight(in.size(1), kernel), spec.outputWidth(in.size(2), kernel));
  }

  static void requireGroups(String name, long channels, Conv2dSpec spec) {
    if (channels < 1 || channels % spec.groups() != 0) {
      throw new IllegalArgumentException(
          name + ": expected a multiple of " + spec.groups() + " groups, got " + channels);
    }
  }

  @Override
  public Variable forward(Variable x) {
    return forward(x, false, null);
  }

  /**
   * The layer and what follows it in one.
   *
   * @param x {@code [batch, in, height, width]}
   * @param rectified whether the rectifier follows
   * @param norm the batch normalization behind that, or null for none
   * @return {@code [batch, out, outputHeight, outputWidth]}
   */
  Variable forward(Variable x, boolean rectified, GivenStatistics norm) {
    requireType(x, weight);
    return Convolution.conv2d(
        x, weight.variable(), bias.variable(), spec, rectified, norm, training() ? null : prepared);
  }

  @Override
  protected Cost cost(Setting setting) {
    return ConvolutionCost.of(
        input(), output(), Math.toIntExact(weight.shape()[2]), spec, true, setting);
  }

  @Override
  protected void weightsChanged() {
    prepared.forget();
  }

  /** {@return how the kernel steps over the input: stride, padding, dilation and groups} */
  public Conv2dSpec spec() {
    return spec;
  }
}
