package org.capsnet.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.CastVotes;
import org.capsnet.capsule.Routing;
import org.capsnet.capsule.RoutingInput;
import org.capsnet.capsule.SabourSquash;
import org.capsnet.io.WrittenForm;
import org.capsnet.kernel.Kernels;
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

class DynamicRoutingTest {

  private static Variable coupling(DynamicRouting routing, Variable votes) {
    return routing.coupling(input(votes, Map.of()));
  }

  @ParameterizedTest
  @CsvSource({"1, FLOAT", "1, DOUBLE", "3, FLOAT", "3, DOUBLE"})
  void agreesWithGoldenValues(int iterations, DataType type) {
    Golden golden = Golden.read("dynamic_routing_" + iterations);
    DynamicRouting routing = new DynamicRouting(iterations).withoutBias();
    Variable votes = Variable.leaf(golden.get("votes", type));
    Capsules out = route(routing, votes, Map.of());
    golden.assertClose("v", out.pose().value());
    golden.assertClose("coupling", coupling(routing, votes).value());
    out.pose().backward(golden.get("upstream", type));
    golden.assertClose("votes_grad", votes.gradient());
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void denseLayerAgreesWithGoldenValues(DataType type) {
    Golden golden = Golden.read("dense_capsules");
    Variable u = Variable.leaf(golden.get("u", type));
    Variable w = Variable.leaf(golden.get("W", type));
    Variable bias = Variable.leaf(golden.get("bias", type));
    RoutingInput in = dense(u, w, Map.of("bias", bias));
    golden.assertClose("votes", in.votes().value());
    Capsules out = routed(new DynamicRouting(3), in);
    golden.assertClose("v", out.pose().value());
    out.pose().backward(golden.get("upstream", type));
    golden.assertClose("u_grad", u.gradient());
    golden.assertClose("W_grad", w.gradient());
    golden.assertClose("bias_grad", bias.gradient());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void hasTheGradientOfItsSlope(int iterations) {
    Random random = new Random(5);
    INDArray votes = GradientCheck.random(random, 2, 4, 3, 2);
    INDArray bias = GradientCheck.random(random, 3, 2);
    for (DynamicRouting routing :
        List.of(new DynamicRouting(iterations), new DynamicRouting(iterations).withLeak())) {
      GradientCheck.check(x -> route(routing, x[0], Map.of("bias", x[1])).pose(), votes, bias);
    }
  }

  /** Every option, and sizes that no block or vector divides. */
  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, 1, 1, 1",
    "1, 5, 3, 2, 4, 3",
    "4, 6, 8, 10, 16, 3",
    "5, 7, 5, 1, 3, 2",
    "9, 13, 9, 11, 5, 4",
    "130, 3, 2, 3, 7, 3",
    "2, 50, 4, 100, 3, 3"
  })
  void fusedKernelAgreesWithItsTwin(
      long batch, long in, long inDim, long out, long dim, int iterations) {
    DynamicRouting plain = new DynamicRouting(iterations);
    for (DynamicRouting routing :
        List.of(
            plain,
            plain.withLeak(),
            plain.withoutBias(),
            plain.withLeak().withLastIterationOnly())) {
      Random random = new Random(batch + in);
      INDArray u = GradientCheck.random(random, batch, in, inDim);
      INDArray w = GradientCheck.random(random, in, out, dim, inDim);
      INDArray bias = GradientCheck.random(random, out, dim);
      INDArray upstream = GradientCheck.random(random, batch, out, dim);
      INDArray[] expected = gradients(routing, DataType.DOUBLE, upstream, u, w, bias);
      INDArray[] fused = gradients(routing, DataType.FLOAT, upstream, u, w, bias);
      for (int k = 0; k < expected.length; k++) {
        double size = expected[k].amaxNumber().doubleValue();
        assertThat(Numbers.difference(fused[k], expected[k]))
            .as("%s, result %d", routing, k)
            .isLessThan(2e-4 * size + 1e-9);
      }
    }
  }

