package org.capsnet.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.Random;
import org.capsnet.autograd.Variable;
import org.capsnet.capsule.Capsules;
import org.capsnet.capsule.CastVotes;
import org.capsnet.capsule.RoutingInput;
import org.capsnet.capsule.SabourSquash;
import org.capsnet.testing.GradientCheck;
import org.capsnet.testing.Numbers;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Against sums written out, there being no golden values of it. */
class StaticRoutingTest {

  private static final int BATCH = 2;
  private static final int IN = 5;
  private static final int OUT = 3;
  private static final int DIM = 4;

  private final INDArray votes = GradientCheck.random(new Random(1), BATCH, IN, OUT, DIM);

  private RoutingInput input(INDArray prior) {
    Variable active = Variable.constant(Nd4j.ones(DataType.DOUBLE, BATCH, IN));
    return RoutingInput.of(
        CastVotes.of(Variable.constant(votes), active), Map.of("prior", Variable.constant(prior)));
  }

  @Test
  void isUniformBeforeItHasLearnedAnything() {
    RoutingInput in = input(Nd4j.zeros(DataType.DOUBLE, IN, OUT));
    Capsules learned = new StaticRouting().route(in);
    Capsules uniform = new UniformRouting().route(in);
    assertThat(Numbers.difference(learned.pose().value(), uniform.pose().value()))
        .isLessThan(1e-15);
    assertThat(Numbers.difference(learned.activation().value(), uniform.activation().value()))
        .isLessThan(1e-15);
  }

  @Test
  void weighsTheVotesByTheSoftmaxOfWhatItHasLearned() {
    INDArray prior = GradientCheck.random(new Random(2), IN, OUT);
    INDArray s = Nd4j.zeros(DataType.DOUBLE, BATCH, OUT, DIM);
    for (int i = 0; i < IN; i++) {
      double sum = 0;
      for (int j = 0; j < OUT; j++) {
        sum += Math.exp(prior.getDouble(i, j));
      }
      for (int j = 0; j < OUT; j++) {
        double c = Math.exp(prior.getDouble(i, j)) / sum;
        for (int b = 0; b < BATCH; b++) {
          for (int d = 0; d < DIM; d++) {
            s.putScalar(b, j, d, s.getDouble(b, j, d) + c * votes.getDouble(b, i, j, d));
          }
        }
        assertThat(new StaticRouting().coupling(input(prior)).value().getDouble(1, i, j))
            .isCloseTo(c, within(1e-15));
      }
    }
    INDArray expected = new SabourSquash().squash(Variable.constant(s)).value();
    Capsules out = new StaticRouting().route(input(prior));
    assertThat(Numbers.difference(out.pose().value(), expected)).isLessThan(1e-14);
  }
}
