package org.capsnet.autograd;

import org.capsnet.kernel.ChannelFinish;
import org.capsnet.kernel.ColumnConvolution;
import org.capsnet.kernel.ConvolutionGradients;
import org.capsnet.kernel.ConvolutionSizes;
import org.capsnet.kernel.DepthwiseConvolution;
import org.capsnet.kernel.DirectConvolution;
import org.capsnet.kernel.GivenStatistics;
import org.capsnet.kernel.GroupedConvolution;
import org.capsnet.kernel.Kernels;
import org.capsnet.kernel.Prepared;
import org.capsnet.kernel.RectifierKernel;
import org.capsnet.kernel.SpectralConvolution;
import org.capsnet.kernel.TileConvolution;
import org.capsnet.kernel.WinogradConvolution;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * How a convolution of given shapes is computed. The fused kernels are asked first: the frequency
 * domain for large kernels and many channels, columns for few channels, minimal filters or a sum
 * over taps for predictions, whose weights are prepared, and kernels for groups of channels. The
 * rest is ND4J's native operation, which runs oneDNN where the build has it, or {@link Columns}
 * where that operation does not go or does too much.
 */
final class ConvolutionPlan {

  /** Whether ND4J's operations go: not with groups, nor, of floats under oneDNN, with dilation. */
  private final boolean isOrdinary;

  /** Whether x is the smallest input for y, the only one that ND4J's deconv2d makes of it. */
  private final boolean deconvolves;

  private final long[] x;
  private final long[] w;
  private final long[] y;
  private final Columns columns;

  /** Null where it does not go or does not pay. */
  private final SpectralConvolution spectral;

  /** Null where it does not go or does not pay. */
  private final TileConvolution tiles;

  /** Null where the fused kernels do not go. */
  private final ConvolutionSizes sizes;

  private final boolean fused;

  /** Null where it does not go; pays for the gradient of the weights. */
  private final ColumnConvolution fewChannels;

  /** Whether it pays for the result too. */
  private final boolean oneChannel;

  /** Null where channels are added up, or it does not go. */
  private final DepthwiseConvolution depthwise;

  /** Null where there is one group, the kernels of channels go, or it does not pay. */
  private final GroupedConvolution grouped;

  /** The one of these that makes all gradients at once, or null. */
  private final ConvolutionGradients whole;

  /** As ND4J wants them; at the end: explicit padding, channels first, weights [out, in, ..]. */
  private final int[] settings;

