package org.capsnet.bench.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.ndarray.INDArray;

class ContestTest {

  @Test
  void efficientCapsNetHasTheParametersOfItsPaper() {
    // Section 4.1: 161 thousand without the decoder.
    Map<String, ?> all = Contest.EFFICIENT.build().network().parameters();
    long encoder =
        Contest.EFFICIENT.build().network().state().entrySet().stream()
            .filter(e -> all.containsKey(e.getKey()) && !e.getKey().startsWith("decoder"))
            .mapToLong(e -> e.getValue().length())
            .sum();
    assertThat(encoder).isBetween(160_000L, 162_000L);
  }

  @ParameterizedTest
  @EnumSource
  void nothingInAStateIsConstant(Contest contest) {
    contest
        .state()
        .forEach(
            (name, array) ->
                assertThat(array.maxNumber()).as(name).isNotEqualTo(array.minNumber()));
  }

  @ParameterizedTest
  @EnumSource
  void aFixtureIsAlwaysTheSame(Contest contest) {
    Fixture one = Fixture.random(contest, 2);
    Fixture other = Fixture.random(contest, 2);
    assertThat(one.digits().getFeatures()).isEqualTo(other.digits().getFeatures());
    assertThat(one.state()).isEqualTo(other.state());
  }

  @ParameterizedTest
  @EnumSource
  void aStateFitsItsNetwork(Contest contest) {
    Map<String, INDArray> state = contest.state();
    contest.build().network().loadState(state);
    assertThat(state).isNotEmpty();
  }
}
