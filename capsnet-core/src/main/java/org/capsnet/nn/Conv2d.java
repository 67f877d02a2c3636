package org.capsnet.nn;

import java.util.random.RandomGenerator;
import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.autograd.Convolution;
import org.capsnet.autograd.Variable;
import org.capsnet.kernel.Prepared;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A two-dimensional convolution, from {@code [batch, in, height, width]} to {@code [batch, out,
 * outputHeight, outputWidth]}. Parameters: {@code weight [out, in / groups, k, k]}, {@code bias
 * [out]}, which starts at zero.
 */
public final class Conv2d extends Layer {

  private final Conv2dSpec spec;
  private final Parameter weight;
  private final Parameter bias;
  private final Prepared prepared = new Prepared();

  /**
   * Makes a layer with {@link Initializer#FAN_IN_UNIFORM} weights.
   *
   * @param in the number of input channels, a multiple of the groups
   * @param out the number of output channels, a multiple of the groups
   * @param kernel the height and width of the kernel
   * @param spec stride, padding, dilation and groups
   * @param random the source of the initial weights
   * @param type float or double
   * @throws IllegalArgumentException if the channels are no multiples of the groups
   */
  public Conv2d(
      long in, long out, int kernel, Conv2dSpec spec, RandomGenerator random, DataType type) {
    this(in, out, kernel, spec, Initializer.FAN_IN_UNIFORM, random, type);
  }

  /**
   * Makes a layer.
   *
   * @param in the number of input channels, a multiple of the groups
   * @param out the number of output channels, a multiple of the groups
   * @param kernel the height and width of the kernel
   * @param spec stride, padding, dilation and groups
   * @param initializer what the weights start from
   * @param random the source of the initial weights
   * @param type float or double
   * @throws IllegalArgumentException if the channels are no multiples of the groups
   */
  public Conv2d(
      long in,
      long out,
      int kernel,
      Conv2dSpec spec,
      Initializer initializer,
      RandomGenerator random,
      DataType type) {
    requireGroups("in", in, spec);
    requireGroups("out", out, spec);
    this.spec = spec;
    long area = (long) kernel * kernel;
    long inOfGroup = in / spec.groups();
    long outOfGroup = out / spec.groups();
    weight =
        weight(
            "weight",
            initializer.draw(
                inOfGroup * area, outOfGroup * area, random, type, out, inOfGroup, kernel, kernel));
    bias = bias("bias", Nd4j.zeros(type, out));
  }

  static void requireGroups(String name, long channels, Conv2dSpec spec) {
    if (channels < 1 || channels % spec.groups() != 0) {
      throw new IllegalArgumentException(
          name + ": expected a multiple of " + spec.groups() + " groups, got " + channels);
    }
  }

  @Override
  public Variable forward(Variable x) {
    return forward(x, false);
  }

  /**
   * The layer and the rectifier in one: {@code forward(x).relu()}.
   *
   * @param x {@code [batch, in, height, width]}
   * @return {@code [batch, out, outputHeight, outputWidth]}
   */
  Variable forwardRelu(Variable x) {
    return forward(x, true);
  }

  private Variable forward(Variable x, boolean rectified) {
    requireType(x, weight);
    return Convolution.conv2d(
        x, weight.variable(), bias.variable(), spec, rectified, training() ? null : prepared);
  }

  @Override
  protected void weightsChanged() {
    prepared.forget();
  }

  /**
   * How the kernel steps over the input.
   *
   * @return stride, padding, dilation and groups
   */
  public Conv2dSpec spec() {
    return spec;
  }
}