  ConvolutionPlan(Conv2dSpec spec, DataType type, long[] x, long[] w) {
    this.isOrdinary = spec.groups() == 1 && spec.dilationH() == 1 && spec.dilationW() == 1;
    this.x = x;
    this.w = w;
    this.y = new long[] {x[0], w[0], spec.outputHeight(x[2], w[2]), spec.outputWidth(x[3], w[3])};
    this.deconvolves = spec.reachesTheEdge(x, w);
    this.columns = new Columns(spec, x, w, y);
    fused = Kernels.fused(type);
    sizes = isOrdinary && fused ? sizes(spec, x, w, 1) : null;
    boolean inGroups = fused && !isOrdinary && spec.dilationH() == 1 && spec.dilationW() == 1;
    depthwise =
        inGroups && spec.groups() == x[1] && DepthwiseConvolution.goes(sizes(spec, x, w, 1))
            ? new DepthwiseConvolution(sizes(spec, x, w, 1))
            : null;
    int groups = spec.groups();
    grouped =
        inGroups && depthwise == null && GroupedConvolution.pays(sizes(spec, x, w, groups), groups)
            ? new GroupedConvolution(sizes(spec, x, w, groups), groups)
            : null;
    spectral =
        sizes != null && SpectralConvolution.pays(sizes) ? new SpectralConvolution(sizes) : null;
    tiles =
        sizes != null && spectral == null && TileConvolution.pays(sizes)
            ? new TileConvolution(sizes)
            : null;
    fewChannels =
        sizes != null && ColumnConvolution.pays(sizes) ? new ColumnConvolution(sizes) : null;
    oneChannel = fewChannels != null && ColumnConvolution.paysForward(sizes);
    whole = depthwise != null ? depthwise : grouped != null ? grouped : tiles;
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

  /** Of one of so many equal parts of the channels. */
  private static ConvolutionSizes sizes(Conv2dSpec spec, long[] x, long[] w, int parts) {
    return new ConvolutionSizes(
        Math.toIntExact(x[0]),
        Math.toIntExact(x[1] / parts),
        Math.toIntExact(x[2]),
        Math.toIntExact(x[3]),
        Math.toIntExact(w[0] / parts),
        Math.toIntExact(w[2]),
        Math.toIntExact(w[3]),
        spec.strideH(),
        spec.strideW(),
        spec.paddingH(),
        spec.paddingW());
  }

  /**
   * y, with a bias for each channel unless that is null, and rectified if that is asked for.
   *
   * @param norm the normalization behind it, where the kernels are used; null for none
   * @param prepared what was made of the weights before; null where they may change
   */
  INDArray forward(
      INDArray input,
      INDArray weights,
      INDArray bias,
      boolean rectified,
      GivenStatistics norm,
      Prepared prepared) {
    if (fused) {
      return fused(input, weights, ChannelFinish.of(bias, rectified, norm), prepared);
    }
    INDArray result = sums(input, weights);
    if (bias != null) {
      result.addi(bias.reshape('c', 1, bias.length(), 1, 1));
    }
    return rectified ? Transforms.relu(result, false) : result;
  }

  private INDArray fused(
      INDArray input, INDArray weights, ChannelFinish finish, Prepared prepared) {
    if (depthwise == null && grouped == null && !isOrdinary) {
      INDArray sums = sums(input, weights);
      RectifierKernel.apply(sums, finish);
      return sums;
    }
    INDArray result = Raw.empty(input.dataType(), y);
    if (depthwise != null) {
      depthwise.forward(input, weights, finish, result);
    } else if (grouped != null) {
      grouped.forward(input, weights, finish, result);
    } else if (oneChannel) {
      fewChannels.forward(input, weights, finish, result);
    } else if (tiles != null) {
      tiles.forward(input, weights, finish, prepared, result);
    } else if (prepared == null || !byPrepared(input, weights, finish, prepared, result)) {
      if (spectral == null) {
        conv2d(input, weights, result);
      } else {
        spectral.forward(input, weights, prepared, result);
      }
      RectifierKernel.apply(result, finish);
    }
    return result;
  }

  /** By weights that are kept in another order, if that pays and there is room. */
  private boolean byPrepared(
      INDArray input, INDArray weights, ChannelFinish finish, Prepared prepared, INDArray result) {
    if (WinogradConvolution.pays(sizes)
        && new WinogradConvolution(sizes).forward(input, weights, finish, prepared, result)) {
      return true;
    }
    return spectral == null
        && DirectConvolution.pays(sizes)
        && new DirectConvolution(sizes).forward(input, weights, finish, prepared, result);
  }

  private INDArray sums(INDArray input, INDArray weights) {
    return isOrdinary
        ? conv2d(input, weights, Raw.empty(input.dataType(), y))
        : columns.forward(input, weights);
  }

  private INDArray conv2d(INDArray input, INDArray weights, INDArray result) {
    return Raw.run("conv2d", result, new INDArray[] {input, weights}, settings);
  }

  /** dL/dx from w and dL/dy. */
  INDArray inputGradient(INDArray weights, INDArray outputGradient) {
    if (whole != null) {
      INDArray result = Raw.empty(weights.dataType(), x);
      whole.backward(null, weights, outputGradient, null, result, null, null);
      return result;
    }
    if (!isOrdinary || (!deconvolves && spectral == null)) {
      return columns.inputGradient(weights, outputGradient);
    }
    INDArray result = Raw.empty(weights.dataType(), x);
    if (spectral != null) {
      spectral.backward(null, weights, outputGradient, result, null);
      return result;
    }
    return Raw.run("deconv2d", result, new INDArray[] {outputGradient, weights}, settings);
  }

  /** dL/dw from x and dL/dy. */
  INDArray weightGradient(INDArray input, INDArray outputGradient) {
    return gradients(input, null, outputGradient, null, false, true, false)[1];
  }

  /**
   * Those of dL/dx, dL/dw and dL/db that are needed, the others null. The arrays may be null that
   * only others need.
   *
   * @param rectified y where it was rectified, else null
   */
  INDArray[] gradients(
      INDArray input,
      INDArray weights,
      INDArray outputGradient,
      INDArray rectified,
      boolean ofInput,
      boolean ofWeights,
      boolean ofBias) {
    if (whole != null) {
      INDArray dx = ofInput ? Raw.empty(outputGradient.dataType(), x) : null;
      INDArray dw = ofWeights ? Raw.empty(outputGradient.dataType(), w) : null;
      INDArray db = ofBias ? Raw.empty(outputGradient.dataType(), w[0]) : null;
      whole.backward(input, weights, outputGradient, rectified, dx, dw, db);
      return new INDArray[] {dx, dw, db};
    }
    if (fewChannels != null && ofWeights && !ofInput) {
      INDArray dw = Raw.empty(input.dataType(), w);
      INDArray db = ofBias ? Raw.empty(input.dataType(), w[0]) : null;
      fewChannels.backward(input, outputGradient, rectified, dw, db);
      return new INDArray[] {null, dw, db};
    }
    INDArray upstream =
        rectified == null ? outputGradient : Elementwise.reluGradient(rectified, outputGradient);
    INDArray[] both = gradients(input, weights, upstream, ofInput, ofWeights);
    return new INDArray[] {both[0], both[1], ofBias ? Normalization.channelSum(upstream) : null};
  }

  private INDArray[] gradients(
      INDArray input,
      INDArray weights,
      INDArray outputGradient,
      boolean ofInput,
      boolean ofWeights) {
    if (isOrdinary && (ofInput || ofWeights) && (spectral != null || (ofInput && ofWeights))) {
      INDArray dx = ofInput ? Raw.empty(outputGradient.dataType(), x) : null;
      INDArray dw = ofWeights ? Raw.empty(outputGradient.dataType(), w) : null;
      INDArray[] both = {dx, dw};
      if (spectral != null) {
        spectral.backward(input, weights, outputGradient, dx, dw);
        return both;
      }
      return Raw.run("conv2d_bp", both, new INDArray[] {input, weights, outputGradient}, settings);
    }
    // The native operation always makes both.
    return new INDArray[] {
      ofInput ? inputGradient(weights, outputGradient) : null,
      ofWeights ? columns.weightGradient(input, outputGradient) : null
    };
  }
}
