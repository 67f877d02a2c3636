package org.capsnet.autograd;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.capsnet.kernel.GivenStatistics;
import org.capsnet.kernel.Kernels;
import org.capsnet.kernel.NormalizationKernel;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Batch normalization (Ioffe and Szegedy, 2015) and instance normalization (Ulyanov, Vedaldi and
 * Lempitsky, 2016). A channel whose variance overflows its type (for floats, with numbers from
 * about 1e19 on) becomes NaN: divided by infinity it would be β, as if nothing had happened.
 */
public final class Normalization {

  private Normalization() {}

  /**
   * The results of batch normalization in training.
   *
   * @param output of the input's shape
   * @param mean {@code [channels]}, of the batch
   * @param variance {@code [channels]}, of the batch, divided by the number of elements; NaN where
   *     it overflows
   */
  public record Normalized(Variable output, INDArray mean, INDArray variance) {}

  /**
   * Normalizes each channel by its mean and variance over the batch and all pixels; gradients flow
   * through both.
   *
   * @param x {@code [batch, channels, ..]}
   * @param gamma {@code [channels]}, the scale
   * @param beta {@code [channels]}, the shift
   * @param epsilon added to the variance, positive
   * @return the output and the statistics of the batch
   * @throws IllegalArgumentException if a shape does not fit, or a channel has only one element
   */
  public static Normalized batchNorm(Variable x, Variable gamma, Variable beta, double epsilon) {
    requireChannels(x, gamma, beta);
    long count = x.value().length() / x.size(1);
    if (count < 2) {
      throw new IllegalArgumentException(
          "batch normalization: expected more than 1 element per channel in training, got "
              + count);
    }
    return Kernels.fused(x.value(), gamma.value(), beta.value())
        ? fused(x, gamma, beta, epsilon)
        : portable(x, gamma, beta, epsilon);
  }

  private static Normalized fused(Variable x, Variable gamma, Variable beta, double epsilon) {
    NormalizationKernel.Normalized made =
        NormalizationKernel.forward(x.value(), gamma.value(), beta.value(), epsilon);
    Variable output =
        Variable.of(
            "batchNorm",
            made.output(),
            (g, needed) -> {
              NormalizationKernel.Gradients gradients =
                  NormalizationKernel.backward(
                      x.value(), made, gamma.value(), epsilon, g, needed[0]);
              return new INDArray[] {gradients.x(), gradients.gamma(), gradients.beta()};
            },
            x,
            gamma,
            beta);
    return new Normalized(output, made.mean(), made.variance());
  }

  /** The twin of the kernel. */
  static Normalized portable(Variable x, Variable gamma, Variable beta, double epsilon) {
    long count = x.value().length() / x.size(1);
    long[] channels = channelShape(x);
    INDArray mean = channelSum(x.value()).divi(count);
    INDArray centered = x.value().sub(mean.reshape('c', channels));
    INDArray share = centered.div(Math.sqrt((double) count)); // so the sum is the mean
    INDArray variance = finite(channelSum(share.muli(share)));
    INDArray scale = Transforms.pow(variance.add(epsilon), -0.5, false);
    INDArray normal = centered.muli(scale.reshape('c', channels));
    INDArray y =
        normal.mul(gamma.value().reshape('c', channels)).addi(beta.value().reshape('c', channels));
    Variable output =
        Variable.of(
            "batchNorm",
            y,
            (g, needed) -> {
              INDArray ofBeta = channelSum(g);
              INDArray ofGamma = channelSum(g.mul(normal));
              INDArray ofX = null;
              if (needed[0]) {
                INDArray alongMean = ofBeta.div(count).reshape('c', channels);
                INDArray alongScale = normal.mul(ofGamma.div(count).reshape('c', channels));
                INDArray factor = gamma.value().mul(scale).reshape('c', channels);
                ofX = g.sub(alongMean).subi(alongScale).muli(factor);
              }
              return new INDArray[] {ofX, ofGamma, ofBeta};
            },
            x,
            gamma,
            beta);
    return new Normalized(output, mean, variance);
  }

  /**
   * Normalizes each channel by a given mean and variance, which are constants.
   *
   * @param x {@code [batch, channels, ..]}
   * @param gamma {@code [channels]}, the scale
   * @param beta {@code [channels]}, the shift
   * @param mean {@code [channels]}
   * @param variance {@code [channels]}
   * @param epsilon added to the variance, positive
   * @return the output, of the input's shape
   * @throws IllegalArgumentException if a shape does not fit
   */
  public static Variable batchNorm(
      Variable x, Variable gamma, Variable beta, INDArray mean, INDArray variance, double epsilon) {
    requireChannels(x, gamma, beta);
    Shapes.require("mean", mean, x.size(1));
    Shapes.require("variance", variance, x.size(1));
    if (!NoGrad.recording()
        && Kernels.fused(x.value(), gamma.value(), beta.value(), mean, variance)) {
      return Variable.constant(
          NormalizationKernel.forward(
              x.value(),
              new GivenStatistics(gamma.value(), beta.value(), mean, variance, epsilon)));
    }
    long[] channels = channelShape(x);
    INDArray root = Transforms.pow(finite(variance).addi(epsilon), -0.5, false);
    Variable scale = gamma.times(Variable.constant(root));
    Variable shift = beta.minus(scale.times(Variable.constant(mean)));
    return x.times(scale.reshape(channels)).plus(shift.reshape(channels));
  }

