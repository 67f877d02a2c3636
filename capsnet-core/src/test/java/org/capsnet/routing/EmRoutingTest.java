package org.capsnet.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.CapsuleLayer;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.CastVotes;
import org.capsnet.capsule.ConvCapsules2d;
import org.capsnet.capsule.DenseVotes;
import org.capsnet.capsule.PoseVotes;
import org.capsnet.capsule.Routing;
import org.capsnet.capsule.RoutingInput;
import org.capsnet.nn.Init;
import org.capsnet.nn.Shape;
import org.capsnet.testing.GradientCheck;
import org.capsnet.testing.Numbers;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class EmRoutingTest {

  private static final Shape GRID = Shape.of(2, 16, 5, 4);

  private static Init init() {
    return Init.seed(4).type(DataType.DOUBLE);
  }

  private static Capsules grid() {
    Random random = new Random(3);
    INDArray a = GradientCheck.random(random, 2, 2, 5, 4).muli(0.3).addi(0.5);
    return new Capsules(
        Variable.constant(GradientCheck.random(random, 2, 2, 16, 5, 4)), Variable.constant(a));
  }

  private static ConvCapsules2d layer(Routing routing, int stride) {
    Conv2dSpec spec = Conv2dSpec.UNIT.withStride(stride);
    return new ConvCapsules2d(GRID, 3, 16, 3, spec, new PoseVotes(), routing, init());
  }

  /** Of 2 samples and 2 types all 5·4 positions are seen with stride 1. */
  @Test
  void assignmentsOfAChildSumToOneOverAllParentsThatItReaches() {
    INDArray r = layer(new EmRouting(3), 1).coupling(grid()).value();
    assertThat(r.sumNumber().doubleValue()).isCloseTo(2 * 2 * 5 * 4, within(1e-9));
    // The corner at (0, 0) is element 0 of the kernel at position (0, 0), and seen from there
    // alone.
    assertThat(r.slice(0).slice(0).slice(0, 1).slice(0, 1).sumNumber().doubleValue())
        .isCloseTo(1, within(1e-12));
  }

  @Test
  void assignmentsOfALocalVoterSumToOneAtEachPosition() {
    INDArray r = layer(new LocalEmRouting(3), 1).coupling(grid()).value();
    INDArray sums = r.sum(2);
    assertThat(Numbers.difference(sums, Nd4j.onesLike(sums))).isLessThan(1e-12);
  }

  @Test
  void bothAreTheSameWithoutAGrid() {
    Variable votes = Variable.constant(GradientCheck.random(new Random(5), 2, 6, 3, 4));
    Capsules some = routed(new EmRouting(3), votes, 6);
    Capsules others = routed(new LocalEmRouting(3), votes, 6);
    assertThat(Numbers.difference(some.pose().value(), others.pose().value())).isLessThan(1e-12);
  }

  /** Four of five votes for capsule 0 are near each other, those for capsule 1 are not. */
  @Test
  void findsTheClusterAndIsMoreActiveForIt() {
    double[][][] votes = {
      {{1, 1}, {-9, 3}},
      {{1.1, 1}, {5, -7}},
      {{1, 1.1}, {2, 8}},
      {{0.9, 1}, {-4, -6}},
      {{6, -8}, {3, 3}}
    };
    Variable v = Variable.constant(Nd4j.createFromArray(votes).reshape(1, 5, 2, 2));
    Capsules out = routed(new EmRouting(5), v, 5);
    assertThat(out.pose().value().getDouble(0, 0, 0)).isCloseTo(1, within(0.1));
    assertThat(out.pose().value().getDouble(0, 0, 1)).isCloseTo(1, within(0.1));
    assertThat(out.activation().value().getDouble(0, 0))
        .isGreaterThan(out.activation().value().getDouble(0, 1));
  }

  @Test
  void anInactiveChildDoesNotCount() {
    INDArray votes = GradientCheck.random(new Random(6), 1, 4, 2, 3);
    INDArray a = Nd4j.createFromArray(new double[][] {{0.3, 0.9, 0, 0.5}});
    Capsules out = routed(new EmRouting(3), Variable.constant(votes), Variable.constant(a));
    INDArray other = votes.dup();
    other.slice(0).slice(2).addi(5);
    Capsules same = routed(new EmRouting(3), Variable.constant(other), Variable.constant(a));
    assertThat(Numbers.difference(out.pose().value(), same.pose().value())).isLessThan(1e-12);
    assertThat(Numbers.difference(out.activation().value(), same.activation().value()))
        .isLessThan(1e-12);
  }

  @Test
  void aHigherFloorBoundsWhatIdenticalVotesGain() {
    Variable votes = Variable.constant(Nd4j.ones(DataType.DOUBLE, 1, 4, 2, 3));
    InverseTemperature temperature = new InverseTemperature(0.1, 0, 0);
    double least = active(new EmRouting(1, temperature, 1e-9), votes);
    double high = active(new EmRouting(1, temperature, 1e-2), votes);
    // sigmoid(-λ Σ_d ½ log(floor) · Σ_i r_i), of 3 dimensions and a share of 2: 0.998 and 0.799
    assertThat(least).isCloseTo(1 / (1 + Math.exp(0.3 * Math.log(1e-9))), within(1e-6));
    assertThat(high).isCloseTo(1 / (1 + Math.exp(0.3 * Math.log(1e-2))), within(1e-6));
  }

  private static double active(EmRouting routing, Variable votes) {
    return routed(routing, votes, 4).activation().value().getDouble(0, 0);
  }

  @Test
  void theTemperatureGrowsByIterationAndByStep() {
    InverseTemperature paper = new InverseTemperature();
    assertThat(paper.at(0, OptionalLong.empty())).isCloseTo(0.0005, within(1e-15));
    assertThat(paper.at(2, OptionalLong.of(0))).isCloseTo(0.01 * (1 - 0.857375), within(1e-15));
    InverseTemperature rising = new InverseTemperature(0.01, 0.95, 10);
    assertThat(rising.at(0, OptionalLong.of(0))).isCloseTo(0.00005, within(1e-15));
    assertThat(rising.at(0, OptionalLong.of(4))).isCloseTo(0.00025, within(1e-15));
    assertThat(rising.at(0, OptionalLong.of(9))).isCloseTo(0.0005, within(1e-15));
    assertThat(rising.at(0, OptionalLong.of(1_000_000))).isCloseTo(0.0005, within(1e-15));
    assertThat(rising.at(0, OptionalLong.empty())).isCloseTo(0.0005, within(1e-15));
  }

  @Test
  void aLayerInTrainingHasTheTemperatureOfItsStep() {
    InverseTemperature rising = new InverseTemperature(5, 0.5, 100);
    CapsuleLayer layer =
        new CapsuleLayer(
            Shape.of(5, 3), 2, 4, new DenseVotes(), new EmRouting(2, rising, 1e-9), init());
    Capsules in =
        Capsules.ofLength(Variable.constant(GradientCheck.random(new Random(8), 3, 5, 3)));
    layer.train();
    layer.atStep(0);
    INDArray early = layer.forward(in).activation().value();
    layer.atStep(99);
    INDArray late = layer.forward(in).activation().value();
    layer.eval();
    INDArray after = layer.forward(in).activation().value();
    assertThat(Numbers.difference(early, late)).isGreaterThan(0.01);
    assertThat(after).isEqualTo(late);
    assertThat(Numbers.difference(early, early.mul(0).addi(0.5)))
        .isLessThan(Numbers.difference(late, late.mul(0).addi(0.5)));
  }

  @Test
  void saysWhatIsWrong() {
    InverseTemperature temperature = new InverseTemperature();
    assertThatThrownBy(() -> new EmRouting(0)).hasMessage("iterations: expected 1 to 100, got 0");
    assertThatThrownBy(() -> new LocalEmRouting(3, temperature, 0))
        .hasMessage("variance floor: expected at least 1.0E-9, got 0.0");
    assertThatThrownBy(() -> new InverseTemperature(0, 0.95, 0))
        .hasMessage("inverse temperature: expected above 0, got 0.0");
    assertThatThrownBy(() -> new InverseTemperature(1, 1, 0))
        .hasMessage("rate: expected 0 <= rate < 1, got 1.0");
    assertThatThrownBy(() -> new InverseTemperature(1, 0.5, -1))
        .hasMessage("steps: expected at least 0, got -1");
  }

  private static Capsules routed(Routing routing, Variable votes, long in) {
    return routed(routing, votes, Variable.constant(Nd4j.ones(DataType.DOUBLE, votes.size(0), in)));
  }

  private static Capsules routed(Routing routing, Variable votes, Variable activation) {
    Variable zero = Variable.constant(Nd4j.zeros(DataType.DOUBLE, votes.size(2)));
    return routing.route(
        RoutingInput.of(CastVotes.of(votes, activation), Map.of("beta_u", zero, "beta_a", zero)));
  }
}
