package org.capsnet.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.capsnet.testing.MeasuredCost.assertStated;

import java.util.List;
import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.autograd.Variable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;

/** What each layer says that it makes is what its scopes hold: fused, and in plain operations. */
class CostTest {

  private static final Shape FEATURES = Shape.of(16, 12, 13);
  private static final Shape IMAGE = Shape.of(1, 20, 21);

  private static Conv2dSpec padded(int by) {
    return Conv2dSpec.UNIT.withPadding(by);
  }

  private static Conv2dSpec strided(int stride) {
    return Conv2dSpec.UNIT.withStride(stride);
  }

  private static Init seed(DataType type) {
    return Init.seed(1).type(type);
  }

  /** What stands behind it always computes the gradient of its input. */
  private static Chain<Variable, Variable> normalized(Shape in, DataType type) {
    return Chain.of(in).then(x -> new BatchNorm2d(x, seed(type)));
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void ofLinearLayers(DataType type) {
    assertStated(new Linear(Shape.of(300), 200, seed(type)), type);
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void ofConvolutions(DataType type) {
    Init init = seed(type);
    assertStated(new Conv2d(FEATURES, 8, 3, padded(1), init), type);
    assertStated(new Conv2d(FEATURES, 8, 1, Conv2dSpec.UNIT, init), type);
    assertStated(new Conv2d(FEATURES, 8, 3, Conv2dSpec.UNIT.withGroups(4), init), type);
    assertStated(new Conv2d(FEATURES, 8, 3, Conv2dSpec.UNIT.withDilation(2), init), type);
    assertStated(new Conv2d(IMAGE, 32, 9, Conv2dSpec.UNIT, init), type);
    assertStated(new Conv2d(IMAGE, 32, 3, strided(2), init), type);
    assertStated(
        normalized(Shape.of(64, 16, 16), type)
            .then(in -> new Conv2d(in, 32, 9, Conv2dSpec.UNIT, init)),
        type);
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void ofConvolutionsThatTakeARectifierAlong(DataType type) {
    Init init = seed(type);
    for (Shape in : new Shape[] {IMAGE, FEATURES}) {
      for (int kernel : new int[] {3, 9}) {
        assertStated(
            Chain.of(in)
                .then(x -> new Conv2d(x, 24, kernel, Conv2dSpec.UNIT, init))
                .then(Activation::relu),
            type);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void ofTransposedConvolutions(DataType type) {
    Init init = seed(type);
    Initializer he = Initializer.HE_NORMAL;
    assertStated(new ConvTranspose2d(FEATURES, 8, 2, strided(2), init), type);
    assertStated(new ConvTranspose2d(FEATURES, 8, 5, strided(2).withPadding(2), init), type);
    assertStated(new ConvTranspose2d(FEATURES, 8, 4, strided(2).withPadding(1), 1, he, init), type);
    assertStated(new ConvTranspose2d(FEATURES, 8, 3, Conv2dSpec.UNIT.withGroups(4), init), type);
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void ofOtherLayers(DataType type) {
    assertStated(new BatchNorm2d(FEATURES, seed(type)), type);
    assertStated(new InstanceNorm2d(FEATURES, 1e-3, seed(type)), type);
    assertStated(
        normalized(FEATURES, type)
            .then(in -> new Dropout(in, 0.3, 1, seed(type)))
            .then(Activation::tanh),
        type);
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void ofChainsAndResidualConnections(DataType type) {
    Init init = seed(type);
    assertStated(
        Chain.of(FEATURES)
            .then(in -> new Conv2d(in, 8, 3, padded(1), init))
            .then(in -> new BatchNorm2d(in, init))
            .then(Activation::relu)
            .then(
                in ->
                    Residual.of(
                        Chain.of(in)
                            .then(x -> new Conv2d(x, 8, 3, padded(1), init))
                            .then(Activation::relu)
                            .then(Activation::sigmoid)
                            .then(x -> Activation.leakyRelu(x, 0.1))))
            .then(Activation::tanh),
        type);
  }

  // ---------------------------------------------------------------- the tree

  /** A block of a user's own that states nothing. */
  private static final class Doubling extends Block<Variable, Variable> {

    Doubling(Shape in) {
      super(in, in);
    }

    @Override
    public Variable forward(Variable in) {
      return in.times(2);
    }
  }

  @Test
  void aBlockThatStatesNothingIsAnEstimateOfOneOperation() {
    Cost cost = new Doubling(FEATURES).cost(Setting.ofNetwork(DataType.FLOAT));
    assertThat(cost.estimated()).isTrue();
    assertThat(cost.prediction()).isEqualTo(FEATURES.numbers());
    assertThat(cost.training()).isEqualTo(2 * FEATURES.numbers());
    assertThat(Chain.of(FEATURES).cost(Setting.ofNetwork(DataType.FLOAT))).isEqualTo(Cost.NONE);
  }

  /** The images need no gradient, nor does what is made of them without a parameter. */
  @Test
  void gradientsAreCountedFromTheFirstParameterOn() {
    Init init = seed(DataType.FLOAT);
    Chain<Variable, Variable> net =
        Chain.of(Shape.of(10))
            .then(Activation::tanh)
            .then(in -> new Linear(in, 20, init))
            .then(in -> Chain.of(in).then(x -> new Linear(x, 30, init)));
    List<Module.Costed> costs = net.costs(Setting.ofNetwork(DataType.FLOAT));
    assertThat(costs.stream().map(Module.Costed::path)).containsExactly("0", "1", "2.0", "2", "");
    assertThat(costs.stream().map(costed -> costed.cost().training()))
        .containsExactly(10L, 40L, 80L, 0L, 0L);
    assertThat(costs.stream().map(Module.Costed::parameters))
        .containsExactly(0L, 220L, 630L, 0L, 0L);
    assertThat(costs.stream().map(costed -> costed.cost().multiplyAdds()))
        .containsExactly(0L, 200L, 600L, 0L, 0L);
  }

  @Test
  void whatCannotBeCountedIsRefused() {
    long large = Long.MAX_VALUE / 2;
    assertThatThrownBy(() -> Cost.NONE.forward(3, large)).isInstanceOf(ArithmeticException.class);
    Cost cost = Cost.NONE.multiplyAdds(large).scratch(batch -> batch * 5L).backwardOnce(1, 7);
    assertThatThrownBy(() -> cost.plus(cost).plus(cost)).isInstanceOf(ArithmeticException.class);
    assertThat(cost.plus(cost).scratch().applyAsLong(2)).isEqualTo(20);
    assertThat(cost.plus(Cost.NONE.estimate()).estimated()).isTrue();
    assertThat(cost.trainingOnce()).isEqualTo(7);
    assertThat(cost.predictionOnce()).isZero();
  }

  @Test
  void anythingAddedIsNotNone() {
    assertThat(Cost.NONE.isNone()).isTrue();
    assertThat(new Cost(0, 0, 0, 0, 0, Cost.NONE.scratch(), false).isNone()).isTrue();
    for (Cost some :
        List.of(
            Cost.NONE.predicting(1, 1),
            Cost.NONE.backward(1, 1),
            Cost.NONE.forwardOnce(1, 1),
            Cost.NONE.backwardOnce(1, 1),
            Cost.NONE.multiplyAdds(1),
            Cost.NONE.scratch(batch -> batch),
            new Cost(0, 0, 0, 0, 0, Cost.NONE.scratch(), true))) {
      assertThat(some.isNone()).as("%s", some).isFalse();
      assertThat(some).isNotEqualTo(Cost.NONE);
    }
  }
}
