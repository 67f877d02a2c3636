package org.capsnet.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.capsnet.autograd.NoGrad;
import org.capsnet.autograd.Scope;
import org.capsnet.autograd.Variable;
import org.capsnet.nn.Module;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.Shape;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Holds the gradients of a function against central differences.
 *
 * <p>The function's output is weighted by a random upstream gradient, so that an operation whose
 * backward half ignores it, or mixes up its elements, is caught.
 */
public final class GradientCheck {

  private static final double STEP = 1e-5;

  /** Differences of a function of size 1 are good to 1e-10 at this step. */
  private static final double TOLERANCE = 1e-7;

  private static final long SEED = 7;
  private static final int DIRECTIONS = 3;

  private GradientCheck() {}

  /**
   * Fails unless the gradient of each element of each input is the slope of the function.
   *
   * @param function from a leaf for each input to one output; called many times
   * @param inputs double arrays, views allowed; changed while it runs and restored
   */
  public static void check(Function<Variable[], Variable> function, INDArray... inputs) {
    INDArray upstream;
    INDArray[] gradients;
    try (Scope scope = Scope.open()) {
      Variable[] leaves = leaves(inputs);
      Variable output = function.apply(leaves);
      assertThat(output.dataType()).isEqualTo(DataType.DOUBLE);
      upstream = random(new Random(SEED), output.shape());
      output.backward(upstream);
      gradients = Arrays.stream(leaves).map(Variable::gradient).toArray(INDArray[]::new);
    }
    for (int k = 0; k < inputs.length; k++) {
      checkSlopes(
          "input " + k,
          inputs[k],
          gradients[k],
          () -> weighted(() -> function.apply(leaves(inputs)), upstream));
    }
  }

  /**
   * Fails unless the gradient of each element of each parameter is the slope of the function.
   *
   * @param module whose parameters, in double, are changed while it runs and restored
   * @param function one that runs the module; called many times
   */
  public static void checkParameters(Module module, Supplier<Variable> function) {
    module.clearGradients();
    INDArray upstream;
    try (Scope scope = Scope.open()) {
      Variable output = function.get();
      upstream = random(new Random(SEED), output.shape());
      output.backward(upstream);
    }
    module
        .parameters()
        .forEach(
            (name, parameter) ->
                checkSlopes(
                    name,
                    parameter.value(),
                    parameter.variable().gradient(),
                    () -> weighted(function, upstream)));
  }

  /**
   * Fails unless the function's slopes along a few random directions of each leaf are those that
   * its gradient says: as sharp as element by element, in a few calls.
   *
   * @param function of the leaves
   * @param leaves by name, of double arrays, which are changed while it runs and restored
   */
  public static void checkDirections(Supplier<Variable> function, Map<String, Variable> leaves) {
    leaves.values().forEach(Variable::clearGradient);
    INDArray upstream;
    try (Scope scope = Scope.open()) {
      Variable output = function.get();
      upstream = random(new Random(SEED), output.shape());
      output.backward(upstream);
    }
    Random random = new Random(SEED + 1);
    leaves.forEach(
        (name, leaf) -> {
          for (int k = 0; k < DIRECTIONS; k++) {
            INDArray direction = random(random, leaf.shape());
            double gradient = leaf.gradient().mul(direction).sumNumber().doubleValue();
            double slope = slope(() -> weighted(function, upstream), leaf.value(), direction);
            assertThat(Math.abs(gradient - slope))
                .as("%s: gradient %s, slope %s", name, gradient, slope)
                .isLessThanOrEqualTo(TOLERANCE * Math.max(1, Math.abs(slope)));
          }
        });
  }

  private static double slope(DoubleSupplier function, INDArray x, INDArray direction) {
    INDArray middle = x.dup();
    x.addi(direction.mul(STEP));
    double above = function.getAsDouble();
    x.assign(middle).subi(direction.mul(STEP));
    double below = function.getAsDouble();
    x.assign(middle);
    return (above - below) / (2 * STEP);
  }

  /**
   * Numbers drawn uniformly from -1.5 to 1.5.
   *
   * @param random where they come from
   * @param shape the shape
   * @return a double array that belongs to no scope
   */
  public static INDArray random(Random random, long... shape) {
    int length = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    double[] values = random.doubles(length, -1.5, 1.5).toArray();
    INDArray flat = Nd4j.create(values, new long[] {length}, DataType.DOUBLE);
    return Scope.copyDetached(flat.reshape('c', shape));
  }

  private static void checkSlopes(
      String name, INDArray x, INDArray gradients, DoubleSupplier function) {
    for (long i = 0; i < x.length(); i++) {
      long[] at = Shape.ind2subC(x.shape(), i);
      double slope = slope(function, x, at);
      double gradient = gradients.getDouble(at);
      assertThat(Math.abs(gradient - slope))
          .as("%s at %s: gradient %s, slope %s", name, Arrays.toString(at), gradient, slope)
          .isLessThanOrEqualTo(TOLERANCE * Math.max(1, Math.abs(slope)));
    }
  }

  private static double slope(DoubleSupplier function, INDArray x, long[] at) {
    double middle = x.getDouble(at);
    x.putScalar(at, middle + STEP);
    double above = function.getAsDouble();
    x.putScalar(at, middle - STEP);
    double below = function.getAsDouble();
    x.putScalar(at, middle);
    return (above - below) / (2 * STEP);
  }

  private static double weighted(Supplier<Variable> function, INDArray upstream) {
    try (Scope scope = Scope.open();
        NoGrad constant = NoGrad.enter()) {
      INDArray output = function.get().value();
      double sum = 0;
      for (long i = 0; i < output.length(); i++) {
        long[] at = Shape.ind2subC(output.shape(), i);
        sum += output.getDouble(at) * upstream.getDouble(at);
      }
      return sum;
    }
  }

  private static Variable[] leaves(INDArray[] inputs) {
    return Arrays.stream(inputs).map(Variable::leaf).toArray(Variable[]::new);
  }
}
