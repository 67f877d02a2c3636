package org.capsnet.autograd;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;

/**
 * Sums of products of elements, written with a letter for each axis; reached through {@link
 * Variable#einsum}. It is made of the other operations, and so are its gradients: two operands
 * become a matrix product where both have axes that the other lacks beside those summed over, and
 * else a product element by element, which for a matrix and a vector is the faster of the two.
 * Those by which votes are routed, and others of such axes, have a kernel ({@link VoteSums}).
 */
final class Einsum {

  private static final String ARROW = "->";

  private Einsum() {}

  static Variable einsum(String equation, Variable... operands) {
    Parsed parsed = Parsed.of(Objects.requireNonNull(equation, "equation"));
    parsed.require(operands);
    Term sum = new Term(parsed.inputs().get(0), operands[0]);
    for (int k = 1; k < operands.length; k++) {
      Term next = new Term(parsed.inputs().get(k), operands[k]);
      sum = product(sum, next, parsed.neededAfter(k));
    }
    return sum.sumBut(parsed.output()).inOrder(parsed.output());
  }

  /** The product of two terms, summed over the axes that are not needed any more. */
  private static Term product(Term first, Term second, String needed) {
    Term a = first.sumBut(second.axes() + needed);
    Term b = second.sumBut(first.axes() + needed);
    String shared = where(a.axes(), b::has);
    String summed = where(shared, axis -> needed.indexOf(axis) < 0);
    String onlyA = where(a.axes(), axis -> !b.has(axis));
    String onlyB = where(b.axes(), axis -> !a.has(axis));
    if (summed.isEmpty()) {
      return elementwise(a, b, onlyB, needed);
    }
    if (onlyA.isEmpty() || onlyB.isEmpty()) {
      return (onlyB.isEmpty() ? a.summedWith(b, needed) : b.summedWith(a, needed))
          .orElseGet(() -> elementwise(a, b, onlyB, needed).sumBut(needed));
    }
    String batch = where(shared, axis -> needed.indexOf(axis) >= 0);
    String inOrder = where(needed, axis -> a.has(axis) || b.has(axis));
    boolean rowsFirst = !batch.isEmpty() && inOrder.equals(onlyA + batch + onlyB);
    return matrixProduct(a, b, batch, onlyA, summed, onlyB, rowsFirst);
  }

  private static Term elementwise(Term a, Term b, String onlyB, String needed) {
    // The larger operand keeps its order, so that it is not moved in memory.
    boolean swap = b.axes().length() > a.axes().length();
    String usual = swap ? b.axes() + where(a.axes(), axis -> !b.has(axis)) : a.axes() + onlyB;
    String wanted = where(needed, axis -> usual.indexOf(axis) >= 0);
    boolean asWanted =
        wanted.length() == usual.length()
            && where(wanted, a::has).equals(a.axes())
            && where(wanted, b::has).equals(b.axes());
    String axes = asWanted ? wanted : usual;
    return new Term(axes, a.spread(axes).times(b.spread(axes)));
  }

  /**
   * Of a matrix for each place of the batch. Where the result is wanted with its rows first, it is
   * made so, also in memory: votes of a matrix for each input capsule are, as routing reads them.
   */
  private static Term matrixProduct(
      Term a, Term b, String batch, String rows, String summed, String columns, boolean rowsFirst) {
    long[] matrices = rowsFirst ? new long[] {product(a.sizes(batch))} : a.sizes(batch);
    long depth = product(a.sizes(summed));
    Variable left =
        a.inOrder(batch + rows + summed).reshape(append(matrices, product(a.sizes(rows)), depth));
    Variable right =
        b.inOrder(batch + summed + columns)
            .reshape(append(matrices, depth, product(b.sizes(columns))));
    Variable product = rowsFirst ? Products.rowsFirst(left, right) : left.matmul(right);
    String leading = rowsFirst ? rows + batch : batch + rows;
    return new Term(leading + columns, product.reshape(append(a.sizes(leading), b.sizes(columns))));
  }

  private static long[] append(long[] to, long... more) {
    long[] all = Arrays.copyOf(to, to.length + more.length);
    System.arraycopy(more, 0, all, to.length, more.length);
    return all;
  }

  private static long product(long... sizes) {
    return Arrays.stream(sizes).reduce(1, Math::multiplyExact);
  }

