package org.capsnet.autograd;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Convolutions of images, in the sense of cross-correlation: the kernel is not flipped. */
public final class Convolution {

  private Convolution() {}

  /**
   * A two-dimensional convolution.
   *
   * @param x {@code [batch, in, height, width]}
   * @param w {@code [out, in / groups, kH, kW]}, where both {@code in} and {@code out} are
   *     multiples of the groups
   * @param b {@code [out]}, or null for none
   * @param spec stride, padding, dilation and groups
   * @return {@code [batch, out, outputHeight, outputWidth]}, sized by {@code spec}
   * @throws IllegalArgumentException if a shape or type does not fit, or the kernel is larger than
   *     the padded input
   */
  public static Variable conv2d(Variable x, Variable w, Variable b, Conv2dSpec spec) {
    Shapes.require("weights", w.value(), "out", "in / groups", "kH", "kW");
    Shapes.require("images", x.value(), "batch", w.size(1) * spec.groups(), "height", "width");
    requireGroups(w, spec);
    requireBias(b, w.size(0), x.dataType());
    Shapes.requireType("weights", w.value(), x.dataType());
    INDArray images = Raw.dense(x.value());
    INDArray weights = Raw.dense(w.value());
    ConvolutionPlan plan = new ConvolutionPlan(spec, x.dataType(), x.shape(), w.shape());
    return withBias(
        "conv2d",
        plan.forward(images, weights),
        b,
        (g, needed) -> plan.gradients(images, weights, Raw.dense(g), needed),
        x,
        w);
  }

  /**
   * A two-dimensional transposed convolution: the map from the output's gradient to the input's
   * that belongs to a convolution with the same weights and settings.
   *
   * @param x {@code [batch, in, height, width]}
   * @param w {@code [in, out / groups, kH, kW]}, where both {@code in} and {@code out} are
   *     multiples of the groups
   * @param b {@code [out]}, or null for none
   * @param spec stride, padding, dilation and groups
   * @param outputPadding rows and columns added below and right, less than the stride: which of the
   *     sizes that a strided convolution would have shrunk to {@code height} is meant
   * @return {@code [batch, out, transposedHeight, transposedWidth]}, sized by {@code spec}
   * @throws IllegalArgumentException if a shape or type does not fit
   */
  public static Variable convTranspose2d(
      Variable x, Variable w, Variable b, Conv2dSpec spec, int outputPadding) {
    Shapes.require("weights", w.value(), "in", "out / groups", "kH", "kW");
    Shapes.require("images", x.value(), "batch", w.size(0), "height", "width");
    requireGroups(w, spec);
    long out = w.size(1) * spec.groups();
    requireBias(b, out, x.dataType());
    Shapes.requireType("weights", w.value(), x.dataType());
    INDArray images = Raw.dense(x.value());
    INDArray weights = Raw.dense(w.value());
    long[] shape = {
      x.size(0),
      out,
      spec.transposedHeight(x.size(2), w.size(2), outputPadding),
      spec.transposedWidth(x.size(3), w.size(3), outputPadding)
    };
    ConvolutionPlan plan = new ConvolutionPlan(spec, x.dataType(), shape, w.shape());
    return withBias(
        "convTranspose2d",
        plan.inputGradient(weights, images),
        b,
        (g, needed) -> {
          INDArray upstream = Raw.dense(g);
          return new INDArray[] {
            needed[0] ? plan.forward(upstream, weights) : null,
            needed[1] ? plan.weightGradient(upstream, images) : null
          };
        },
        x,
        w);
  }

  private static Variable withBias(
      String name, INDArray y, Variable b, Backward backward, Variable x, Variable w) {
    if (b == null) {
      return Variable.of(name, y, backward, x, w);
    }
    y.addi(b.value().reshape('c', 1, b.size(0), 1, 1));
    return Variable.of(
        name,
        y,
        (g, needed) -> {
          INDArray[] rest =
              needed[0] || needed[1] ? backward.gradients(g, needed) : new INDArray[2];
          return new INDArray[] {rest[0], rest[1], needed[2] ? Normalization.channelSum(g) : null};
        },
        x,
        w,
        b);
  }

  private static void requireGroups(Variable w, Conv2dSpec spec) {
    if (w.size(0) % spec.groups() != 0) {
      throw new IllegalArgumentException(
          "weights: expected a multiple of " + spec.groups() + " groups, got " + w.size(0));
    }
  }

  private static void requireBias(Variable b, long out, DataType type) {
    if (b != null) {
      Shapes.require("bias", b.value(), out);
      Shapes.requireType("bias", b.value(), type);
    }
  }
}
