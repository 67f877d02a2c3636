package org.capsnet.nn;

import java.util.function.UnaryOperator;
import org.capsnet.autograd.Variable;

/** A function without parameters as a layer, for inputs of any shape. */
public final class Activation extends Layer {

  private static final UnaryOperator<Variable> RELU = Variable::relu;

  private final String name;
  private final UnaryOperator<Variable> function;

  /**
   * Makes a layer of a function.
   *
   * @param name its name, for summaries
   * @param function the function
   */
  public Activation(String name, UnaryOperator<Variable> function) {
    this.name = name;
    this.function = function;
  }

  /**
   * The rectifier.
   *
   * @return a layer of {@link Variable#relu}
   */
  public static Activation relu() {
    return new Activation("relu", RELU);
  }

  /**
   * The leaky rectifier.
   *
   * @param slope the slope for negative elements
   * @return a layer of {@link Variable#leakyRelu}
   */
  public static Activation leakyRelu(double slope) {
    return new Activation("leakyRelu", x -> x.leakyRelu(slope));
  }

  /**
   * The logistic function.
   *
   * @return a layer of {@link Variable#sigmoid}
   */
  public static Activation sigmoid() {
    return new Activation("sigmoid", Variable::sigmoid);
  }

  /**
   * The hyperbolic tangent.
   *
   * @return a layer of {@link Variable#tanh}
   */
  public static Activation tanh() {
    return new Activation("tanh", Variable::tanh);
  }

  @Override
  public Variable forward(Variable x) {
    return function.apply(x);
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
