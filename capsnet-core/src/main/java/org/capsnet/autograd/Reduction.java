package org.capsnet.autograd;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Sums, means, maxima and softmax along axes; reached through {@link Variable}. */
final class Reduction {

  private Reduction() {}

  static Variable sum(Variable x, boolean keepAxes, int... axes) {
    int[] over = axes(x, axes);
    INDArray kept = over.length == 0 ? x.value() : x.value().sum(true, over);
    return Variable.of(
        along("sum", keepAxes, over),
        drop(kept, keepAxes, over),
        (g, needed) -> new INDArray[] {spread(g, kept.shape(), x.shape())},
        x);
  }

  static Variable mean(Variable x, boolean keepAxes, int... axes) {
    long count = Arrays.stream(axes(x, axes)).mapToLong(x::size).reduce(1, (a, b) -> a * b);
    return sum(x, keepAxes, axes).dividedBy((double) count);
  }

  static Variable max(Variable x, boolean keepAxes, int... axes) {
    int[] over = axes(x, axes);
    INDArray kept = over.length == 0 ? x.value() : max(x.value(), over);
    return Variable.of(
        along("max", keepAxes, over),
        drop(kept, keepAxes, over),
        (g, needed) -> {
          INDArray largest = x.value().eq(spread(kept, kept.shape(), x.shape()));
          INDArray share = largest.castTo(g.dataType());
          INDArray ties = over.length == 0 ? share : share.sum(true, over);
          return new INDArray[] {share.muli(g.reshape('c', kept.shape()).div(ties))};
        },
        x);
  }

  static Variable softmax(Variable x, int axis) {
    int over = Shapes.axis(axis, x.rank());
    // Not ND4J's softmax, which in double of rank 3 and above takes 0 for the largest of numbers
    // that are all negative: 0 / 0 from -746 on.
    INDArray y = Transforms.exp(belowTheLargest(x.value(), over), false);
    y.divi(y.sum(true, over));
    return Variable.of(
        new Operation("softmax", "axis", over),
        y,
        (g, needed) -> {
          INDArray mean = g.mul(y).sum(true, over);
          return new INDArray[] {g.sub(mean).muli(y)};
        },
        x);
  }

  static Variable logSoftmax(Variable x, int axis) {
    int over = Shapes.axis(axis, x.rank());
    // Not ND4J's log_softmax, which takes the logarithm of a softmax that may be 0.
    INDArray shifted = belowTheLargest(x.value(), over);
    INDArray total = Transforms.exp(shifted, true).sum(true, over);
    INDArray y = shifted.subi(Transforms.log(total, false));
    return Variable.of(
        new Operation("logSoftmax", "axis", over),
        y,
        (g, needed) -> {
          INDArray probability = Transforms.exp(y, true);
          return new INDArray[] {g.sub(probability.muli(g.sum(true, over)))};
        },
        x);
  }

  private static Operation along(String name, boolean keepAxes, int... axes) {
    return new Operation(name, Map.of("keepAxes", keepAxes, "axes", axes));
  }

  private static INDArray max(INDArray x, int... over) {
    return Values.carryNaNOver(x, x.max(true, over), over);
  }

  /** How far each number is from the largest along its axis. */
  private static INDArray belowTheLargest(INDArray x, int over) {
    return x.sub(x.max(true, over));
  }

  /** The axes counted from the first, in order; all of them where none is given. */
  private static int[] axes(Variable x, int... axes) {
    if (axes.length == 0) {
      return IntStream.range(0, x.rank()).toArray();
    }
    int[] sorted = Arrays.stream(axes).map(a -> Shapes.axis(a, x.rank())).sorted().toArray();
    if (Arrays.stream(sorted).distinct().count() < sorted.length) {
      throw new IllegalArgumentException(
          "axes: expected each axis once, got " + Arrays.toString(axes));
    }
    return sorted;
  }

  private static INDArray drop(INDArray kept, boolean keepAxes, int... axes) {
    if (keepAxes) {
      return kept;
    }
    long[] rest =
        IntStream.range(0, kept.rank())
            .filter(i -> Arrays.binarySearch(axes, i) < 0)
            .mapToLong(kept::size)
            .toArray();
    return kept.reshape('c', rest);
  }

  /** Repeats what was reduced over the shape that it was reduced from. */
  private static INDArray spread(INDArray reduced, long[] keptShape, long[] shape) {
    return Raw.broadcast(reduced.reshape('c', keptShape), shape);
  }
}