  private static INDArray[] gradients(
      DynamicRouting routing,
      DataType type,
      INDArray upstream,
      INDArray u,
      INDArray w,
      INDArray bias) {
    Variable poses = Variable.leaf(u.castTo(type));
    Variable weight = Variable.leaf(w.castTo(type));
    Variable b = Variable.leaf(bias.castTo(type));
    Map<String, Variable> parameters = routing.biased() ? Map.of("bias", b) : Map.of();
    Variable v = routed(routing, dense(poses, weight, parameters)).pose();
    assertThat(v.operation().equals("dynamicRouting")).isEqualTo(Kernels.fused(type));
    v.backward(upstream.castTo(type));
    return routing.biased()
        ? new INDArray[] {v.value(), poses.gradient(), weight.gradient(), b.gradient()}
        : new INDArray[] {v.value(), poses.gradient(), weight.gradient()};
  }

  /** Operands and upstream that are parts of larger arrays. */
  @Test
  void fusedKernelTakesViewsAsTheirCopies() {
    Random random = new Random(11);
    INDArray u = GradientCheck.random(random, 6, 5, 3);
    INDArray w = GradientCheck.random(random, 10, 2, 4, 3);
    INDArray bias = GradientCheck.random(random, 4, 4);
    INDArray g = GradientCheck.random(random, 6, 2, 4);
    DynamicRouting routing = new DynamicRouting(3);
    INDArray[] ofViews =
        gradients(routing, DataType.FLOAT, second(g), second(u), second(w), second(bias));
    INDArray[] ofCopies =
        gradients(
            routing,
            DataType.FLOAT,
            second(g).dup('c'),
            second(u).dup('c'),
            second(w).dup('c'),
            second(bias).dup('c'));
    assertThat(ofViews).isEqualTo(ofCopies);
  }

  /** The second half along the first axis, as a float view. */
  private static INDArray second(INDArray array) {
    long n = array.size(0);
    return array.castTo(DataType.FLOAT).get(NDArrayIndex.interval(n / 2, n));
  }

  @Test
  void fusedKernelIsRepeatable() {
    Random random = new Random(8);
    INDArray u = GradientCheck.random(random, 37, 20, 8);
    INDArray w = GradientCheck.random(random, 20, 10, 16, 8);
    INDArray bias = GradientCheck.random(random, 10, 16);
    INDArray g = GradientCheck.random(random, 37, 10, 16);
    DynamicRouting routing = new DynamicRouting(3);
    INDArray[] first = gradients(routing, DataType.FLOAT, g, u, w, bias);
    for (int i = 0; i < 5; i++) {
      assertThat(gradients(routing, DataType.FLOAT, g, u, w, bias)).isEqualTo(first);
    }
  }

  @Test
  void lastIterationOnlyTakesTheCouplingAsAConstant() {
    Random random = new Random(6);
    DynamicRouting routing = new DynamicRouting(3).withoutBias().withLastIterationOnly();
    Variable votes = Variable.leaf(GradientCheck.random(random, 2, 4, 3, 2));
    INDArray upstream = GradientCheck.random(random, 2, 3, 2);
    Variable v = route(routing, votes, Map.of()).pose();
    v.backward(upstream);
    Variable again = Variable.leaf(votes.value());
    Variable c = coupling(routing, votes).detach();
    Variable s = again.times(c.reshape(2, 4, 3, 1)).sum(1);
    Variable expected = new SabourSquash().squash(s);
    expected.backward(upstream);
    assertThat(v.value()).isEqualTo(expected.value());
    assertThat(votes.gradient().equalsWithEps(again.gradient(), 1e-12)).isTrue();
  }

  @Property(tries = 40, seed = "1")
  void couplingSumsToOneOverOutCapsules(
      @ForAll @IntRange(min = 1, max = 5) int in,
      @ForAll @IntRange(min = 1, max = 5) int out,
      @ForAll @IntRange(min = 1, max = 4) int iterations,
      @ForAll long seed) {
    Variable votes = Variable.constant(GradientCheck.random(new Random(seed), 2, in, out, 3));
    INDArray sums = coupling(new DynamicRouting(iterations).withoutBias(), votes).value().sum(2);
    assertThat(Numbers.difference(sums, Nd4j.onesLike(sums))).isLessThan(1e-12);
    INDArray leaky = coupling(new DynamicRouting(iterations).withLeak(), votes).value().sum(2);
    assertThat(leaky.maxNumber().doubleValue()).isLessThan(1);
  }

