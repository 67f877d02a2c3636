package org.capsnet.nn;

import java.util.random.RandomGenerator;
import org.capsnet.autograd.Shapes;
import org.capsnet.autograd.Variable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A fully connected layer: {@code y = x · weightᵀ + bias}, from {@code [batch, in]} to {@code
 * [batch, out]}. Parameters: {@code weight [out, in]}, {@code bias [out]}, which starts at zero.
 */
public final class Linear extends Layer {

  private final Parameter weight;
  private final Parameter bias;

  /**
   * Makes a layer with {@link Initializer#FAN_IN_UNIFORM} weights.
   *
   * @param in the number of inputs
   * @param out the number of outputs
   * @param random the source of the initial weights
   * @param type float or double
   */
  public Linear(long in, long out, RandomGenerator random, DataType type) {
    this(in, out, Initializer.FAN_IN_UNIFORM, random, type);
  }

  /**
   * Makes a layer.
   *
   * @param in the number of inputs
   * @param out the number of outputs
   * @param initializer what the weights start from
   * @param random the source of the initial weights
   * @param type float or double
   */
  public Linear(long in, long out, Initializer initializer, RandomGenerator random, DataType type) {
    weight = weight("weight", initializer.draw(in, out, random, type, out, in));
    bias = bias("bias", Nd4j.zeros(type, out));
  }

  @Override
  public Variable forward(Variable x) {
    Shapes.require("linear", x.value(), "batch", weight.value().size(1));
    requireType(x, weight);
    return x.matmul(weight.variable().transpose(0, 1)).plus(bias.variable());
  }
}
