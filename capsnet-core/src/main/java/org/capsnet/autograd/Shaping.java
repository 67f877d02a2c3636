package org.capsnet.autograd;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Operations that move elements without changing them; reached through {@link Variable}. */
final class Shaping {

  private Shaping() {}

  static Variable reshape(Variable x, long... shape) {
    long[] full = infer(x.value(), shape);
    return Variable.of(
        "reshape",
        x.value().reshape('c', full),
        (g, needed) -> new INDArray[] {g.reshape('c', x.shape())},
        x);
  }

  /** Replaces a -1 in a shape by what is left for it. */
  private static long[] infer(INDArray x, long... shape) {
    // Loops, not streams: a prediction reshapes a dozen times, and each would leave garbage.
    long known = 1;
    int open = 0;
    boolean positive = true;
    for (long n : shape) {
      open += n == -1 ? 1 : 0;
      known *= n == -1 ? 1 : n;
      positive &= n == -1 || n > 0;
    }
    boolean fits =
        open == 0 ? known == x.length() : open == 1 && known > 0 && x.length() % known == 0;
    if (!positive || !fits) {
      throw new IllegalArgumentException(
          "reshape: expected a shape of the "
              + x.length()
              + " elements of "
              + Arrays.toString(x.shape())
              + ", got "
              + Arrays.toString(shape));
    }
    long[] full = shape.clone();
    for (int i = 0; i < full.length; i++) {
      full[i] = full[i] == -1 ? x.length() / known : full[i];
    }
    return full;
  }

  static Variable permute(Variable x, int... axes) {
    int[] from = Arrays.stream(axes).map(a -> Shapes.axis(a, x.rank())).toArray();
    if (from.length != x.rank() || Arrays.stream(from).distinct().count() < from.length) {
      throw new IllegalArgumentException(
          "permute: expected each of " + x.rank() + " axes once, got " + Arrays.toString(axes));
    }
    int[] back = new int[from.length];
    IntStream.range(0, from.length).forEach(i -> back[from[i]] = i);
    return Variable.of(
        new Operation("permute", "axes", from),
        x.value().permute(from),
        (g, needed) -> new INDArray[] {g.permute(back)},
        x);
  }

  static Variable transpose(Variable x, int axis, int other) {
    int[] axes = IntStream.range(0, x.rank()).toArray();
    int a = Shapes.axis(axis, x.rank());
    int b = Shapes.axis(other, x.rank());
    axes[a] = b;
    axes[b] = a;
    return permute(x, axes);
  }

  static Variable slice(Variable x, int axis, long from, long to) {
    int along = Shapes.axis(axis, x.rank());
    if (from < 0 || from >= to || to > x.size(along)) {
      throw new IllegalArgumentException(
          "slice: expected 0 <= from < to <= " + x.size(along) + ", got " + from + " to " + to);
    }
    return Variable.of(
        new Operation("slice", Map.of("axis", along, "from", from, "to", to)),
        Raw.slice(x.value(), along, from, to),
        (g, needed) -> {
          INDArray whole = Raw.zerosLike(x.value());
          Raw.slice(whole, along, from, to).assign(g);
          return new INDArray[] {whole};
        },
        x);
  }

  static Variable concat(int axis, Variable... parts) {
    if (parts.length == 0) {
      throw new IllegalArgumentException("concat: expected at least 1 part, got 0");
    }
    INDArray first = parts[0].value();
    int along = Shapes.axis(axis, first.rank());
    Object[] expected = Arrays.stream(first.shape()).boxed().toArray();
    expected[along] = "any";
    for (int i = 0; i < parts.length; i++) {
      Shapes.require("part " + i, parts[i].value(), expected);
      Shapes.requireType("part " + i, parts[i].value(), first.dataType());
    }
    INDArray[] values = Arrays.stream(parts).map(Variable::value).toArray(INDArray[]::new);
    return Variable.of(
        new Operation("concat", "axis", along),
        Nd4j.concat(along, values),
        (g, needed) -> cut(g, along, values),
        parts);
  }

  private static INDArray[] cut(INDArray whole, int axis, INDArray... like) {
    INDArray[] parts = new INDArray[like.length];
    long from = 0;
    for (int i = 0; i < like.length; i++) {
      long to = from + like[i].size(axis);
      parts[i] = Raw.slice(whole, axis, from, to);
      from = to;
    }
    return parts;
  }
}
