package org.capsnet.nn;

import java.util.random.RandomGenerator;
import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.autograd.Convolution;
import org.capsnet.autograd.Variable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A two-dimensional transposed convolution, from {@code [batch, in, height, width]} to {@code
 * [batch, out, transposedHeight, transposedWidth]}. Parameters: {@code weight [in, out / groups, k,
 * k]}, {@code bias [out]}, which starts at zero.
 */
public final class ConvTranspose2d extends Layer {

  private final Conv2dSpec spec;
  private final int outputPadding;
  private final Parameter weight;
  private final Parameter bias;

  /**
   * Makes a layer without output padding, with {@link Initializer#FAN_IN_UNIFORM} weights.
   *
   * @param in the number of input channels, a multiple of the groups
   * @param out the number of output channels, a multiple of the groups
   * @param kernel the height and width of the kernel
   * @param spec stride, padding, dilation and groups
   * @param random the source of the initial weights
   * @param type float or double
   * @throws IllegalArgumentException if the channels are no multiples of the groups
   */
  public ConvTranspose2d(
      long in, long out, int kernel, Conv2dSpec spec, RandomGenerator random, DataType type) {
    this(in, out, kernel, spec, 0, Initializer.FAN_IN_UNIFORM, random, type);
  }

  /**
   * Makes a layer.
   *
   * @param in the number of input channels, a multiple of the groups
   * @param out the number of output channels, a multiple of the groups
   * @param kernel the height and width of the kernel
   * @param spec stride, padding, dilation and groups
   * @param outputPadding rows and columns added below and right, less than the stride
   * @param initializer what the weights start from
   * @param random the source of the initial weights
   * @param type float or double
   * @throws IllegalArgumentException if the channels are no multiples of the groups
   */
  public ConvTranspose2d(
      long in,
      long out,
      int kernel,
      Conv2dSpec spec,
      int outputPadding,
      Initializer initializer,
      RandomGenerator random,
      DataType type) {
    Conv2d.requireGroups("in", in, spec);
    Conv2d.requireGroups("out", out, spec);
    this.spec = spec;
    this.outputPadding = outputPadding;
    long area = (long) kernel * kernel;
    long outOfGroup = out / spec.groups();
    long fanIn = in / spec.groups() * area;
    weight =
        weight(
            "weight",
            initializer.draw(
                fanIn, outOfGroup * area, random, type, in, outOfGroup, kernel, kernel));
    bias = bias("bias", Nd4j.zeros(type, out));
  }

  @Override
  public Variable forward(Variable x) {
    requireType(x, weight);
    return Convolution.convTranspose2d(x, weight.variable(), bias.variable(), spec, outputPadding);
  }
}
