package org.capsnet.autograd;

import java.util.Arrays;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.capsnet.kernel.Kernels;
import org.capsnet.kernel.RectifierKernel;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.scalar.LeakyReLU;
import org.nd4j.linalg.api.ops.impl.scalar.Step;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Elementwise operations with broadcasting; reached through {@link Variable}. */
final class Elementwise {

  private Elementwise() {}

  // ---------------------------------------------------------------- of two variables

  static Variable plus(Variable a, Variable b) {
    return binary("plus", a, b, INDArray::add, g -> g, g -> g);
  }

  static Variable minus(Variable a, Variable b) {
    return binary("minus", a, b, INDArray::sub, g -> g, INDArray::neg);
  }

  static Variable times(Variable a, Variable b) {
    return binary("times", a, b, INDArray::mul, g -> g.mul(b.value()), g -> g.mul(a.value()));
  }

  static Variable dividedBy(Variable a, Variable b) {
    return binary(
        "dividedBy",
        a,
        b,
        INDArray::div,
        g -> g.div(b.value()),
        g -> g.mul(a.value()).divi(b.value()).divi(b.value()).negi());
  }

  private static Variable binary(
      String name,
      Variable a,
      Variable b,
      BinaryOperator<INDArray> forward,
      UnaryOperator<INDArray> ofA,
      UnaryOperator<INDArray> ofB) {
    Shapes.requireBroadcastable(name, b.value(), a.value());
    Shapes.requireType(name, b.value(), a.dataType());
    return Variable.of(
        name,
        forward.apply(a.value(), b.value()),
        (g, needed) ->
            new INDArray[] {
              needed[0] ? sumTo(ofA.apply(g), a.shape()) : null,
              needed[1] ? sumTo(ofB.apply(g), b.shape()) : null
            },
        a,
        b);
  }

  /** Sums a gradient over the axes along which its operand was broadcast. */
  static INDArray sumTo(INDArray gradient, long[] shape) {
    if (Arrays.equals(gradient.shape(), shape)) {
      return gradient;
    }
    int lead = gradient.rank() - shape.length;
    int[] axes =
        IntStream.range(0, gradient.rank())
            .filter(i -> i < lead || (shape[i - lead] == 1 && gradient.size(i) != 1))
            .toArray();
    INDArray sum = axes.length == 0 ? gradient : gradient.sum(true, axes);
    return sum.reshape('c', shape);
  }

  // ---------------------------------------------------------------- of one variable

  /** ND4J takes another number, 1e-5, for one that is none. */
  private static void requireNumber(String operation, double number) {
    if (Double.isNaN(number)) {
      throw new IllegalArgumentException(operation + ": expected a number, got NaN");
    }
  }

  static Variable plus(Variable x, double number) {
    requireNumber("plus", number);
    return unary(by("plus", number), x, x.value().add(number), g -> g);
  }

  static Variable times(Variable x, double number) {
    requireNumber("times", number);
    return unary(by("times", number), x, x.value().mul(number), g -> g.mul(number));
  }

  static Variable dividedBy(Variable x, double number) {
    requireNumber("dividedBy", number);
    return unary(by("dividedBy", number), x, x.value().div(number), g -> g.div(number));
  }

  static Variable negate(Variable x) {
    return unary("negate", x, x.value().neg(), INDArray::neg);
  }

  static Variable exp(Variable x) {
    INDArray y = Transforms.exp(x.value(), true);
    return unary("exp", x, y, g -> g.mul(y));
  }

  static Variable log(Variable x) {
    return unary("log", x, Transforms.log(x.value(), true), g -> g.div(x.value()));
  }

  static Variable sqrt(Variable x) {
    INDArray y = Transforms.sqrt(x.value(), true);
    return unary("sqrt", x, y, g -> g.div(y).divi(2));
  }

  static Variable square(Variable x) {
    return unary("square", x, x.value().mul(x.value()), g -> g.mul(x.value()).muli(2));
  }

  static Variable pow(Variable x, double exponent) {
    requireNumber("pow", exponent);
    return unary(
        new Operation("pow", "exponent", exponent),
        x,
        Transforms.pow(x.value(), exponent, true),
        // 0 times the infinite slope of x^-1 at 0 would be NaN.
        g ->
            exponent == 0
                ? Raw.zerosLike(g)
                : Transforms.pow(x.value(), exponent - 1, true).muli(exponent).muli(g));
  }

  static Variable abs(Variable x) {
    return unary(
        "abs",
        x,
        Transforms.abs(x.value(), true),
        g -> sloped(x.value(), Transforms.sign(x.value(), true), g));
  }

  static Variable relu(Variable x) {
    INDArray y = Transforms.relu(x.value(), true);
    return unary("relu", x, y, g -> reluGradient(y, g));
  }

  /** The upstream gradient where the result y of a rectifier is positive, else 0; at NaN, NaN. */
  static INDArray reluGradient(INDArray y, INDArray g) {
    boolean fused = Kernels.fused(y, g) && Shapes.isDense(y) && Shapes.isDense(g);
    return fused ? RectifierKernel.gradient(y, g) : sloped(y, positive(y), g);
  }

  static Variable leakyRelu(Variable x, double slope) {
    INDArray y = x.value().ulike();
    Nd4j.exec(new LeakyReLU(x.value(), y, slope));
    return unary(
        new Operation("leakyRelu", "slope", slope),
        x,
        y,
        g -> sloped(x.value(), positive(x.value()).muli(1 - slope).addi(slope), g));
  }

  static Variable sigmoid(Variable x) {
    INDArray y = Transforms.sigmoid(x.value(), true);
    return unary("sigmoid", x, y, g -> y.rsub(1).muli(y).muli(g));
  }

  static Variable tanh(Variable x) {
    INDArray y = Transforms.tanh(x.value(), true);
    return unary("tanh", x, y, g -> y.mul(y).rsubi(1).muli(g));
  }

  static Variable clamp(Variable x, double min, double max) {
    if (!(min <= max)) {
      throw new IllegalArgumentException("clamp: expected min <= max, got " + min + ", " + max);
    }
    INDArray y = x.value().dup();
    Values.clampInPlace(y, min, max);
    return unary(
        new Operation("clamp", Map.of("min", min, "max", max)),
        x,
        y,
        g -> sloped(y, x.value().eq(y).castTo(g.dataType()), g));
  }

  /** The slope, which is used up, times the upstream gradient; NaN where what it is of is. */
  private static INDArray sloped(INDArray of, INDArray slope, INDArray g) {
    return Values.carryNaN(of, slope).muli(g);
  }

  /** 1 where an element is positive, else 0; so at NaN. */
  private static INDArray positive(INDArray x) {
    INDArray y = x.ulike();
    Nd4j.exec(new Step(x, y));
    return y;
  }

  private static Operation by(String name, double number) {
    return new Operation(name, "number", number);
  }

  private static Variable unary(
      String name, Variable x, INDArray value, UnaryOperator<INDArray> backward) {
    return unary(new Operation(name), x, value, backward);
  }

  private static Variable unary(
      Operation operation, Variable x, INDArray value, UnaryOperator<INDArray> backward) {
    return Variable.of(operation, value, (g, needed) -> new INDArray[] {backward.apply(g)}, x);
  }
}
