package org.capsnet.nn;

import org.capsnet.autograd.Shapes;
import org.capsnet.autograd.Variable;

/**
 * A fully connected layer: {@code y = x · weightᵀ + bias}, from {@code [batch, in]} to {@code
 * [batch, out]}. Parameters: {@code weight [out, in]}, {@code bias [out]}, which starts at zero.
 */
public final class Linear extends Block<Variable, Variable> {

  private final Parameter weight;
  private final Parameter bias;

  /**
   * Makes a layer with {@link Initializer#FAN_IN_UNIFORM} weights.
   *
   * @param in {@code [numbers]}
   * @param out the number of outputs
   * @param init the source of the weights
   */
  public Linear(Shape in, long out, Init init) {
    this(in, out, Initializer.FAN_IN_UNIFORM, init);
  }

  /**
   * Makes a layer.
   *
   * @param in {@code [numbers]}
   * @param out the number of outputs
   * @param initializer what the weights start from
   * @param init the source of the weights
   */
  public Linear(Shape in, long out, Initializer initializer, Init init) {
    super(in.require("linear", "numbers"), Shape.of(out));
    weight = weight("weight", init.draw(initializer, in.size(0), out, out, in.size(0)));
    bias = bias("bias", init.constant(0, out));
  }

  @Override
  public Variable forward(Variable x) {
    Shapes.require("linear", x.value(), "batch", weight.value().size(1));
    requireType(x, weight);
    return x.matmul(weight.variable().transpose(0, 1)).plus(bias.variable());
  }

  /** The product, and the bias added; then the gradient of the input. */
  @Override
  protected Cost cost(Setting setting) {
    long in = input().numbers();
    long out = output().numbers();
    return Cost.NONE
        .forward(2, out)
        .backward(setting.inputGradient() ? 1 : 0, in)
        .multiplyAdds(in, out);
  }
}
