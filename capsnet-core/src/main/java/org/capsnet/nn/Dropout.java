package org.capsnet.nn;

import org.capsnet.autograd.Dropouts;
import org.capsnet.autograd.Variable;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Dropout (Srivastava et al., 2014) of inputs of any shape, in training only. Buffer: {@code
 * counter [1]}, the number of masks drawn so far, so that a training that is resumed goes on with
 * the masks that it would have drawn.
 */
public final class Dropout extends Block<Variable, Variable> {

  private final double rate;
  private final long seed;
  private final Buffer counter;

  /**
   * Makes a layer.
   *
   * @param in any shape
   * @param rate the probability of an element to become zero, from 0 to below 1
   * @param seed whose masks to draw; a different one for each layer of a model
   * @param init whether there are to be numbers
   */
  public Dropout(Shape in, double rate, long seed, Init init) {
    super(in, in);
    this.rate = rate;
    this.seed = seed;
    counter = buffer("counter", init.constant(0, DataType.INT64, 1));
  }

  /** In training alone the mask, in floats at first, and the product; then the gradient. */
  @Override
  protected Cost cost(Setting setting) {
    long[] all = output().sizes();
    Cost cost = Cost.NONE.backward(setting.inputGradient() ? 3 : 2, all);
    return setting.type() == DataType.DOUBLE ? cost.backward(1, output().numbers() / 2) : cost;
  }

  @Override
  public Variable forward(Variable x) {
    if (!training()) {
      return x;
    }
    long drawn = counter.value().getLong(0);
    counter.value().addi(1);
    return Dropouts.dropout(x, rate, seed, drawn);
  }
}
