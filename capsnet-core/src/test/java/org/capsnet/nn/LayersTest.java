package org.capsnet.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.autograd.NoGrad;
import org.capsnet.autograd.Scope;
import org.capsnet.autograd.Variable;
import org.capsnet.testing.Golden;
import org.capsnet.testing.GradientCheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class LayersTest {

  private static final DataType DOUBLE = DataType.DOUBLE;
  private static final Init INIT = Init.of(new Random(1), DOUBLE);

  private static INDArray random(long... shape) {
    return GradientCheck.random(new Random(13), shape);
  }

  @Test
  void linearIsAProductAndASum() {
    Linear layer = new Linear(Shape.of(3), 2, INIT);
    assertThat(layer.parameters()).containsOnlyKeys("weight", "bias");
    INDArray weight = layer.parameters().get("weight").value();
    layer.parameters().get("bias").value().assign(7);
    INDArray x = random(4, 3);
    INDArray y = layer.forward(Variable.constant(x)).value();
    assertThat(y.equalsWithEps(x.mmul(weight.transpose()).add(7), 1e-12)).isTrue();
    assertThatThrownBy(() -> layer.forward(Variable.constant(random(4, 2))))
        .hasMessage("linear: expected [batch, 3], got [4, 2]");
  }

  @Test
  void convolutionGivesTheSameInEvaluationModeAndNoticesNewWeights() {
    Conv2d conv =
        new Conv2d(
            Shape.of(40, 20, 20),
            48,
            9,
            Conv2dSpec.UNIT.withStride(2),
            Init.of(new Random(1), DataType.FLOAT));
    for (long batch : new long[] {1, 32}) { // a sum over taps, and the frequency domain
      Variable x = Variable.constant(random(batch, 40, 20, 20).castTo(DataType.FLOAT));
      conv.train();
      INDArray expected = conv.forward(x).value();
      conv.eval();
      try (NoGrad constant = NoGrad.enter()) {
        assertThat(conv.forward(x).value().equalsWithEps(expected, 1e-5)).isTrue();
        INDArray bias = conv.parameters().get("bias").value();
        conv.loadState(
            Map.of("weight", conv.parameters().get("weight").value().mul(2), "bias", bias.mul(2)));
        assertThat(conv.forward(x).value().equalsWithEps(expected.mul(2), 2e-5)).isTrue();
        conv.parameters().get("weight").value().muli(0.5);
        assertThat(conv.forward(x).value().equalsWithEps(expected, 1e-5)).isTrue();
        conv.parameters().get("weight").value().putScalar(1, 2, 3, 4, 2 + 0.1 * batch);
        conv.eval();
        assertThat(conv.forward(x).value().equalsWithEps(expected, 1e-5)).isFalse();
      }
    }
  }

  private static void randomize(Module module, Random random) {
    module.parameters().values().forEach(p -> p.value().assign(drawn(random, p.value())));
    module.buffers().values().forEach(b -> b.assign(drawn(random, b)).muli(b).addi(0.5));
  }

  private static INDArray drawn(Random random, INDArray like) {
    return GradientCheck.random(random, like.shape()).castTo(like.dataType());
  }

  /** What a chain predicts is what its blocks do one after the other. */
  private static void assertPredictsAsItsBlocks(Chain<Variable, Variable> chain, Variable x) {
    Variable expected = x;
    for (Block<?, ?> block : chain.blocks()) {
      expected = one(block).forward(expected);
    }
    try (NoGrad constant = NoGrad.enter()) {
      INDArray predicted = chain.forward(x).value();
      double most = expected.value().amaxNumber().doubleValue();
      assertThat(predicted.equalsWithEps(expected.value(), 1e-5 * most)).isTrue();
    }
  }

  @SuppressWarnings("unchecked")
  private static Block<Variable, Variable> one(Block<?, ?> block) {
    return (Block<Variable, Variable>) block;
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void aNormalizationBehindAConvolutionPredictsWithItByNewNumbersToo(DataType type) {
    Random random = new Random(3);
    Init init = Init.of(random, type);
    Chain<Variable, Variable> chain =
        Chain.of(Shape.of(32, 12, 12))
            .then(in -> new Conv2d(in, 40, 3, Conv2dSpec.UNIT, init))
            .then(Activation::relu)
            .then(in -> new BatchNorm2d(in, init))
            .then(in -> new Conv2d(in, 48, 3, Conv2dSpec.UNIT.withStride(2), init))
            .then(in -> new BatchNorm2d(in, init))
            .then(Activation::relu)
            .then(in -> new BatchNorm2d(in, init));
    for (long batch : new long[] {1, 9}) {
      Variable x = Variable.constant(random(batch, 32, 12, 12).castTo(type));
      chain.train();
      chain.forward(x); // moves the running statistics
      chain.eval();
      for (int i = 0; i < 3; i++) {
        randomize(chain, random); // in place, as an optimiser does
        assertPredictsAsItsBlocks(chain, x);
      }
      for (Block<?, ?> block : chain.blocks()) {
        if (block instanceof BatchNorm2d norm) {
          norm.buffers().get("running_mean").addi(1);
        }
      }
      assertPredictsAsItsBlocks(chain, x);
    }
    chain.train();
    Variable x = Variable.constant(random(5, 32, 12, 12).castTo(type));
    try (NoGrad constant = NoGrad.enter()) { // in training by the statistics of the batch
      double mean = chain.forward(x).value().mean(0, 2, 3).getDouble(7);
      double beta = chain.parameters().get("6.bias").value().getDouble(7);
      assertThat(mean).isCloseTo(beta, Offset.offset(1e-5));
    }
  }

  @Test
  void convolutionLayersAgreeWithTheGoldenValues() {
    Golden plain = Golden.read("conv2d_stride2");
    Conv2d conv = new Conv2d(Shape.of(3, 7, 7), 4, 3, Conv2dSpec.UNIT.withStride(2), INIT);
    conv.loadState(Map.of("weight", plain.get("w"), "bias", plain.get("b")));
    plain.assertClose("y", conv.forward(Variable.constant(plain.get("x"))).value());
    assertThat(conv.spec().strideH()).isEqualTo(2);

    Golden transposed = Golden.read("conv_transpose2d");
    ConvTranspose2d up =
        new ConvTranspose2d(
            Shape.of(3, 4, 4), 2, 4, Conv2dSpec.UNIT.withStride(2).withPadding(1), INIT);
    up.loadState(Map.of("weight", transposed.get("w"), "bias", transposed.get("b")));
    transposed.assertClose("y", up.forward(Variable.constant(transposed.get("x"))).value());

    assertThatThrownBy(
            () -> new Conv2d(Shape.of(3, 7, 7), 4, 3, Conv2dSpec.UNIT.withGroups(2), INIT))
        .hasMessage("in: expected a multiple of 2 groups, got 3");
  }

  @Test
  void batchNormFollowsTheBatchesAndUsesThatInEvaluation() {
    Golden golden = Golden.read("batch_norm2d");
    BatchNorm2d layer = new BatchNorm2d(Shape.of(3, 4, 5), INIT);
    layer.parameters().get("weight").value().assign(golden.get("gamma"));
    layer.parameters().get("bias").value().assign(golden.get("beta"));
    Variable x = Variable.constant(golden.get("x"));
    golden.assertClose("y", layer.forward(x).value());
    golden.assertClose("running_mean_after", layer.buffers().get("running_mean"));
    golden.assertClose("running_var_after", layer.buffers().get("running_var"));

    layer.eval();
    INDArray evaluated = layer.forward(x).value();
    golden.assertClose("running_mean_after", layer.buffers().get("running_mean"));
    double expected =
        (x.value().getDouble(1, 2, 3, 4) - golden.get("running_mean_after").getDouble(2))
                / Math.sqrt(golden.get("running_var_after").getDouble(2) + 1e-5)
                * golden.get("gamma").getDouble(2)
            + golden.get("beta").getDouble(2);
    assertThat(evaluated.getDouble(1, 2, 3, 4)).isCloseTo(expected, Offset.offset(1e-12));
  }

  @Test
  void dropoutDrawsAnewInTrainingGoesOnAfterLoadingAndRestsInEvaluation() {
    Dropout layer = new Dropout(Shape.of(10), 0.5, 3, INIT);
    Variable x = Variable.constant(Nd4j.ones(DataType.FLOAT, 10, 10));
    INDArray first = layer.forward(x).value();
    Map<String, INDArray> saved = new LinkedHashMap<>();
    layer.state().forEach((name, array) -> saved.put(name, array.dup()));
    INDArray second = layer.forward(x).value();
    assertThat(second).isNotEqualTo(first);
    Dropout resumed = new Dropout(Shape.of(10), 0.5, 3, INIT);
    resumed.loadState(saved);
    assertThat(resumed.forward(x).value()).isEqualTo(second);
    layer.eval();
    assertThat(layer.forward(x)).isSameAs(x);
  }

  @Test
  void aChainNamesItsBlocksByNumber() {
    Chain<Variable, Variable> decoder =
        Chain.of(Shape.of(3))
            .then(in -> new Linear(in, 4, INIT))
            .then(Activation::relu)
            .then(in -> new Linear(in, 2, Initializer.XAVIER_NORMAL, INIT))
            .then(Activation::sigmoid);
    assertThat(decoder.parameters()).containsOnlyKeys("0.weight", "0.bias", "2.weight", "2.bias");
    assertThat(decoder.parameters().get("0.weight").decayed()).isTrue();
    assertThat(decoder.parameters().get("0.bias").decayed()).isFalse();
    assertThat(decoder.parameterCount()).isEqualTo(3 * 4 + 4 + 4 * 2 + 2);
    INDArray y = decoder.forward(Variable.constant(random(5, 3))).value();
    assertThat(y.shape()).containsExactly(5, 2);
    assertThat(Activation.relu(Shape.of(1))).hasToString("relu");
  }

  @Test
  void aChainTakesARectifierAlongWithTheConvolutionBeforeIt() {
    Conv2d convolution = new Conv2d(Shape.of(1, 4, 4), 3, 2, Conv2dSpec.UNIT, INIT);
    Variable x = Variable.constant(random(2, 1, 4, 4));
    INDArray expected = convolution.forward(x).relu().value();
    Chain<Variable, Variable> both =
        Chain.of(convolution.input()).then(in -> convolution).then(Activation::relu);
    assertThat(both.forward(x).value()).isEqualTo(expected);
    assertThat(both.forward(x).toString()).contains("conv2dRelu");
    assertThat(both.parameters()).containsOnlyKeys("0.weight", "0.bias");
  }

  @Test
  void aChainTakesNoOtherFunctionForTheRectifierByItsName() {
    Conv2d convolution = new Conv2d(Shape.of(1, 4, 4), 3, 2, Conv2dSpec.UNIT, INIT);
    Variable x = Variable.constant(random(2, 1, 4, 4));
    Chain<Variable, Variable> capped =
        Chain.of(convolution.input())
            .then(in -> convolution)
            .then(in -> new Activation(in, "relu", y -> y.clamp(0, 0.1)));
    assertThat(capped.forward(x).value()).isEqualTo(convolution.forward(x).clamp(0, 0.1).value());
  }

  @Test
  void activationsAreTheOperations() {
    Variable x = Variable.constant(random(3, 2));
    assertThat(Activation.relu(Shape.of(2)).forward(x).value()).isEqualTo(x.relu().value());
    assertThat(Activation.leakyRelu(Shape.of(2), 0.1).forward(x).value())
        .isEqualTo(x.leakyRelu(0.1).value());
    assertThat(Activation.sigmoid(Shape.of(2)).forward(x).value()).isEqualTo(x.sigmoid().value());
    assertThat(Activation.tanh(Shape.of(2)).forward(x).value()).isEqualTo(x.tanh().value());
  }

  @Test
  void residualAddsItsInputOrAProjectionOfIt() {
    Variable x = Variable.constant(random(2, 3));
    Linear same = new Linear(Shape.of(3), 3, INIT);
    Linear other = new Linear(Shape.of(3), 4, INIT);
    assertThat(Residual.of(same).forward(x).value()).isEqualTo(x.plus(same.forward(x)).value());
    Linear twin = new Linear(Shape.of(3), 4, INIT);
    twin.loadState(other.state());
    assertThat(new Residual<>(other, twin).forward(x).value())
        .isEqualTo(other.forward(x).times(2).value());
    assertThatThrownBy(() -> Residual.of(other))
        .hasMessage("output of the residual's body: expected [3], got [4]");
  }

  @Test
  void initializersHaveTheVarianceOfTheirPaper() {
    Map<Initializer, Double> variances =
        Map.of(
            Initializer.HE_NORMAL, 2.0 / 50,
            Initializer.HE_UNIFORM, 2.0 / 50,
            Initializer.XAVIER_NORMAL, 2.0 / 250,
            Initializer.XAVIER_UNIFORM, 2.0 / 250,
            Initializer.FAN_IN_UNIFORM, 1.0 / 150);
    variances.forEach(
        (initializer, variance) -> {
          INDArray w = initializer.draw(50, 200, new Random(5), DOUBLE, 200, 50);
          assertThat(w.varNumber().doubleValue()).isBetween(0.95 * variance, 1.05 * variance);
          assertThat(Math.abs(w.meanNumber().doubleValue())).isLessThan(0.01);
          assertThat(initializer.draw(50, 200, new Random(5), DOUBLE, 200, 50)).isEqualTo(w);
          INDArray inFloat = initializer.draw(50, 200, new Random(5), DataType.FLOAT, 200, 50);
          assertThat(inFloat).isEqualTo(w.castTo(DataType.FLOAT));
        });
  }

  @Test
  void aCheckpointedLayerGivesTheSameNumbersAndHoldsLess() {
    Chain<Variable, Variable> plain = block();
    Chain<Variable, Variable> inner = block();
    Checkpointed<Variable, Variable> checkpointed = new Checkpointed<>(inner);
    INDArray x = random(4, 2, 12, 12);
    for (int step = 0; step < 3; step++) {
      List<INDArray> expected = step(plain, plain, x);
      List<INDArray> actual = step(checkpointed, inner, x);
      assertThat(actual).isEqualTo(expected);
    }
    assertThat(inner.state()).isEqualTo(plain.state());
    checkpointed.eval();
    plain.eval();
    assertThat(step(checkpointed, inner, x)).isEqualTo(step(plain, plain, x));
    assertThat(checkpointed.parameters()).containsKey("layer.0.weight");
  }

  private static Chain<Variable, Variable> block() {
    Init init = Init.of(new Random(1), DOUBLE);
    Conv2dSpec padded = Conv2dSpec.UNIT.withPadding(1);
    return Chain.of(Shape.of(2, 12, 12))
        .then(in -> new Conv2d(in, 3, 3, padded, init))
        .then(in -> new BatchNorm2d(in, init))
        .then(Activation::relu)
        .then(in -> new Dropout(in, 0.3, 5, init))
        .then(in -> Residual.of(new Conv2d(in, 3, 3, padded, init)));
  }

  private static List<INDArray> step(Block<Variable, Variable> layer, Module owner, INDArray x) {
    Variable input = Variable.leaf(x);
    owner.clearGradients();
    try (Scope scope = Scope.open()) {
      Variable y = layer.forward(input.times(1));
      y.square().sum().backward();
      List<INDArray> results = new ArrayList<>();
      results.add(Scope.copyDetached(y.value()));
      results.add(input.gradient());
      owner
          .parameters()
          .values()
          .forEach(p -> results.add(Scope.copyDetached(p.variable().gradient())));
      return results;
    }
  }
}