  @Property(tries = 40, seed = "1")
  void doesNotSeeTheOrderOfInCapsules(
      @ForAll @IntRange(min = 2, max = 7) int in, @ForAll long seed) {
    INDArray votes = GradientCheck.random(new Random(seed), 2, in, 3, 4);
    List<Integer> order = IntStream.range(0, in).boxed().collect(Collectors.toList());
    Collections.shuffle(order, new Random(seed));
    INDArray shuffled = votes.dup();
    for (int i = 0; i < in; i++) {
      for (int b = 0; b < 2; b++) {
        shuffled.slice(b).slice(i).assign(votes.slice(b).slice(order.get(i)));
      }
    }
    Routing routing = new DynamicRouting(3).withoutBias();
    INDArray v = route(routing, Variable.constant(votes), Map.of()).pose().value();
    INDArray w = route(routing, Variable.constant(shuffled), Map.of()).pose().value();
    assertThat(Numbers.difference(v, w)).isLessThan(1e-12);
  }

  @Test
  void activationIsTheLength() {
    Variable votes = Variable.constant(GradientCheck.random(new Random(9), 1, 4, 2, 3));
    Capsules out = route(new DynamicRouting(2).withoutBias(), votes, Map.of());
    assertThat(out.activation().value().getDouble(0, 1))
        .isCloseTo(out.pose().value().slice(0).slice(1).norm2Number().doubleValue(), within(1e-7));
  }

  @Test
  void saysWhatIsWrong() {
    assertThatThrownBy(() -> new DynamicRouting(0))
        .hasMessage("iterations: expected 1 to 100, got 0");
    RoutingInput flat = input(Variable.constant(Nd4j.zeros(2, 3)), Map.of());
    assertThatThrownBy(() -> new DynamicRouting(1).route(flat))
        .hasMessage("votes: expected [batch, in, out, dim], got [2, 3]");
    Variable u = Variable.constant(Nd4j.zeros(2, 3, 4));
    Variable w = Variable.constant(Nd4j.zeros(3, 5, 6, 7));
    assertThatThrownBy(() -> dense(u, w, Map.of()))
        .hasMessage("poses: expected [batch, 3, 7], got [2, 3, 4]");
    Variable fitting = Variable.constant(Nd4j.zeros(3, 5, 6, 4));
    Map<String, Variable> bias = Map.of("bias", Variable.constant(Nd4j.zeros(6, 5)));
    RoutingInput turned = dense(u, fitting, bias);
    assertThatThrownBy(() -> routed(new DynamicRouting(1), turned))
        .hasMessage("bias: expected [5, 6], got [6, 5]");
  }

  @Test
  void hasAWrittenForm() {
    for (DynamicRouting routing :
        List.of(
            new DynamicRouting(3),
            new DynamicRouting(1).withLeak(),
            new DynamicRouting(5).withoutBias().withLastIterationOnly())) {
      String written = WrittenForm.write(routing);
      assertThat(WrittenForm.read("a routing", written, Routing.class)).isEqualTo(routing);
    }
  }

  private static Capsules route(Routing routing, Variable votes, Map<String, Variable> parameters) {
    return routing.route(input(votes, parameters));
  }

  private static RoutingInput input(Variable votes, Map<String, Variable> parameters) {
    Variable activation =
        Variable.constant(Nd4j.ones(votes.dataType(), votes.size(0), votes.size(1)));
    return RoutingInput.of(CastVotes.of(votes, activation), parameters);
  }

  private static RoutingInput dense(Variable u, Variable w, Map<String, Variable> parameters) {
    return RoutingInput.of(CastVotes.dense(Capsules.ofLength(u), w), parameters);
  }

  /** As a layer routes: by the kernel where there is one. */
  private static Capsules routed(Routing routing, RoutingInput in) {
    return routing.routeFused(in).orElseGet(() -> routing.route(in));
  }
}
