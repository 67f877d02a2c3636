package org.capsnet.autograd;

import org.capsnet.kernel.ConvolutionSizes;
import org.capsnet.kernel.Kernels;
import org.capsnet.kernel.SpectralConvolution;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How a convolution of given shapes is computed: in the frequency domain where that is the faster
 * way, by ND4J's native operation, which runs oneDNN where the build has it, or by {@link Columns}
 * where that operation does not go or does too much.
 */
final class ConvolutionPlan {

  private final boolean oneGroup;

  /** Whether x is the smallest input for y, the only one that ND4J's deconv2d makes of it. */
  private final boolean deconvolves;

  private final long[] x;
  private final long[] w;
  private final long[] y;
  private final Columns columns;

  /** Null where it does not pay. */
  private final SpectralConvolution spectral;

  /** As ND4J wants them; at the end: explicit padding, channels first, weights [out, in, ..]. */
  private final int[] settings;

  ConvolutionPlan(Conv2dSpec spec, DataType type, long[] x, long[] w) {
    this.oneGroup = spec.groups() == 1;
    this.x = x;
    this.w = w;
    this.y = new long[] {x[0], w[0], spec.outputHeight(x[2], w[2]), spec.outputWidth(x[3], w[3])};
    this.deconvolves = spec.reachesTheEdge(x, w);
    this.columns = new Columns(spec, x, w, y);
    this.spectral = spectral(spec, type, x, w);
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

  private static SpectralConvolution spectral(Conv2dSpec spec, DataType type, long[] x, long[] w) {
    boolean plain = spec.groups() == 1 && spec.dilationH() == 1 && spec.dilationW() == 1;
    if (!plain || !Kernels.fused(type)) {
      return null;
    }
    ConvolutionSizes sizes =
        new ConvolutionSizes(
            Math.toIntExact(x[0]),
            Math.toIntExact(x[1]),
            Math.toIntExact(x[2]),
            Math.toIntExact(x[3]),
            Math.toIntExact(w[0]),
            Math.toIntExact(w[2]),
            Math.toIntExact(w[3]),
            spec.strideH(),
            spec.strideW(),
            spec.paddingH(),
            spec.paddingW());
    return SpectralConvolution.pays(sizes) ? new SpectralConvolution(sizes) : null;
  }

  INDArray forward(INDArray input, INDArray weights) {
    if (spectral != null) {
      INDArray result = Raw.empty(input.dataType(), y);
      spectral.forward(input, weights, result);
      return result;
    }
    if (!oneGroup) {
      return columns.forward(input, weights);
    }
    INDArray result = Raw.empty(input.dataType(), y);
    return Raw.run("conv2d", result, new INDArray[] {input, weights}, settings);
  }

  INDArray inputGradient(INDArray weights, INDArray outputGradient) {
    if (spectral != null) {
      INDArray result = Raw.empty(weights.dataType(), x);
      spectral.backward(null, weights, outputGradient, result, null);
      return result;
    }
    if (!oneGroup || !deconvolves) {
      return columns.inputGradient(weights, outputGradient);
    }
    INDArray result = Raw.empty(weights.dataType(), x);
    return Raw.run("deconv2d", result, new INDArray[] {outputGradient, weights}, settings);
  }

  INDArray weightGradient(INDArray input, INDArray outputGradient) {
    if (spectral != null) {
      INDArray result = Raw.empty(input.dataType(), w);
      spectral.backward(input, null, outputGradient, null, result);
      return result;
    }
    return columns.weightGradient(input, outputGradient);
  }

  INDArray[] gradients(
      INDArray input, INDArray weights, INDArray outputGradient, boolean[] needed) {
    if (oneGroup && needed[0] && needed[1]) {
      INDArray[] both = {Raw.empty(input.dataType(), x), Raw.empty(input.dataType(), w)};
      if (spectral != null) {
        spectral.backward(input, weights, outputGradient, both[0], both[1]);
        return both;
      }
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
