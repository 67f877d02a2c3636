package org.capsnet.autograd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.capsnet.kernel.Kernels;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class TracingTest {

  private final Variable x = Variable.constant(Nd4j.ones(DataType.FLOAT, 2, 3));

  private static List<String> operations(Variable root) {
    return Variable.computedBefore(root).stream().map(Variable::operation).toList();
  }

  @Test
  void whatNeedsNoGradientIsRecordedToo() {
    assertThat(operations(x.exp().sum())).containsExactly("sum");
    assertThat(operations(Tracing.of(() -> x.exp().sum())))
        .containsExactly("constant", "exp", "sum");
    Variable inNoGrad =
        Tracing.of(
            () -> {
              try (NoGrad none = NoGrad.enter()) {
                return Checkpoint.run(u -> u[0].exp(), x);
              }
            });
    assertThat(operations(inNoGrad)).containsExactly("constant", "exp");
  }

  @Test
  void anArrayThatIsHandedOnKeepsItsHistory() {
    Variable traced =
        Tracing.of(
            () -> {
              INDArray mask = OneHot.ofLargest(x.exp()).value();
              return x.times(Variable.constant(mask)).plus(x.tanh().detach());
            });
    assertThat(operations(traced)).contains("exp", "largest", "tanh", "detach");
    assertThat(traced.needsGradient()).isFalse();
  }

  @Test
  void aHistoryIsNoGradient() {
    Variable leaf = Variable.leaf(Nd4j.ones(DataType.FLOAT, 2, 3));
    Tracing.of(() -> leaf.times(leaf.exp().detach()).sum()).backward();
    assertThat(leaf.gradient().getDouble(0)).isEqualTo((double) (float) Math.E);
  }

  @Test
  void kernelsGiveWayOnThisThreadUntilItIsOver() {
    boolean before = Kernels.fused(DataType.FLOAT);
    Tracing.of(
        () -> {
          Tracing.of(() -> x);
          assertThat(Tracing.on()).isTrue();
          assertThat(Kernels.fused(DataType.FLOAT)).isFalse();
          return x;
        });
    assertThat(Tracing.on()).isFalse();
    assertThat(Kernels.fused(DataType.FLOAT)).isEqualTo(before);
  }

  @Test
  void operationsStateTheirSettings() {
    assertThat(x.slice(-1, 0, 2).settings()).isEqualTo(Map.of("axis", 1, "from", 0L, "to", 2L));
    assertThat(x.plus(2).settings()).isEqualTo(Map.of("number", 2.0));
    assertThat(x.exp().settings()).isEmpty();
    assertThat(Variable.of(new Operation("own", Map.of("rate", 3)), x.value(), null, x).settings())
        .isEqualTo(Map.of("rate", 3));
  }
}
