package org.capsnet.capsule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Random;
import org.capsnet.autograd.Variable;
import org.capsnet.routing.DynamicRouting;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class RoutingParametersTest {

  /** States one thing and learns another. */
  private record Forgetful(Map<String, long[]> stated) implements Routing {

    @Override
    public Capsules route(Variable votes, Variable activation, Map<String, Variable> parameters) {
      return Capsules.ofLength(votes.sum(1));
    }

    @Override
    public Map<String, long[]> parameterShapes(long in, long out, long dim) {
      return stated;
    }

    @Override
    public Map<String, INDArray> initialParameters(long in, long out, long dim, DataType type) {
      return Map.of("cost", Nd4j.ones(type, out));
    }
  }

  private static DenseCapsules layer(Routing routing) {
    return new DenseCapsules(4, 3, 2, 5, routing, new Random(1), DataType.FLOAT);
  }

  /** A count that allocates would not end. */
  @Test
  void whatIsLearnedIsCountedWithoutBeingMade() {
    long many = 1L << 31;
    assertThat(new DynamicRouting(3).parameterCount(many, many, many - 1))
        .isEqualTo(many * (many - 1));
    assertThat(new DynamicRouting(3).withoutBias().parameterCount(many, many, many)).isZero();
    assertThatThrownBy(() -> new DynamicRouting(3).parameterCount(1, 1L << 32, 1L << 31))
        .isInstanceOf(ArithmeticException.class);
  }

  @Test
  void initialParametersAreThoseThatWereStated() {
    DenseCapsules layer = layer(new DynamicRouting(3));
    assertThat(layer.state().get("bias").shape()).containsExactly(2, 5);
    assertThat(layer.state().get("bias").sumNumber().doubleValue()).isZero();
    assertThat(layer(new Forgetful(Map.of("cost", new long[] {2}))).state()).containsKey("cost");
    for (Map<String, long[]> stated :
        List.of(
            Map.<String, long[]>of(),
            Map.of("cost", new long[] {3}),
            Map.of("price", new long[] {2}))) {
      assertThatThrownBy(() -> layer(new Forgetful(stated)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("Forgetful: its initial parameters [cost] are not those");
    }
  }
}
