package org.capsnet.nn;

import java.util.Optional;
import org.capsnet.autograd.NoGrad;
import org.capsnet.autograd.Normalization;
import org.capsnet.autograd.Normalization.Normalized;
import org.capsnet.autograd.Shapes;
import org.capsnet.autograd.Variable;
import org.capsnet.kernel.GivenStatistics;
import org.capsnet.kernel.Kernels;
import org.capsnet.kernel.NormalizationKernel;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Batch normalization of {@code [batch, channels, height, width]} (Ioffe and Szegedy, 2015): by the
 * statistics of the batch in training, by running ones in evaluation. Parameters: {@code weight}
 * and {@code bias}, {@code [channels]}, the scale and the shift; buffers: {@code running_mean} and
 * {@code running_var}, {@code [channels]}, the latter with Bessel's correction.
 */
public final class BatchNorm2d extends Block<Variable, Variable> {

  private static final double MOMENTUM = 0.1;
  private static final double EPSILON = 1e-5;

  private static final String VARIANCE = "running_var";

  private final double momentum;
  private final double epsilon;
  private final Parameter weight;
  private final Parameter bias;
  private final Buffer runningMean;
  private final Buffer runningVariance;

  /**
   * Makes a layer with momentum 0.1 and epsilon 1e-5.
   *
   * @param in {@code [channels, height, width]}
   * @param init the type of the numbers
   */
  public BatchNorm2d(Shape in, Init init) {
    this(in, MOMENTUM, EPSILON, init);
  }

  /**
   * Makes a layer.
   *
   * @param in {@code [channels, height, width]}
   * @param momentum how much of a new batch goes into the running statistics, from 0 to 1
   * @param epsilon added to the variance, positive
   * @param init the type of the numbers
   */
  public BatchNorm2d(Shape in, double momentum, double epsilon, Init init) {
    super(in.require("images", "channels", "height", "width"), in);
    this.momentum = momentum;
    this.epsilon = epsilon;
    long channels = in.size(0);
    weight = bias("weight", init.constant(1, channels));
    bias = bias("bias", init.constant(0, channels));
    runningMean = buffer("running_mean", init.constant(0, channels));
    runningVariance = buffer(VARIANCE, init.constant(1, channels));
  }

  @Override
  public Variable forward(Variable x) {
    INDArray mean = runningMean.value();
    INDArray variance = runningVariance.value();
    Shapes.require("images", x.value(), "batch", mean.length(), "height", "width");
    requireType(x, weight);
    Variable gamma = weight.variable();
    Variable beta = bias.variable();
    if (!training()) {
      return Normalization.batchNorm(x, gamma, beta, mean, variance, epsilon);
    }
    Normalized normalized = Normalization.batchNorm(x, gamma, beta, epsilon);
    double count = (double) x.value().length() / mean.length();
    follow(mean, normalized.mean(), 1);
    follow(variance, normalized.variance(), count / (count - 1));
    return normalized.output();
  }

  /**
   * What the layer does to each channel, for a convolution before it that does it as well: in
   * evaluation, without a gradient, by the kernels.
   *
   * @param type of the images
   * @return empty where the layer is to be computed by itself
   */
  Optional<GivenStatistics> given(DataType type) {
    boolean goes =
        !training() && !NoGrad.recording() && type == weight.type() && Kernels.fused(type);
    return goes
        ? Optional.of(
            new GivenStatistics(
                weight.value(),
                bias.value(),
                runningMean.value(),
                runningVariance.value(),
                epsilon))
        : Optional.empty();
  }

  /**
   * By given statistics one result where a kernel computes it, else the product with the scale, and
   * the shift added. By those of the batch one result where a kernel computes it, else the numbers
   * less their mean, their shares in the variance, and the result; and of the gradients that of the
   * input, else the product for that of the scale, and two for that of the input.
   */
  @Override
  protected Cost cost(Setting setting) {
    long[] all = output().sizes();
    if (setting.fused()) {
      return Cost.NONE
          .predicting(1, all)
          .backward(setting.inputGradient() ? 2 : 1, all)
          .scratch(batch -> scratch(batch, all));
    }
    Cost cost = Cost.NONE.predicting(2, all);
    return cost.backward(setting.inputGradient() ? 6 : 4, all);
  }

  /** Nothing where the kernel cannot count the numbers of a sample: nobody computes them. */
  private static long scratch(int batch, long... sizes) {
    long numbers = sizes[0] * sizes[1] * sizes[2];
    return numbers > Integer.MAX_VALUE
        ? 0
        : NormalizationKernel.scratchBytes(batch, (int) sizes[0], (int) (sizes[1] * sizes[2]));
  }

  @Override
  protected void requireBuffer(String name, INDArray value) {
    if (name.equals(VARIANCE) && value.minNumber().doubleValue() < 0) {
      throw new IllegalArgumentException(name + ": expected variances of 0 or more");
    }
  }

  private void follow(INDArray running, INDArray batch, double correction) {
    running.muli(1 - momentum).addi(batch.mul(momentum * correction));
  }
}
