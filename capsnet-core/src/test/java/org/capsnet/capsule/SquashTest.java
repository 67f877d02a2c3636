package org.capsnet.capsule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.DoubleStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.capsnet.autograd.Variable;
import org.capsnet.testing.FusedKernels;
import org.capsnet.testing.Golden;
import org.capsnet.testing.GradientCheck;
import org.capsnet.testing.Numbers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class SquashTest {

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void agreesWithGoldenValues(DataType type) {
    Golden golden = Golden.read("squash");
    Variable s = Variable.leaf(golden.get("s", type));
    Variable v = new SabourSquash().squash(s);
    golden.assertClose("v", v.value());
    v.backward(golden.get("upstream", type));
    golden.assertClose("s_grad", s.gradient());
  }

  @Test
  void hasTheGradientOfItsSlope() {
    GradientCheck.check(
        x -> new SabourSquash().squash(x[0]), GradientCheck.random(new Random(1), 3, 4, 5));
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1", "1, 7, 3", "3, 700, 8", "2, 5, 17"})
  void fusedKernelAgreesWithItsTwin(long batch, long n, long dim) {
    assertAgree("squash", new SabourSquash(), SabourSquash::plain, batch, n, dim);
    assertAgree(
        "exponentialSquash", new ExponentialSquash(), ExponentialSquash::plain, batch, n, dim);
  }

  private static void assertAgree(
      String name, Squash squash, UnaryOperator<Variable> plain, long... shape) {
    FusedKernels.assumeUsed();
    INDArray s = GradientCheck.random(new Random(2), shape);
    INDArray g = GradientCheck.random(new Random(3), shape);
    s.slice(0).getRow(0).assign(0);
    Variable twin = Variable.leaf(s);
    Variable expected = plain.apply(twin);
    expected.backward(g);
    Variable fused = Variable.leaf(s.castTo(DataType.FLOAT));
    Variable v = squash.squash(fused);
    v.backward(g.castTo(DataType.FLOAT));
    assertThat(v.operation()).isEqualTo(name);
    assertThat(difference(v.value(), expected.value())).isLessThan(1e-6);
    assertThat(difference(fused.gradient(), twin.gradient())).isLessThan(1e-6);
  }

  /** Permuted, and with an offset: what a slice of a batch is. */
  @Test
  void takesAViewAsItsCopy() {
    INDArray s = GradientCheck.random(new Random(4), 4, 3, 6).castTo(DataType.FLOAT);
    INDArray g = GradientCheck.random(new Random(5), 4, 3, 6).castTo(DataType.FLOAT);
    for (UnaryOperator<INDArray> view :
        List.<UnaryOperator<INDArray>>of(
            a -> a.permute(1, 0, 2),
            a -> a.get(NDArrayIndex.interval(2, 4), NDArrayIndex.all(), NDArrayIndex.all()),
            a -> a.slice(3))) {
      Variable ofView = Variable.leaf(view.apply(s));
      Variable ofCopy = Variable.leaf(view.apply(s).dup('c'));
      Variable v = new SabourSquash().squash(ofView);
      Variable w = new SabourSquash().squash(ofCopy);
      assertThat(v.value()).isEqualTo(w.value());
      v.backward(view.apply(g));
      w.backward(view.apply(g).dup('c'));
      assertThat(ofView.gradient()).isEqualTo(ofCopy.gradient());
    }
  }

  @Property(tries = 200, seed = "1")
  void keepsTheDirectionAndALengthBelowOne(
      @ForAll @Size(min = 1, max = 20) List<@DoubleRange(min = -300, max = 300) Double> s) {
    INDArray in = Nd4j.createFromArray(s.toArray(Double[]::new)).reshape(1, s.size());
    for (DataType type : new DataType[] {DataType.FLOAT, DataType.DOUBLE}) {
      INDArray v = new SabourSquash().squash(Variable.constant(in.castTo(type))).value();
      double length = v.norm2Number().doubleValue();
      double before = in.norm2Number().doubleValue();
      assertThat(length).isLessThan(1);
      for (int d = 0; d < s.size(); d++) {
        assertThat(v.getDouble(0, d) * before).isCloseTo(s.get(d) * length, within(1e-5 * before));
      }
    }
  }

  /** In both types, with ε and rounding: what takes lengths for probabilities refuses more. */
  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void theLengthOfLongVectorsIsAProbability(DataType type) {
    INDArray s = GradientCheck.random(new Random(6), 1, 500, 99).muli(1e6).castTo(type);
    Variable leaf = Variable.leaf(s);
    Variable pose = new SabourSquash().squash(leaf);
    Variable activation = Capsules.ofLength(pose).activation();
    double[] lengths = Numbers.of(activation.value());
    assertThat(DoubleStream.of(lengths)).allMatch(length -> length > 1 - 1e-6 && length <= 1);
    assertThat(DoubleStream.of(Numbers.of(pose.norm(false, 1e-8, -1).value())))
        .anyMatch(length -> length > 1);
    activation.backward(Nd4j.ones(type, 1, 500));
    assertThat(DoubleStream.of(Numbers.of(leaf.gradient()))).allMatch(Double::isFinite);

    Variable grid = pose.permute(0, 2, 1).reshape(1, 1, 99, 20, 25);
    assertThat(DoubleStream.of(Numbers.of(Capsules.ofLength(grid).activation().value())))
        .allMatch(length -> length > 1 - 1e-6 && length <= 1);
  }

  /** Plain floats too: their squares are infinite from 1.8e19 on, and 0 from 1e-23 down. */
  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void theTwinTakesVectorsOfAnyLength(DataType type) {
    for (double magnitude : new double[] {0, 1e-30, 1e-10, 1, 1e8, 1e10, 1e19, 1e37}) {
      INDArray s = GradientCheck.random(new Random(7), 30, 5).muli(magnitude);
      INDArray g = GradientCheck.random(new Random(8), 30, 5);
      s.putScalar(new int[] {3, 3}, Double.NaN);
      Variable exact = Variable.leaf(s.castTo(DataType.FLOAT));
      Variable expected = new SabourSquash().squash(exact);
      expected.backward(g.castTo(DataType.FLOAT));
      Variable twin = Variable.leaf(s.castTo(type));
      Variable v = SabourSquash.plain(twin);
      v.backward(g.castTo(type));
      assertThat(Numbers.difference(v.value(), expected.value()))
          .as("%s", magnitude)
          .isLessThanOrEqualTo(1e-6);
      assertThat(Numbers.difference(twin.gradient(), exact.gradient()))
          .as("%s", magnitude)
          .isLessThanOrEqualTo(1e-5 * Numbers.size(exact.gradient()) + 1e-30);
    }
  }

  private static double difference(INDArray a, INDArray b) {
    return Numbers.difference(a, b);
  }

  @Test
  void exponentialSquashIsItsFormula() {
    INDArray s = GradientCheck.random(new Random(12), 3, 4, 5);
    s.slice(0).getRow(1).assign(0);
    INDArray v = new ExponentialSquash().squash(Variable.constant(s)).value();
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 4; j++) {
        INDArray from = s.slice(i).getRow(j);
        double n = Math.sqrt(from.mul(from).sumNumber().doubleValue() + 1e-8);
        for (int d = 0; d < 5; d++) {
          assertThat(v.getDouble(i, j, d))
              .isCloseTo((1 - Math.exp(-n)) * from.getDouble(d) / n, within(1e-15));
        }
      }
    }
    GradientCheck.check(
        x -> new ExponentialSquash().squash(x[0]), GradientCheck.random(new Random(12), 3, 4, 5));
    Variable zero = Variable.leaf(Nd4j.zeros(DataType.DOUBLE, 1, 2));
    new ExponentialSquash().squash(zero).sum().backward();
    assertThat(zero.gradient().getDouble(0, 1)).isCloseTo(1, within(1e-4));
  }

  /** From vectors whose squares are nothing in floats to those whose squares are infinite. */
  @ParameterizedTest
  @ValueSource(doubles = {1e-30, 1e-6, 1e-3, 1, 30, 1e4, 1e10, 1e19, 1e30})
  void exponentialSquashOfAnyMagnitude(double magnitude) {
    INDArray s = GradientCheck.random(new Random(13), 6, 5).muli(magnitude);
    INDArray upstream = GradientCheck.random(new Random(14), 6, 5);
    Variable exact = Variable.leaf(s.castTo(DataType.FLOAT).castTo(DataType.DOUBLE));
    Variable expected = new ExponentialSquash().squash(exact);
    expected.backward(upstream);
    for (UnaryOperator<Variable> way :
        List.<UnaryOperator<Variable>>of(
            x -> new ExponentialSquash().squash(x), ExponentialSquash::plain)) {
      Variable floats = Variable.leaf(s.castTo(DataType.FLOAT));
      Variable v = way.apply(floats);
      v.backward(upstream.castTo(DataType.FLOAT));
      double size = expected.value().amaxNumber().doubleValue();
      assertThat(size).isGreaterThan(Math.min(0.1, magnitude / 2));
      assertThat(difference(v.value(), expected.value())).isLessThan(1e-6 * size);
      double slope = exact.gradient().amaxNumber().doubleValue();
      assertThat(difference(floats.gradient(), exact.gradient())).isLessThan(1e-5 * slope);
    }
  }
}
