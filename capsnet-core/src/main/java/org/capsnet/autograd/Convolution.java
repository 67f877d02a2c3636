package org.capsnet.autograd;

import java.util.Arrays;
import java.util.Map;
import org.capsnet.kernel.GivenStatistics;
import org.capsnet.kernel.Kernels;
import org.capsnet.kernel.Prepared;
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
    return conv2d("conv2d", x, w, b, spec, false, null, null);
  }

  /**
   * A two-dimensional convolution and the rectifier, {@code conv2d(x, w, b, spec).relu()}, which
   * together save a pass over memory and an array.
   *
   * @param x {@code [batch, in, height, width]}
   * @param w {@code [out, in / groups, kH, kW]}
   * @param b {@code [out]}, or null for none
   * @param spec stride, padding, dilation and groups
   * @return {@code [batch, out, outputHeight, outputWidth]}, sized by {@code spec}, no element
   *     below 0
   * @throws IllegalArgumentException as {@link #conv2d}
   */
  public static Variable conv2dRelu(Variable x, Variable w, Variable b, Conv2dSpec spec) {
    return conv2d("conv2dRelu", x, w, b, spec, true, null, null);
  }

  /**
   * A two-dimensional convolution with weights that stay the same from call to call. Outside of a
   * {@link NoGrad} scope, nothing prepared is used.
   *
   * @param x {@code [batch, in, height, width]}
   * @param w {@code [out, in / groups, kH, kW]}
   * @param b {@code [out]}, or null for none
   * @param spec stride, padding, dilation and groups
   * @param rectified whether the rectifier follows, as in {@link #conv2dRelu}
   * @param norm the batch normalization behind it, which goes without a gradient, in floats where
   *     the kernels are used; null for none
   * @param prepared what was prepared from these weights, or will be
   * @return {@code [batch, out, outputHeight, outputWidth]}, sized by {@code spec}
   * @throws IllegalArgumentException as {@link #conv2d}, or if there is a normalization where it
   *     does not go
   */
  public static Variable conv2d(
      Variable x,
      Variable w,
      Variable b,
      Conv2dSpec spec,
      boolean rectified,
      GivenStatistics norm,
      Prepared prepared) {
    if (norm != null && (NoGrad.recording() || !Kernels.fused(x.dataType()))) {
      throw new IllegalArgumentException(
          "normalization behind a convolution: expected no gradient, and kernels of its type");
    }
    if (norm != null && norm.channels() != w.size(0)) {
      throw new IllegalArgumentException(
          "normalization behind a convolution: expected %d channels, got %d"
              .formatted(w.size(0), norm.channels()));
    }
    String name = rectified ? "conv2dRelu" : "conv2d";
    return conv2d(name, x, w, b, spec, rectified, norm, NoGrad.recording() ? null : prepared);
  }

  private static Variable conv2d(
      String name,
      Variable x,
      Variable w,
      Variable b,
      Conv2dSpec spec,
      boolean rectified,
      GivenStatistics norm,
      Prepared prepared) {
    Shapes.require("weights", w.value(), "out", "in / groups", "kH", "kW");
    Shapes.require("images", x.value(), "batch", w.size(1) * spec.groups(), "height", "width");
    requireGroups(w, spec);
    requireBias(b, w.size(0), x.dataType());
    Shapes.requireType("weights", w.value(), x.dataType());
    INDArray images = Raw.dense(x.value());
    INDArray weights = Raw.dense(w.value());
    ConvolutionPlan plan = new ConvolutionPlan(spec, x.dataType(), x.shape(), w.shape());
    INDArray bias = b == null ? null : b.value();
    INDArray y = plan.forward(images, weights, bias, rectified, norm, prepared);
    Backward backward =
        (g, needed) -> {
          INDArray[] all =
              plan.gradients(
                  images,
                  weights,
                  Raw.dense(g),
                  rectified ? y : null,
                  needed[0],
                  needed[1],
                  b != null && needed[2]);
          return b == null ? Arrays.copyOf(all, 2) : all;
        };
    Operation operation = new Operation(name, "spec", spec);
    return b == null
        ? Variable.of(operation, y, backward, x, w)
        : Variable.of(operation, y, backward, x, w, b);
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
    INDArray y = plan.inputGradient(weights, images);
    Backward backward =
        (g, needed) -> {
          INDArray upstream = Raw.dense(g);
          return new INDArray[] {
            needed[0] ? plan.forward(upstream, weights, null, false, null, null) : null,
            needed[1] ? plan.weightGradient(upstream, images) : null,
            b != null && needed[2] ? Normalization.channelSum(upstream) : null
          };
        };
    Operation operation =
        new Operation("convTranspose2d", Map.of("spec", spec, "outputPadding", outputPadding));
    if (b == null) {
      return Variable.of(
          operation, y, (g, needed) -> Arrays.copyOf(backward.gradients(g, needed), 2), x, w);
    }
    y.addi(b.value().reshape('c', 1, out, 1, 1));
    return Variable.of(operation, y, backward, x, w, b);
  }

  /**
   * What a convolution's kernel sees at each of its positions.
   *
   * @param x {@code [batch, channels, height, width]}
   * @param kernelHeight at least 1
   * @param kernelWidth at least 1
   * @param spec stride, padding and dilation; the padding is of zeros
   * @return {@code [batch, channels, kernelHeight, kernelWidth, outputHeight, outputWidth]}
   * @throws IllegalArgumentException if the kernel is larger than the padded input
   */
  public static Variable unfold(Variable x, int kernelHeight, int kernelWidth, Conv2dSpec spec) {
    Shapes.require("images", x.value(), "batch", "channels", "height", "width");
    long[] shape = {
      x.size(0),
      x.size(1),
      kernelHeight,
      kernelWidth,
      spec.outputHeight(x.size(2), kernelHeight),
      spec.outputWidth(x.size(3), kernelWidth)
    };
    INDArray columns = Columns.unfold(Raw.dense(x.value()), Raw.empty(x.dataType(), shape), spec);
    return Variable.of(
        new Operation(
            "unfold",
            Map.of("kernelHeight", kernelHeight, "kernelWidth", kernelWidth, "spec", spec)),
        columns,
        (g, needed) ->
            new INDArray[] {Columns.fold(Raw.dense(g), Raw.empty(x.dataType(), x.shape()), spec)},
        x);
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
