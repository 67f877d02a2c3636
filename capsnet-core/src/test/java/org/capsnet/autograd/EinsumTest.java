package org.capsnet.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.capsnet.testing.GradientCheck;
import org.capsnet.testing.Numbers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class EinsumTest {

  private static final String LETTERS = "abcde";

  /** The size of each letter's axis: all differ, so that a mix-up shows. */
  private static final int[] SIZES = {2, 3, 4, 1, 5};

  private final Random random = new Random(5);

  private INDArray operand(String axes) {
    return GradientCheck.random(random, axes.chars().mapToLong(EinsumTest::size).toArray());
  }

  private static long size(int axis) {
    return SIZES[LETTERS.indexOf(axis)];
  }

  private static List<String> inputs(String equation) {
    return List.of(equation.substring(0, equation.indexOf("->")).split(",", -1));
  }

  private static String output(String equation) {
    return equation.substring(equation.indexOf("->") + 2);
  }

  /** The definition: one loop over all letters. */
  private static double[] loops(String equation, INDArray... operands) {
    String output = output(equation);
    double[] result = new double[length(output)];
    int[] at = new int[LETTERS.length()];
    int all = Arrays.stream(SIZES).reduce(1, (a, b) -> a * b);
    String used = String.join("", inputs(equation));
    for (int i = 0; i < all; i++) {
      int rest = i;
      boolean first = true; // letters that no operand has stay at 0
      for (int k = 0; k < at.length; k++) {
        at[k] = rest % SIZES[k];
        rest /= SIZES[k];
        first &= at[k] == 0 || used.indexOf(LETTERS.charAt(k)) >= 0;
      }
      if (first) {
        double product = 1;
        for (int k = 0; k < operands.length; k++) {
          product *= Numbers.of(operands[k])[index(inputs(equation).get(k), at)];
        }
        result[index(output, at)] += product;
      }
    }
    return result;
  }

  private static int length(String axes) {
    return (int) axes.chars().mapToLong(EinsumTest::size).reduce(1, (a, b) -> a * b);
  }

  private static int index(String axes, int... at) {
    int index = 0;
    for (int i = 0; i < axes.length(); i++) {
      int letter = LETTERS.indexOf(axes.charAt(i));
      index = index * SIZES[letter] + at[letter];
    }
    return index;
  }

  private static INDArray value(String equation, INDArray... operands) {
    return Variable.einsum(
            equation, Arrays.stream(operands).map(Variable::constant).toArray(Variable[]::new))
        .value();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "abc,abce->ace", // routing's sum of votes
        "abce,ace->abc", // and its agreement
        "bced,abd->abce", // votes: a batched matrix product
        "abd,bced->abce",
        "abce,bcd->abcd", // summed before the product
        "abe,bce->abce", // votes element by element
        "acbd,cbed->acbe", // one matrix for each pair of two axes
        "ab,bc->ac",
        "ab,bc->ca",
        "ab,ab->",
        "a,b->ba",
        "ab->ba",
        "ab->",
        "ab->ab",
        ",ab->ba",
        "abc,cb->a",
        "abe,bce->cab",
        "d,ad,db->ab",
        "ab,bc,ce->ae",
        "ab,cb,eb->ace",
        "a,ab,ae->be"
      })
  void agreesWithLoopsAndHasTheirGradient(String equation) {
    INDArray[] operands = inputs(equation).stream().map(this::operand).toArray(INDArray[]::new);

    INDArray result = value(equation, operands);

    assertThat(result.shape())
        .containsExactly(output(equation).chars().mapToLong(EinsumTest::size).toArray());
    assertThat(Numbers.of(result)).containsExactly(loops(equation, operands), within(1e-12));
    GradientCheck.check(leaves -> Variable.einsum(equation, leaves), operands);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "abc,abce->ace", // the sum of votes
        "abce,abc->ace",
        "bc,abce->ace", // by the same weights for all samples, which has no kernel
        "abce,ace->abc", // the agreement
        "abde,ac,bcde->acb",
        "ab,a->b",
        "ab,b->a",
        "abc,abc->",
        "abc,abc->ab",
        "cba,ab->c",
        "eabc,ec->eab"
      })
  void inFloatsAgreesWithLoopsAndWithTheGradientInDoubles(String equation) {
    INDArray[] operands = inputs(equation).stream().map(this::operand).toArray(INDArray[]::new);
    Variable[] doubles = leaves(DataType.DOUBLE, operands);
    Variable[] floats = leaves(DataType.FLOAT, operands);

    Variable result = Variable.einsum(equation, floats);
    result.square().sum().backward();
    Variable.einsum(equation, doubles).square().sum().backward();

    assertThat(Numbers.of(result.value())).containsExactly(loops(equation, operands), within(1e-5));
    for (int k = 0; k < floats.length; k++) {
      assertThat(Numbers.of(floats[k].gradient()))
          .containsExactly(Numbers.of(doubles[k].gradient()), within(1e-4));
    }
  }

  private static Variable[] leaves(DataType type, INDArray... operands) {
    return Arrays.stream(operands).map(o -> Variable.leaf(o.castTo(type))).toArray(Variable[]::new);
  }

  @Property(tries = 200, seed = "1")
  void agreesWithLoopsWhateverTheEquation(@ForAll @LongRange(min = 0, max = 1000) long seed) {
    agreesWithLoops(seed, DataType.DOUBLE, 1e-11);
  }

  @Property(tries = 200, seed = "2")
  void agreesInFloatsTooWhateverTheEquation(@ForAll @LongRange(min = 0, max = 1000) long seed) {
    agreesWithLoops(seed, DataType.FLOAT, 1e-3);
  }

  private void agreesWithLoops(long seed, DataType type, double tolerance) {
    Random draw = new Random(seed);
    List<String> inputs = new ArrayList<>();
    for (int k = 0; k <= draw.nextInt(3); k++) {
      inputs.add(letters(draw, LETTERS));
    }
    String known = String.join("", inputs);
    String output =
        letters(draw, known.chars().distinct().mapToObj(Character::toString).collect(joined()));
    String equation = String.join(",", inputs) + "->" + output;
    INDArray[] operands =
        inputs.stream().map(axes -> operand(axes).castTo(type)).toArray(INDArray[]::new);

    assertThat(Numbers.of(value(equation, operands)))
        .as(equation)
        .containsExactly(loops(equation, operands), within(tolerance));
  }

  /** Some of the letters, in any order. */
  private static String letters(Random draw, String of) {
    List<Integer> order = new ArrayList<>(IntStream.range(0, of.length()).boxed().toList());
    Collections.shuffle(order, draw);
    return order.stream()
        .limit(of.isEmpty() ? 0 : draw.nextInt(of.length() + 1))
        .map(i -> Character.toString(of.charAt(i)))
        .collect(joined());
  }

  private static Collector<CharSequence, ?, String> joined() {
    return Collectors.joining();
  }

  @Test
  void takesFloatsAndBlanks() {
    INDArray a = operand("ab").castTo(DataType.FLOAT);
    INDArray b = operand("bc").castTo(DataType.FLOAT);

    INDArray result = value(" a b, b c -> a c ", a, b);

    assertThat(result.dataType()).isEqualTo(DataType.FLOAT);
    assertThat(Numbers.of(result)).containsExactly(loops("ab,bc->ac", a, b), within(1e-5));
  }

  @Test
  void leavesOutTheGradientsThatNobodyWants() {
    Variable a = Variable.leaf(operand("ab"));
    Variable b = Variable.constant(operand("bc"));

    Variable.einsum("ab,bc->ac", a, b).sum().backward();

    assertThat(a.hasGradient()).isTrue();
    assertThat(b.hasGradient()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ab,bc | einsum \"ab,bc\": expected operands and result joined by ->",
        "aab,bc->ac | einsum \"aab,bc->ac\": expected distinct letters, got aab",
        "ab,b1->a | einsum \"ab,b1->a\": expected distinct letters, got b1",
        "ab,bc->aa | einsum \"ab,bc->aa\": expected distinct letters, got aa",
        "ab,bc->ax | einsum \"ab,bc->ax\": no operand has the result's x",
        "ab->a | einsum \"ab->a\": expected 1 operands, got 2",
        "ab,cb->a | einsum \"ab,cb->a\", operand 2: expected [c, 3], got [3, 4]",
        "ab,abc->a | einsum \"ab,abc->a\", operand 2: expected [2, 3, c], got [3, 4]"
      })
  void saysWhatDoesNotFit(String equation, String message) {
    INDArray a = operand("ab");
    INDArray b = operand("bc");

    assertThatThrownBy(() -> value(equation, a, b))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void refusesOperandsOfTwoTypes() {
    assertThatThrownBy(() -> value("a,a->a", Nd4j.ones(2), Nd4j.ones(DataType.DOUBLE, 2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("einsum \"a,a->a\", operand 2: expected FLOAT, got DOUBLE");
  }

  @Test
  void saysWhatIsNull() {
    Variable one = Variable.constant(Nd4j.ones(2));
    assertThatThrownBy(() -> Variable.einsum(null, one)).hasMessage("equation");
    assertThatThrownBy(() -> Variable.einsum("a,a->a", one, null))
        .hasMessage("einsum \"a,a->a\", operand 2");
  }
}
