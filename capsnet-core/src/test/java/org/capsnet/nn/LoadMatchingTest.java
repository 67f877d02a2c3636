package org.capsnet.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.autograd.NoGrad;
import org.capsnet.autograd.Variable;
import org.capsnet.testing.Numbers;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A module takes over what fits of a state, says what does not, and refuses what would be wrong.
 */
class LoadMatchingTest {

  private static Chain<Variable, Variable> net(long out, long seed) {
    Init init = Init.seed(seed);
    return Chain.of(Shape.of(4))
        .then("hidden", in -> new Linear(in, 3, init))
        .then("out", in -> new Linear(in, out, init));
  }

  private static Map<String, INDArray> copy(Map<String, INDArray> state) {
    Map<String, INDArray> copy = new LinkedHashMap<>();
    state.forEach((name, array) -> copy.put(name, array.dup()));
    return copy;
  }

  private static void assertRefused(Module module, Map<String, INDArray> state, String message) {
    Map<String, double[]> before = Numbers.of(module.state());
    assertThatThrownBy(() -> module.loadMatching(state))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
    assertThat(Numbers.of(module.state())).usingRecursiveComparison().isEqualTo(before);
  }

  @Test
  void whatFitsIsLoadedAndAllElseNamed() {
    Module module = net(2, 1);
    Map<String, double[]> before = Numbers.of(module.state());
    Map<String, INDArray> state = copy(net(5, 2).state());
    state.remove("hidden.bias");
    state.put("more.weight", Nd4j.ones(2));

    PartialLoad load = module.loadMatching(state);
    assertThat(load)
        .isEqualTo(
            new PartialLoad(
                List.of("hidden.weight"),
                List.of(
                    new PartialLoad.OtherShape("out.weight", List.of(2L, 3L), List.of(5L, 3L)),
                    new PartialLoad.OtherShape("out.bias", List.of(2L), List.of(5L))),
                List.of("hidden.bias"),
                List.of("more.weight")))
        .hasToString(
            """
            loaded: hidden.weight
            of another shape: out.weight: expected [2, 3], got [5, 3]; \
            out.bias: expected [2], got [5]
            missing: hidden.bias
            unknown: more.weight\
            """);

    Map<String, double[]> after = Numbers.of(module.state());
    assertThat(after.get("hidden.weight")).isEqualTo(Numbers.of(state.get("hidden.weight")));
    assertThat(after.get("hidden.weight")).isNotEqualTo(before.get("hidden.weight"));
    for (String kept : List.of("hidden.bias", "out.weight", "out.bias")) {
      assertThat(after.get(kept)).as(kept).isEqualTo(before.get(kept));
    }
  }

  /** A later change of the state does not reach the module, and its type is the module's. */
  @Test
  void numbersAreCopiedAndConverted() {
    Module module = net(2, 1);
    INDArray weight = Nd4j.ones(DataType.DOUBLE, 3, 4);
    module.loadMatching(Map.of("hidden.weight", weight));
    weight.assign(7);
    INDArray own = module.state().get("hidden.weight");
    assertThat(own.dataType()).isEqualTo(DataType.FLOAT);
    assertThat(own.minNumber().doubleValue()).isEqualTo(1);
    assertThat(own.maxNumber().doubleValue()).isEqualTo(1);
  }

  /** A convolution keeps the spectrum of its weights in evaluation mode. */
  @Test
  void whatWasMadeOfTheOldWeightsIsForgotten() {
    Conv2dSpec halving = Conv2dSpec.UNIT.withStride(2);
    Conv2d conv = new Conv2d(Shape.of(40, 20, 20), 48, 9, halving, Init.seed(1));
    conv.eval();
    Variable x = Variable.constant(Nd4j.ones(DataType.FLOAT, 32, 40, 20, 20));
    try (NoGrad constant = NoGrad.enter()) {
      double before = conv.forward(x).value().getDouble(0, 1, 0, 0);
      INDArray weight = conv.state().get("weight").dup();
      weight.putScalar(new long[] {1, 2, 3, 4}, weight.getDouble(1, 2, 3, 4) + 1);
      conv.loadMatching(Map.of("weight", weight));
      assertThat(conv.forward(x).value().getDouble(0, 1, 0, 0)).isCloseTo(before + 1, within(1e-3));
    }
  }

  @Test
  void aStateOfWhichNothingFitsIsRefused() {
    assertRefused(
        net(2, 1),
        Map.of("out.bias", Nd4j.ones(3)),
        """
        nothing of the state fits this Chain:
        of another shape: out.bias: expected [2], got [3]
        missing: hidden.weight; hidden.bias; out.weight\
        """);
    assertRefused(
        net(2, 1),
        Map.of(),
        """
        nothing of the state fits this Chain:
        missing: hidden.weight; hidden.bias; out.weight; out.bias\
        """);
  }

  @Test
  void wrongNumbersAreRefused() {
    Map<String, INDArray> state = copy(net(2, 2).state());
    state.get("out.bias").putScalar(1, Float.NaN);
    assertRefused(net(2, 1), state, "out.bias: expected finite numbers, got NaN or infinity");
    state.put("out.bias", Nd4j.createFromArray(1.0, 1e300));
    assertRefused(net(2, 1), state, "out.bias: expected finite numbers, got NaN or infinity");
    state.put("out.bias", Nd4j.createFromArray(1, 2));
    assertRefused(net(2, 1), state, "out.bias: expected FLOAT, DOUBLE, HALF or BFLOAT16, got INT");
  }

  /** What is not taken over may be as it likes. */
  @Test
  void numbersThatDoNotFitAnywayDoNotMatter() {
    Map<String, INDArray> state = copy(net(5, 2).state());
    state.get("out.bias").putScalar(1, Float.NaN);
    assertThat(net(2, 1).loadMatching(state).loaded())
        .containsExactly("hidden.weight", "hidden.bias");
  }

  @Test
  void aBufferOutOfItsRangeIsRefused() {
    Module norm = new BatchNorm2d(Shape.of(2, 3, 3), Init.seed(1));
    Map<String, INDArray> state = copy(norm.state());
    String variance =
        state.keySet().stream().filter(name -> name.contains("var")).findFirst().orElseThrow();
    state.get(variance).putScalar(0, -1);
    Map<String, double[]> before = Numbers.of(norm.state());
    assertThatThrownBy(() -> norm.loadMatching(state))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(variance);
    assertThat(Numbers.of(norm.state())).usingRecursiveComparison().isEqualTo(before);
  }
}
