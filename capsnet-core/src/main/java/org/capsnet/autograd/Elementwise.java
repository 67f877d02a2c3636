package org.capsnet.autograd;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Operations that work element by element, with broadcasting; reached through {@link Variable}. */
final class Elementwise {

  private Elementwise() {}

  static Variable plus(Variable a, Variable b) {
    return Variable.of(
        "plus",
        a.value().add(b.value()),
        (g, needed) ->
            new INDArray[] {
              needed[0] ? sumTo(g, a.shape()) : null, needed[1] ? sumTo(g, b.shape()) : null
            },
        a,
        b);
  }

  static Variable times(Variable a, Variable b) {
    return Variable.of(
        "times",
        a.value().mul(b.value()),
        (g, needed) ->
            new INDArray[] {
              needed[0] ? sumTo(g.mul(b.value()), a.shape()) : null,
              needed[1] ? sumTo(g.mul(a.value()), b.shape()) : null
            },
        a,
        b);
  }

  static Variable exp(Variable x) {
    INDArray y = Transforms.exp(x.value(), true);
    return Variable.of("exp", y, (g, needed) -> new INDArray[] {g.mul(y)}, x);
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
    return gradient.sum(true, axes).reshape(shape);
  }
}
