package org.capsnet.nn;

import org.capsnet.autograd.Normalization;
import org.capsnet.autograd.Normalization.Normalized;
import org.capsnet.autograd.Shapes;
import org.capsnet.autograd.Variable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Batch normalization of {@code [batch, channels, height, width]} (Ioffe and Szegedy, 2015): by the
 * statistics of the batch in training, by running ones in evaluation. Parameters: {@code weight}
 * and {@code bias}, {@code [channels]}, the scale and the shift; buffers: {@code running_mean} and
 * {@code running_var}, {@code [channels]}, the latter with Bessel's correction.
 */
public final class BatchNorm2d extends Layer {

  private static final double MOMENTUM = 0.1;
  private static final double EPSILON = 1e-5;

  private static final String VARIANCE = "running_var";

  private final double momentum;
  private final double epsilon;
  private final Parameter weight;
  private final Parameter bias;
  private final INDArray runningMean;
  private final INDArray runningVariance;

  /**
   * Makes a layer with momentum 0.1 and epsilon 1e-5.
   *
   * @param channels the number of channels
   * @param type float or double
   */
  public BatchNorm2d(long channels, DataType type) {
    this(channels, MOMENTUM, EPSILON, type);
  }

  /**
   * Makes a layer.
   *
   * @param channels the number of channels
   * @param momentum how much of a new batch goes into the running statistics, from 0 to 1
   * @param epsilon added to the variance, positive
   * @param type float or double
   */
  public BatchNorm2d(long channels, double momentum, double epsilon, DataType type) {
    this.momentum = momentum;
    this.epsilon = epsilon;
    weight = bias("weight", Nd4j.ones(type, channels));
    bias = bias("bias", Nd4j.zeros(type, channels));
    runningMean = buffer("running_mean", Nd4j.zeros(type, channels));
    runningVariance = buffer(VARIANCE, Nd4j.ones(type, channels));
  }

  @Override
  public Variable forward(Variable x) {
    Shapes.require("images", x.value(), "batch", runningMean.length(), "height", "width");
    requireType(x, weight);
    Variable gamma = weight.variable();
    Variable beta = bias.variable();
    if (!training()) {
      return Normalization.batchNorm(x, gamma, beta, runningMean, runningVariance, epsilon);
    }
    Normalized normalized = Normalization.batchNorm(x, gamma, beta, epsilon);
    double count = (double) x.value().length() / runningMean.length();
    follow(runningMean, normalized.mean(), 1);
    follow(runningVariance, normalized.variance(), count / (count - 1));
    return normalized.output();
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
