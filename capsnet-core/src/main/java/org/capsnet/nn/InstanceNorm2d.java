package org.capsnet.nn;

import org.capsnet.autograd.Normalization;
import org.capsnet.autograd.Shapes;
import org.capsnet.autograd.Variable;
import org.capsnet.kernel.NormalizationKernel;

/**
 * Instance normalization of {@code [batch, channels, height, width]} (Ulyanov, Vedaldi and
 * Lempitsky, 2016): each channel of each image by its own statistics, in training and in
 * evaluation. Parameters: {@code weight} and {@code bias}, {@code [channels]}, the scale and the
 * shift.
 */
public final class InstanceNorm2d extends Block<Variable, Variable> {

  private final double epsilon;
  private final Parameter weight;
  private final Parameter bias;

  /**
   * Makes a layer.
   *
   * @param in {@code [channels, height, width]}
   * @param epsilon added to the variance, positive
   * @param init the type of the numbers
   */
  public InstanceNorm2d(Shape in, double epsilon, Init init) {
    super(in.require("images", "channels", "height", "width"), in);
    this.epsilon = epsilon;
    weight = bias("weight", init.constant(1, in.size(0)));
    bias = bias("bias", init.constant(0, in.size(0)));
  }

  @Override
  public Variable forward(Variable x) {
    Shapes.require("images", x.value(), "batch", input().size(0), "height", "width");
    requireType(x, weight);
    return Normalization.instanceNorm(x, weight.variable(), bias.variable(), epsilon);
  }

  /**
   * One result where a kernel computes it, of numbers for each channel of each sample; else the
   * numbers less their mean, their squares, these divided by their deviation, the product with the
   * scale, and the shift added. Of the gradients that of the input, else two for each of these.
   */
  @Override
  protected Cost cost(Setting setting) {
    long[] all = output().sizes();
    long channels = all[0];
    if (setting.fused()) {
      return Cost.NONE
          .forward(1, all)
          .forward(4, channels)
          .backward(setting.inputGradient() ? 1 : 0, all)
          .backward(2, channels)
          .scratch(
              batch ->
                  NormalizationKernel.scratchBytes(
                      1, Math.toIntExact(batch * channels), Math.toIntExact(all[1] * all[2])));
    }
    return Cost.NONE
        .forward(5, all)
        .forward(8, channels)
        .backward(setting.inputGradient() ? 10 : 1, all)
        .backward(setting.inputGradient() ? 6 : 0, channels);
  }
}
