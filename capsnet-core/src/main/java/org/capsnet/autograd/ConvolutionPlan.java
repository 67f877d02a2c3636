package org.capsnet.autograd;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How a convolution of given shapes is computed: by ND4J's native operation, which runs oneDNN
 * where the build has it, or by {@link Columns} where that operation does not go or does too much.
 */
final class ConvolutionPlan {

  private final boolean oneGroup;

  /** Whether x is the smallest input for y, the only one that ND4J's deconv2d makes of it. */
  private final boolean deconvolves;

  private final long[] x;
  private final long[] w;
  private final long[] y;
  private final Columns columns;

  /** As ND4J wants them; at the end: explicit padding, channels first, weights [out, in, ..]. */
  private final int[] settings;

  ConvolutionPlan(Conv2dSpec spec, long[] x, long[] w) {
    this.oneGroup = spec.groups() == 1;
    this.x = x;
    this.w = w;
    this.y = new long[] {x[0], w[0], spec.outputHeight(x[2], w[2]), spec.outputWidth(x[3], w[3])};
    this.deconvolves = spec.reachesTheEdge(x, w);
    this.columns = new Columns(spec, x, w, y);
    this.settings =
        new int[] {
          (int) w[2],
          (int) w[3],
          spec.strideH(),
          spec.strideW(),
          spec.paddingH(),
          spec.paddingW(),
          spec.dilationH(),
          spec.dilationW(),
          0,
          0,
          1
        };
  }

  INDArray forward(INDArray input, INDArray weights) {
    if (!oneGroup) {
      return columns.forward(input, weights);
    }
    INDArray result = Raw.empty(input.dataType(), y);
    return Raw.run("conv2d", result, new INDArray[] {input, weights}, settings);
  }

  INDArray inputGradient(INDArray weights, INDArray outputGradient) {
    if (!oneGroup || !deconvolves) {
      return columns.inputGradient(weights, outputGradient);
    }
    INDArray result = Raw.empty(weights.dataType(), x);
    return Raw.run("deconv2d", result, new INDArray[] {outputGradient, weights}, settings);
  }

  INDArray weightGradient(INDArray input, INDArray outputGradient) {
    return columns.weightGradient(input, outputGradient);
  }

  INDArray[] gradients(
      INDArray input, INDArray weights, INDArray outputGradient, boolean[] needed) {
    if (oneGroup && needed[0] && needed[1]) {
      INDArray[] both = {Raw.empty(input.dataType(), x), Raw.empty(input.dataType(), w)};
      return Raw.run("conv2d_bp", both, new INDArray[] {input, weights, outputGradient}, settings);
    }
    // The native operation always makes both. For the weights alone of a first layer, 1 to 256
    // channels by 9x9, columns take a quarter of its time.
    return new INDArray[] {
      needed[0] ? inputGradient(weights, outputGradient) : null,
      needed[1] ? weightGradient(input, outputGradient) : null
    };
  }
}
