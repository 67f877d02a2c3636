package org.capsnet.nn;

import java.util.function.UnaryOperator;
import org.capsnet.autograd.Variable;

/** A function without parameters as a layer, for inputs of any shape. */
public final class Activation extends Block<Variable, Variable> {

  private static final UnaryOperator<Variable> RELU = Variable::relu;

  private final String name;
  private final UnaryOperator<Variable> function;

  /**
   * Makes a layer of a function.
   *
   * @param in any shape
   * @param name its name, for summaries
   * @param function the function, which keeps the shape
   */
  public Activation(Shape in, String name, UnaryOperator<Variable> function) {
    super(in, in);
    this.name = name;
    this.function = function;
  }

  /**
   * The rectifier.
   *
   * @param in any shape
   * @return a layer of {@link Variable#relu}
   */
  public static Activation relu(Shape in) {
    return new Activation(in, "relu", RELU);
  }

  /**
   * The leaky rectifier.
   *
   * @param in any shape
   * @param slope the slope for negative elements
   * @return a layer of {@link Variable#leakyRelu}
   */
  public static Activation leakyRelu(Shape in, double slope) {
    return new Activation(in, "leakyRelu", x -> x.leakyRelu(slope));
  }

  /**
   * The logistic function.
   *
   * @param in any shape
   * @return a layer of {@link Variable#sigmoid}
   */
  public static Activation sigmoid(Shape in) {
    return new Activation(in, "sigmoid", Variable::sigmoid);
  }

  /**
   * The hyperbolic tangent.
   *
   * @param in any shape
   * @return a layer of {@link Variable#tanh}
   */
  public static Activation tanh(Shape in) {
    return new Activation(in, "tanh", Variable::tanh);
  }

  @Override
  public Variable forward(Variable x) {
    return function.apply(x);
  }

  /** One operation: its result, then the gradient of its operand. */
  @Override
  protected Cost cost(Setting setting) {
    boolean elsewhere = setting.rectified();
    return elsewhere
        ? Cost.NONE
        : Cost.NONE
            .forward(1, output().sizes())
            .backward(setting.inputGradient() ? 1 : 0, input().sizes());
  }

  /**
   * Whether this is {@link #relu}, which a convolution before it takes along, whatever its name.
   */
  boolean isRelu() {
    return function == RELU;
  }

  @Override
  public String toString() {
    return name;
  }
}