  /**
   * Normalizes each channel of each sample by its own mean and variance over all pixels; gradients
   * flow through both.
   *
   * @param x {@code [batch, channels, ..]}
   * @param gamma {@code [channels]}, the scale
   * @param beta {@code [channels]}, the shift
   * @param epsilon added to the variance, positive
   * @return the output, of the input's shape
   * @throws IllegalArgumentException if a shape does not fit, or a channel of a sample has only one
   *     element
   */
  public static Variable instanceNorm(Variable x, Variable gamma, Variable beta, double epsilon) {
    requireChannels(x, gamma, beta);
    long count = x.value().length() / (x.size(0) * x.size(1));
    if (count < 2) {
      throw new IllegalArgumentException(
          "instance normalization: expected more than 1 element per channel, got " + count);
    }
    return Kernels.fused(x.value(), gamma.value(), beta.value())
        ? fusedInstances(x, gamma, beta, epsilon)
        : portableInstances(x, gamma, beta, epsilon);
  }

  /** As batch normalization of one sample that has the channels of all samples. */
  private static Variable fusedInstances(
      Variable x, Variable gamma, Variable beta, double epsilon) {
    long batch = x.size(0);
    long[] shape = x.shape();
    INDArray scale = ofEachSample(gamma.value(), batch);
    NormalizationKernel.Normalized made =
        NormalizationKernel.forward(
            inOneSample(x.value()), scale, ofEachSample(beta.value(), batch), epsilon);
    return Variable.of(
        "instanceNorm",
        made.output().reshape('c', shape),
        (g, needed) -> {
          NormalizationKernel.Gradients gradients =
              NormalizationKernel.backward(
                  inOneSample(x.value()), made, scale, epsilon, inOneSample(g), needed[0]);
          return new INDArray[] {
            needed[0] ? gradients.x().reshape('c', shape) : null,
            gradients.gamma().reshape('c', batch, -1).sum(0),
            gradients.beta().reshape('c', batch, -1).sum(0)
          };
        },
        x,
        gamma,
        beta);
  }

  private static INDArray inOneSample(INDArray x) {
    return x.reshape('c', 1, x.size(0) * x.size(1), -1);
  }

  /** What is of the channels, once for each sample. */
  private static INDArray ofEachSample(INDArray channels, long batch) {
    return Nd4j.create(channels.dataType(), batch, channels.length())
        .addiRowVector(channels)
        .reshape(batch * channels.length());
  }

  /** The twin of the kernel. */
  static Variable portableInstances(Variable x, Variable gamma, Variable beta, double epsilon) {
    int[] pixels = IntStream.range(2, x.rank()).toArray();
    Variable centered = x.minus(x.mean(true, pixels));
    Variable variance = centered.square().mean(true, pixels);
    Variable finite = variance.plus(variance.minus(variance)); // NaN where it is infinite
    Variable normal = centered.times(finite.plus(epsilon).pow(-0.5));
    long[] channels = channelShape(x);
    return normal.times(gamma.reshape(channels)).plus(beta.reshape(channels));
  }

  /** A copy in which what is infinite is NaN: x + (x - x). */
  private static INDArray finite(INDArray x) {
    return x.sub(x).addi(x);
  }

  private static void requireChannels(Variable x, Variable gamma, Variable beta) {
    if (x.rank() < 2) {
      Shapes.require("batch normalization", x.value(), "batch", "channels", "..");
    }
    Shapes.require("gamma", gamma.value(), x.size(1));
    Shapes.require("beta", beta.value(), x.size(1));
    Shapes.requireType("gamma", gamma.value(), x.dataType());
    Shapes.requireType("beta", beta.value(), x.dataType());
  }

  /** The shape of {@code [channels]} that broadcasts with x. */
  private static long[] channelShape(Variable x) {
    long[] shape = new long[x.rank()];
    Arrays.fill(shape, 1);
    shape[1] = x.size(1);
    return shape;
  }

  /** Sums over the pixels first: three times faster than over all axes at once. */
  static INDArray channelSum(INDArray x) {
    return x.reshape('c', x.size(0), x.size(1), -1).sum(2).sum(0);
  }
}
