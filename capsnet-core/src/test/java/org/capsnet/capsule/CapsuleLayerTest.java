package org.capsnet.capsule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.Random;
import org.capsnet.autograd.Variable;
import org.capsnet.nn.Init;
import org.capsnet.nn.InitialValue;
import org.capsnet.nn.Shape;
import org.capsnet.routing.DynamicRouting;
import org.capsnet.testing.GradientCheck;
import org.capsnet.testing.Numbers;
import org.capsnet.testing.Unsquashed;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class CapsuleLayerTest {

  private static final int IN = 4;
  private static final int IN_DIM = 3;
  private static final int OUT = 2;
  private static final int DIM = 5;

  /** Takes the mean of all votes, times a number for each output capsule that it learns. */
  private static final class MeanRouting implements Routing {

    @Override
    public Capsules route(RoutingInput in) {
      return Unsquashed.of(
          Variable.einsum("bjd,j->bjd", in.votes().mean(1), in.parameter("scale")));
    }

    @Override
    public Map<String, InitialValue> parameters(VotesShape votes, Init init) {
      return Map.of("scale", init.constant((double) votes.in(), votes.out()));
    }
  }

  private static CapsuleLayer layer(Routing routing, DataType type) {
    return new CapsuleLayer(
        Shape.of(IN, IN_DIM), OUT, DIM, new DenseVotes(), routing, Init.of(new Random(1), type));
  }

  /** With parameters of a size at which votes differ and couplings are not uniform. */
  private static CapsuleLayer decided(Routing routing) {
    CapsuleLayer layer = layer(routing, DataType.DOUBLE);
    Random random = new Random(7);
    layer
        .parameters()
        .values()
        .forEach(p -> p.value().assign(GradientCheck.random(random, p.value().shape()).muli(0.5)));
    return layer;
  }

  private static INDArray poses() {
    return GradientCheck.random(new Random(2), 2, IN, IN_DIM);
  }

  @Test
  void routingsAreSwappedByAnArgumentAndBringTheirOwnParameters() {
    CapsuleLayer dynamic = layer(new DynamicRouting(3), DataType.DOUBLE);
    CapsuleLayer unbiased = layer(new DynamicRouting(3).withoutBias(), DataType.DOUBLE);
    CapsuleLayer mean = layer(new MeanRouting(), DataType.DOUBLE);
    assertThat(dynamic.parameters()).containsOnlyKeys("weight", "bias");
    assertThat(unbiased.parameters()).containsOnlyKeys("weight");
    assertThat(mean.parameters()).containsOnlyKeys("weight", "scale");
    assertThat(mean.parameters().get("scale").value().toDoubleVector()).containsExactly(IN, IN);
    assertThat(dynamic.parameters().get("bias").value().shape()).containsExactly(OUT, DIM);
    assertThat(dynamic.parameters().get("weight").decayed()).isTrue();
    assertThat(dynamic.parameters().get("bias").decayed()).isFalse();

    // The same weights whatever the routing, and what it does with the votes.
    Capsules capsules = Capsules.ofLength(Variable.constant(poses()));
    assertThat(mean.votes(capsules).value()).isEqualTo(dynamic.votes(capsules).value());
    INDArray sum = mean.votes(capsules).value().sum(1);
    assertThat(mean.forward(capsules).pose().value().equalsWithEps(sum, 1e-12)).isTrue();
    assertThat(dynamic.forward(capsules).pose().value())
        .isEqualTo(unbiased.forward(capsules).pose().value());
    assertThat(mean.forward(capsules).pose().value())
        .isNotEqualTo(dynamic.forward(capsules).pose().value());
  }

  @Test
  void aVoteIsTheWeightTimesThePose() {
    CapsuleLayer layer = layer(new DynamicRouting(1), DataType.DOUBLE);
    INDArray u = poses();
    INDArray w = layer.parameters().get("weight").value();
    assertThat(w.shape()).containsExactly(IN, OUT, DIM, IN_DIM);
    INDArray votes = layer.votes(Capsules.ofLength(Variable.constant(u))).value();
    assertThat(votes.shape()).containsExactly(2, IN, OUT, DIM);
    for (int i = 0; i < IN; i++) {
      for (int j = 0; j < OUT; j++) {
        for (int d = 0; d < DIM; d++) {
          double expected = 0;
          for (int k = 0; k < IN_DIM; k++) {
            expected += w.getDouble(i, j, d, k) * u.getDouble(1, i, k);
          }
          assertThat(votes.getDouble(1, i, j, d)).isCloseTo(expected, within(1e-12));
        }
      }
    }
  }

  @Test
  @Tag("once")
  void theWholeLayerHasTheGradientOfItsSlope() {
    for (Routing routing :
        new Routing[] {
          new DynamicRouting(3), new DynamicRouting(2).withLeak().withoutBias(), new MeanRouting()
        }) {
      CapsuleLayer layer = decided(routing);
      GradientCheck.check(x -> layer.forward(Capsules.ofLength(x[0])).pose(), poses());
      Variable u = Variable.constant(poses());
      GradientCheck.checkParameters(layer, () -> layer.forward(Capsules.ofLength(u)).pose());
      GradientCheck.checkParameters(layer, () -> layer.forward(Capsules.ofLength(u)).activation());
    }
  }

  /** The fused path, at sizes that the block of four samples does not divide. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 4, 5, 9})
  void floatsAgreeWithDoubles(int batch) {
    CapsuleLayer layer = decided(new DynamicRouting(3));
    CapsuleLayer fused = layer(new DynamicRouting(3), DataType.FLOAT);
    fused.loadState(layer.state());
    INDArray u = GradientCheck.random(new Random(3), batch, IN, IN_DIM);
    INDArray expected = layer.forward(Capsules.ofLength(Variable.constant(u))).pose().value();
    Variable floats = Variable.constant(u.castTo(DataType.FLOAT));
    INDArray v = fused.forward(Capsules.ofLength(floats)).pose().value();
    assertThat(v.dataType()).isEqualTo(DataType.FLOAT);
    assertThat(Numbers.difference(v, expected)).isLessThan(1e-5);
  }

  @Test
  void sameSourceOfNumbersSameWeights() {
    INDArray first = layer(new DynamicRouting(1), DataType.FLOAT).state().get("weight");
    INDArray again = layer(new DynamicRouting(2), DataType.FLOAT).state().get("weight");
    assertThat(again).isEqualTo(first);
  }

  @Test
  void capsulesThatDoNotFitAreToldWhatWasExpected() {
    CapsuleLayer layer = layer(new DynamicRouting(3), DataType.FLOAT);
    Capsules fewer = Capsules.ofLength(Variable.constant(Nd4j.zeros(DataType.FLOAT, 2, 3, 3)));
    assertThatThrownBy(() -> layer.forward(fewer))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("capsules: expected [batch, 4, 3], got [2, 3, 3]");
    Capsules longer = Capsules.ofLength(Variable.constant(Nd4j.zeros(DataType.FLOAT, 2, 4, 8)));
    assertThatThrownBy(() -> layer.forward(longer))
        .hasMessage("capsules: expected [batch, 4, 3], got [2, 4, 8]");
  }

  /** Capsules are the squashed sums of the votes, each weighed with its coupling, and the bias. */
  @Test
  void couplingIsWhatTheVotesWereWeighedWith() {
    CapsuleLayer layer = decided(new DynamicRouting(3));
    Capsules in = Capsules.ofLength(Variable.constant(poses()));
    INDArray coupling = layer.coupling(in).value();
    assertThat(coupling.shape()).containsExactly(2, IN, OUT);
    INDArray weighed = layer.votes(in).value().mul(coupling.reshape(2, IN, OUT, 1)).sum(1);
    Variable bias = layer.parameters().get("bias").variable();
    Variable expected = new SabourSquash().squash(Variable.constant(weighed).plus(bias));
    assertThat(layer.forward(in).pose().value().equalsWithEps(expected.value(), 1e-12)).isTrue();
    assertThat(coupling.maxNumber().doubleValue() - coupling.minNumber().doubleValue())
        .isGreaterThan(0.01);
  }

  @Test
  void aRoutingWithoutCouplingSaysSo() {
    CapsuleLayer layer = layer(new MeanRouting(), DataType.DOUBLE);
    assertThatThrownBy(() -> layer.coupling(Capsules.ofLength(Variable.constant(poses()))))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage("MeanRouting has no coupling coefficients");
  }
}