  /** The letters that fulfil a condition, in their order. */
  private static String where(String letters, IntPredicate condition) {
    return letters
        .chars()
        .filter(condition)
        .mapToObj(Character::toString)
        .collect(Collectors.joining());
  }

  /** A variable and the letters of its axes. */
  private record Term(String axes, Variable x) {

    boolean has(int axis) {
      return axes.indexOf(axis) >= 0;
    }

    long[] sizes(String of) {
      return of.chars().mapToLong(axis -> x.size(axes.indexOf(axis))).toArray();
    }

    /** Summed over all axes but these. */
    Term sumBut(String kept) {
      String rest = where(axes, axis -> kept.indexOf(axis) >= 0);
      int[] over = where(axes, axis -> kept.indexOf(axis) < 0).chars().map(axes::indexOf).toArray();
      return over.length == 0 ? this : new Term(rest, x.sum(over));
    }

    /** The product with what has some of these axes, summed, if there is a kernel for it. */
    Optional<Term> summedWith(Term part, String needed) {
      String kinds =
          axes.chars()
              .mapToObj(axis -> Character.toString(kind(axis, part, needed)))
              .collect(Collectors.joining());
      String kept = where(axes, axis -> kind(axis, part, needed) != VoteSums.SUMMED);
      return VoteSums.of(x, kinds, part.inOrder(where(axes, part::has)))
          .map(sum -> new Term(kept, sum));
    }

    private static char kind(int axis, Term part, String needed) {
      if (!part.has(axis)) {
        return VoteSums.OWN;
      }
      return needed.indexOf(axis) < 0 ? VoteSums.SUMMED : VoteSums.KEPT;
    }

    /** With the same axes in another order. */
    Variable inOrder(String order) {
      return order.equals(axes) ? x : x.permute(order.chars().map(axes::indexOf).toArray());
    }

    /** In another order, with axes of size 1 where this has none. */
    Variable spread(String order) {
      Variable moved = inOrder(where(order, this::has));
      long[] shape =
          order.chars().mapToLong(axis -> has(axis) ? x.size(axes.indexOf(axis)) : 1).toArray();
      return shape.length == axes.length() ? moved : moved.reshape(shape);
    }
  }

  /** An equation, taken apart and checked. */
  private record Parsed(String equation, List<String> inputs, String output) {

    static Parsed of(String equation) {
      String text = equation.replace(" ", "");
      int arrow = text.indexOf(ARROW);
      if (arrow < 0) {
        throw fault(equation, "expected operands and result joined by ->");
      }
      List<String> inputs = List.of(text.substring(0, arrow).split(",", -1));
      String output = text.substring(arrow + ARROW.length());
      for (String axes : inputs) {
        requireLetters(equation, axes);
      }
      requireLetters(equation, output);
      String known = String.join("", inputs);
      String unknown = where(output, axis -> known.indexOf(axis) < 0);
      if (!unknown.isEmpty()) {
        throw fault(equation, "no operand has the result's " + unknown);
      }
      return new Parsed(equation, inputs, output);
    }

    private static void requireLetters(String equation, String axes) {
      boolean letters =
          axes.chars().allMatch(c -> (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'));
      if (!letters || axes.chars().distinct().count() < axes.length()) {
        throw fault(equation, "expected distinct letters, got " + axes);
      }
    }

    private static IllegalArgumentException fault(String equation, String what) {
      return new IllegalArgumentException("einsum \"" + equation + "\": " + what);
    }

    /** Requires an operand for each term, and one size for each letter. */
    void require(Variable... operands) {
      if (operands.length != inputs.size()) {
        throw fault(equation, "expected " + inputs.size() + " operands, got " + operands.length);
      }
      Map<Integer, Object> sizes = new HashMap<>();
      for (int k = 0; k < operands.length; k++) {
        String axes = inputs.get(k);
        Object[] expected =
            axes.chars().mapToObj(c -> sizes.getOrDefault(c, Character.toString(c))).toArray();
        String name = "einsum \"%s\", operand %d".formatted(equation, k + 1);
        Objects.requireNonNull(operands[k], name);
        Shapes.require(name, operands[k].value(), expected);
        Shapes.requireType(name, operands[k].value(), operands[0].dataType());
        for (int i = 0; i < axes.length(); i++) {
          sizes.put((int) axes.charAt(i), operands[k].size(i));
        }
      }
    }

    /** The letters that the result and the operands after the k-th have. */
    String neededAfter(int k) {
      return output + String.join("", inputs.subList(k + 1, inputs.size()));
    }
  }
}
