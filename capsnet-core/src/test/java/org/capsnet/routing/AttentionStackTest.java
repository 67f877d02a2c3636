package org.capsnet.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.CapsuleLayer;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.ConvCapsules2d;
import org.capsnet.capsule.DenseVotes;
import org.capsnet.capsule.PoseVotes;
import org.capsnet.capsule.Routing;
import org.capsnet.capsule.RoutingTrace;
import org.capsnet.capsule.Sharing;
import org.capsnet.nn.Chain;
import org.capsnet.nn.Init;
import org.capsnet.nn.Module;
import org.capsnet.nn.Setting;
import org.capsnet.nn.Shape;
import org.capsnet.testing.GradientCheck;
import org.capsnet.testing.Numbers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class AttentionStackTest {

  private static final Init INIT = Init.seed(2).type(DataType.DOUBLE);
  private static final Shape GRID = Shape.of(2, 3, 4, 3);

  private static ConvCapsules2d hidden(Shape in, Routing routing) {
    return new ConvCapsules2d(in, 2, 4, 2, Conv2dSpec.UNIT, new DenseVotes(), routing, INIT);
  }

  private static CapsuleLayer classes(Shape in, Routing routing) {
    return new CapsuleLayer(in, 3, 5, new DenseVotes(), routing, INIT);
  }

  private static AttentionStack stack(int iterations) {
    return new AttentionStack(
        layers()
            .then(in -> hidden(in, new AttentionRouting(iterations, false)))
            .then(in -> classes(in, new AttentionRouting(iterations))));
  }

  private static Chain<Capsules, Capsules> layers() {
    return Chain.start(GRID);
  }

  private static Variable poses() {
    return Variable.leaf(GradientCheck.random(new Random(4), 2, 2, 3, 4, 3).muli(0.5));
  }

  @Test
  void layersOnAGridAreRoutedTogetherWithLayersWithout() {
    AttentionStack stack = stack(3);
    assertThat(stack.output()).isEqualTo(Shape.of(3, 5));
    Variable pose = poses();
    Map<String, Variable> leaves = new LinkedHashMap<>(Map.of("pose", pose));
    stack.parameters().forEach((name, p) -> leaves.put(name, p.variable()));
    GradientCheck.checkDirections(() -> joined(stack.forward(Capsules.ofLength(pose))), leaves);
    List<Capsules> all = stack.forwardAll(Capsules.ofLength(pose));
    assertThat(all.get(0).pose().shape()).containsExactly(2, 2, 4, 3, 2);
    INDArray scores = all.get(1).activation().value();
    assertThat(scores.sum(1).sub(1).amaxNumber().doubleValue()).isLessThan(1e-12);
  }

  /** Large, small, and no poses, all the same, and one capsule of a kind. */
  @ParameterizedTest
  @CsvSource({
    "1e4, false, 6, 3",
    "1e-4, false, 6, 3",
    "0, false, 6, 3",
    "1, true, 6, 3",
    "1, false, 1, 3",
    "1, false, 6, 1"
  })
  void floatsAreFiniteAndAgreeWithDoubles(double size, boolean same, int in, int out) {
    Variable floats = hard(DataType.FLOAT, size, same, in, out);
    Variable doubles = hard(DataType.DOUBLE, size, same, in, out);
    Numbers.assertFinite("capsules", floats.value());
    Numbers.assertFloatsAgree("capsules", floats.value(), doubles.value());
  }

  private static Variable hard(DataType type, double size, boolean same, int in, int out) {
    INDArray poses = GradientCheck.random(new Random(6), 2, in, 5).muli(size);
    if (same) {
      for (int i = 1; i < in; i++) {
        for (int b = 0; b < 2; b++) {
          poses.slice(b).slice(i).assign(poses.slice(b).slice(0).dup());
        }
      }
    }
    Variable u = Variable.leaf(poses.castTo(type));
    Init init = Init.seed(2).type(type);
    AttentionRouting between = new AttentionRouting(3, false);
    AttentionStack stack =
        new AttentionStack(
            Chain.<Capsules>start(Shape.of(in, 5))
                .then(at -> new CapsuleLayer(at, 4, 4, new DenseVotes(), between, init))
                .then(
                    at ->
                        new CapsuleLayer(
                            at, out, 6, new DenseVotes(), new AttentionRouting(3), init)));
    Variable made = joined(stack.forward(Capsules.ofLength(u)));
    made.square().sum().backward();
    Numbers.assertFinite("gradient of poses", u.gradient());
    return made;
  }

  /** Matrix poses in several ways to vote: in floats by the kernel, in doubles by its twin. */
  private static AttentionStack ofMatrices(DataType type) {
    Init init = Init.seed(3).type(type);
    AttentionRouting between = new AttentionRouting(3, false);
    return new AttentionStack(
        Chain.<Capsules>start(Shape.of(2, 16, 4, 3))
            .then(
                in ->
                    new ConvCapsules2d(
                        in, 3, 16, 2, Conv2dSpec.UNIT, new PoseVotes(), between, init))
            .then(
                in ->
                    new CapsuleLayer(
                        in,
                        5,
                        16,
                        new PoseVotes(Sharing.TYPE, true),
                        new AttentionRouting(3),
                        init)));
  }

  @Test
  void floatsAreAsDoublesWithTheirGradients() {
    AttentionStack floats = ofMatrices(DataType.FLOAT);
    AttentionStack doubles = ofMatrices(DataType.DOUBLE);
    Variable pose = Variable.leaf(GradientCheck.random(new Random(6), 4, 2, 16, 4, 3));
    Variable real = Variable.leaf(pose.value().castTo(DataType.FLOAT));
    Map<String, Variable> expected = new LinkedHashMap<>(Map.of("pose", pose));
    Map<String, Variable> actual = new LinkedHashMap<>(Map.of("pose", real));
    floats
        .parameters()
        .forEach(
            (name, p) -> {
              doubles.parameters().get(name).value().assign(p.value().castTo(DataType.DOUBLE));
              expected.put(name, doubles.parameters().get(name).variable());
              actual.put(name, p.variable());
            });
    Variable all = joined(doubles.forward(Capsules.present(pose)));
    Variable made = joined(floats.forward(Capsules.present(real)));
    assertClose("output", made.value(), all.value());
    INDArray upstream = GradientCheck.random(new Random(7), all.shape());
    all.backward(upstream);
    made.backward(upstream.castTo(DataType.FLOAT));
    actual.forEach((name, x) -> assertClose(name, x.gradient(), expected.get(name).gradient()));
  }

  private static Variable joined(Capsules out) {
    return Variable.concat(0, out.pose().reshape(-1), out.activation().reshape(-1));
  }

  private static void assertClose(String what, INDArray actual, INDArray expected) {
    assertThat(Numbers.difference(actual, expected))
        .as(what)
        .isLessThan(2e-4 * Numbers.size(expected));
  }

  /** In the first iteration there is nothing to be concurrent about. */
  @Test
  void oneIterationIsThatOfOneLayerAfterTheOther() {
    AttentionStack stack = stack(1);
    Capsules in = Capsules.ofLength(poses());
    Capsules above = in;
    for (var layer : stack.children().values()) {
      above =
          layer instanceof CapsuleLayer dense
              ? dense.forward(above)
              : ((ConvCapsules2d) layer).forward(above);
    }
    INDArray together = stack.forward(in).pose().value();
    assertThat(Numbers.difference(together, above.pose().value())).isLessThan(1e-12);
  }

  @Test
  void aStackOfOneLayerIsThatLayer() {
    CapsuleLayer layer = classes(GRID, new AttentionRouting(3));
    Capsules in = Capsules.ofLength(poses());
    Capsules together = new AttentionStack(layers().then(at -> layer)).forward(in);
    Capsules alone = layer.forward(in);
    assertThat(Numbers.difference(together.pose().value(), alone.pose().value())).isLessThan(1e-12);
    assertThat(Numbers.difference(together.activation().value(), alone.activation().value()))
        .isLessThan(1e-12);
  }

  /** Updates that the highest layer would not see are left out. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5})
  void theHighestLayerIsAsWhereAllAreRouted(int iterations) {
    AttentionRouting between = new AttentionRouting(iterations, false);
    AttentionStack stack =
        new AttentionStack(
            layers()
                .then(at -> hidden(at, between))
                .then(at -> hidden(at, between))
                .then(at -> classes(at, new AttentionRouting(iterations))));
    Capsules in = Capsules.ofLength(poses());
    Capsules out = stack.forward(in);
    Capsules all = stack.forwardAll(in).get(2);
    assertThat(out.pose().value()).isEqualTo(all.pose().value());
    assertThat(out.activation().value()).isEqualTo(all.activation().value());
  }

  @Test
  void whatItCostsBesidesItsLayersAreVotesThatAreCastAgain() {
    assertThat(own(stack(1))).isZero();
    // The classes' votes, [12, 3, 5], and the gradient of their poses, [12, 4], twice more.
    assertThat(own(stack(3))).isEqualTo(2 * (12 * 3 * 5 + 12 * 4));
  }

  private static long own(AttentionStack stack) {
    List<Module.Costed> all = stack.costs(Setting.ofNetwork(DataType.DOUBLE));
    return all.get(all.size() - 1).cost().training();
  }

  @Test
  void saysWhatDoesNotFit() {
    assertThatThrownBy(() -> new AttentionStack(layers()))
        .hasMessage("layers: expected at least 1, got 0");
    Chain<Capsules, Capsules> three =
        layers()
            .then(at -> hidden(at, new AttentionRouting(2, false)))
            .then(at -> classes(at, new AttentionRouting(3)));
    assertThatThrownBy(() -> new AttentionStack(three))
        .hasMessage("layer 1: expected 2 iterations, as layer 0, got 3");
    Chain<Capsules, Capsules> dynamic = layers().then(at -> classes(at, new DynamicRouting(2)));
    assertThatThrownBy(() -> new AttentionStack(dynamic))
        .hasMessageStartingWith("layer 0: expected votes and attention routing, got ");
  }

  /** What was noted is what was done: each division makes the poses that come of it. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void theTraceHasEachLayerInTheIterationsThatBearOnTheHighest(int iterations) {
    AttentionStack stack = stack(iterations);
    Capsules in = Capsules.ofLength(poses());
    try (RoutingTrace trace = RoutingTrace.open()) {
      Capsules out = stack.forward(in);
      assertThat(trace.routed()).hasSize(2);
      RoutingTrace.Routed lower = trace.routed().get(0);
      RoutingTrace.Routed upper = trace.of(out);
      assertThat(trace.routed().get(1)).isSameAs(upper);
      assertThat(lower.input()).isSameAs(in);
      assertThat(lower.iterations()).hasSize(Math.max(1, iterations - 1));
      assertThat(upper.iterations()).hasSize(iterations);
      for (RoutingTrace.Routed routed : trace.routed()) {
        INDArray before = null;
        for (RoutingTrace.Iteration one : routed.iterations()) {
          Variable coupling = one.coupling();
          INDArray sums = coupling.value().sum(2);
          assertThat(sums.sub(1).amaxNumber().doubleValue()).isLessThan(1e-12);
          INDArray made = PoseAttention.poses(one.input(), coupling).value();
          assertThat(one.output().pose().value().equalsWithEps(made, 1e-12)).isTrue();
          assertThat(before == null || !coupling.value().equalsWithEps(before, 1e-6)).isTrue();
          before = coupling.value();
        }
      }
      INDArray highest = upper.last().output().pose().value();
      assertThat(out.pose().value().equalsWithEps(highest, 1e-12)).isTrue();
    }
  }

  /** A stack of one layer is that layer, and is looked into as that. */
  @Test
  void aStackOfOneLayerIsTracedAsThatLayer() {
    AttentionStack stack =
        new AttentionStack(layers().then(in -> classes(in, new AttentionRouting(3))));
    CapsuleLayer alone = classes(GRID, new AttentionRouting(3));
    stack
        .parameters()
        .forEach(
            (name, p) -> alone.parameters().get(name.replace("0.", "")).value().assign(p.value()));
    Capsules in = Capsules.ofLength(poses());
    try (RoutingTrace trace = RoutingTrace.open()) {
      stack.forward(in);
      alone.forward(in);
      List<RoutingTrace.Iteration> together = trace.routed().get(0).iterations();
      List<RoutingTrace.Iteration> own = trace.routed().get(1).iterations();
      assertThat(together).hasSameSizeAs(own).hasSize(3);
      for (int t = 0; t < 3; t++) {
        INDArray expected = own.get(t).coupling().value();
        assertThat(together.get(t).coupling().value().equalsWithEps(expected, 1e-12)).isTrue();
      }
    }
  }
}
