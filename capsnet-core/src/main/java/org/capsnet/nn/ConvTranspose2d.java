package org.capsnet.nn;

import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.autograd.Convolution;
import org.capsnet.autograd.Variable;

/**
 * A two-dimensional transposed convolution, from {@code [batch, in, height, width]} to {@code
 * [batch, out, transposedHeight, transposedWidth]}. Parameters: {@code weight [in, out / groups, k,
 * k]}, {@code bias [out]}, which starts at zero.
 */
public final class ConvTranspose2d extends Block<Variable, Variable> {

  private final Conv2dSpec spec;
  private final int outputPadding;
  private final Parameter weight;
  private final Parameter bias;

  /**
   * Makes a layer without output padding, with {@link Initializer#FAN_IN_UNIFORM} weights.
   *
   * @param in {@code [channels, height, width]}, the channels a multiple of the groups
   * @param out the number of output channels, a multiple of the groups
   * @param kernel the height and width of the kernel
   * @param spec stride, padding, dilation and groups
   * @param init the source of the weights
   * @throws IllegalArgumentException if the channels are no multiples of the groups, or nothing
   *     would be left
   */
  public ConvTranspose2d(Shape in, long out, int kernel, Conv2dSpec spec, Init init) {
    this(in, out, kernel, spec, 0, Initializer.FAN_IN_UNIFORM, init);
  }

  /**
   * Makes a layer.
   *
   * @param in {@code [channels, height, width]}, the channels a multiple of the groups
   * @param out the number of output channels, a multiple of the groups
   * @param kernel the height and width of the kernel
   * @param spec stride, padding, dilation and groups
   * @param outputPadding rows and columns added below and right, less than the stride
   * @param initializer what the weights start from
   * @param init the source of the weights
   * @throws IllegalArgumentException if the channels are no multiples of the groups, or nothing
   *     would be left
   */
  public ConvTranspose2d(
      Shape in,
      long out,
      int kernel,
      Conv2dSpec spec,
      int outputPadding,
      Initializer initializer,
      Init init) {
    super(in, outputOf(in, out, kernel, spec, outputPadding));
    Conv2d.requireGroups("in", in.size(0), spec);
    Conv2d.requireGroups("out", out, spec);
    this.spec = spec;
    this.outputPadding = outputPadding;
    long area = (long) kernel * kernel;
    long outOfGroup = out / spec.groups();
    long fanIn = in.size(0) / spec.groups() * area;
    weight =
        weight(
            "weight",
            init.draw(
                initializer, fanIn, outOfGroup * area, in.size(0), outOfGroup, kernel, kernel));
    bias = bias("bias", init.constant(0, out));
  }

  private static Shape outputOf(
      Shape in, long out, int kernel, Conv2dSpec spec, int outputPadding) {
    in.require("images", "channels", "height", "width");
    return Shape.of(
        out,
        spec.transposedHeight(in.size(1), kernel, outputPadding),
        spec.transposedWidth(in.size(2), kernel, outputPadding));
  }

  @Override
  public Variable forward(Variable x) {
    requireType(x, weight);
    return Convolution.convTranspose2d(x, weight.variable(), bias.variable(), spec, outputPadding);
  }

  @Override
  protected Cost cost(Setting setting) {
    int kernel = Math.toIntExact(weight.shape()[2]);
    return ConvolutionCost.ofTransposed(
        input(), output(), kernel, spec, outputPadding, true, setting);
  }
}
