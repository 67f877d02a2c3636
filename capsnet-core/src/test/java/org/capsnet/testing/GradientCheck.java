package org.capsnet.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.function.Function;
import org.capsnet.autograd.NoGrad;
import org.capsnet.autograd.Scope;
import org.capsnet.autograd.Variable;
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
      for (long i = 0; i < inputs[k].length(); i++) {
        long[] at = Shape.ind2subC(inputs[k].shape(), i);
        double slope = slope(function, inputs, upstream, inputs[k], at);
        double gradient = gradients[k].getDouble(at);
        assertThat(Math.abs(gradient - slope))
            .as("input %d at %s: gradient %s, slope %s", k, Arrays.toString(at), gradient, slope)
            .isLessThanOrEqualTo(TOLERANCE * Math.max(1, Math.abs(slope)));
      }
    }
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

  private static double slope(
      Function<Variable[], Variable> function,
      INDArray[] inputs,
      INDArray upstream,
      INDArray input,
      long[] at) {
    double middle = input.getDouble(at);
    input.putScalar(at, middle + STEP);
    double above = weighted(function, inputs, upstream);
    input.putScalar(at, middle - STEP);
    double below = weighted(function, inputs, upstream);
    input.putScalar(at, middle);
    return (above - below) / (2 * STEP);
  }

  private static double weighted(
      Function<Variable[], Variable> function, INDArray[] inputs, INDArray upstream) {
    try (Scope scope = Scope.open();
        NoGrad constant = NoGrad.enter()) {
      INDArray output = function.apply(leaves(inputs)).value();
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
