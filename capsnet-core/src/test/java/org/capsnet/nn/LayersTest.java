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
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class LayersTest {

  private static final DataType DOUBLE = DataType.DOUBLE;

  private static INDArray random(long... shape) {
    return GradientCheck.random(new Random(13), shape);
  }

  @Test
  void linearIsAProductAndASum() {
    Linear layer = new Linear(3, 2, new Random(1), DOUBLE);
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
        new Conv2d(40, 48, 9, Conv2dSpec.UNIT.withStride(2), new Random(1), DataType.FLOAT);
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

  @Test
  void convolutionLayersAgreeWithTheGoldenValues() {
    Golden plain = Golden.read("conv2d_stride2");
    Conv2d conv = new Conv2d(3, 4, 3, Conv2dSpec.UNIT.withStride(2), new Random(1), DOUBLE);
    conv.loadState(Map.of("weight", plain.get("w"), "bias", plain.get("b")));
    plain.assertClose("y", conv.forward(Variable.constant(plain.get("x"))).value());
    assertThat(conv.spec().strideH()).isEqualTo(2);

    Golden transposed = Golden.read("conv_transpose2d");
    ConvTranspose2d up =
        new ConvTranspose2d(
            3, 2, 4, Conv2dSpec.UNIT.withStride(2).withPadding(1), new Random(1), DOUBLE);
    up.loadState(Map.of("weight", transposed.get("w"), "bias", transposed.get("b")));
    transposed.assertClose("y", up.forward(Variable.constant(transposed.get("x"))).value());

    assertThatThrownBy(
            () -> new Conv2d(3, 4, 3, Conv2dSpec.UNIT.withGroups(2), new Random(1), DOUBLE))
        .hasMessage("in: expected a multiple of 2 groups, got 3");
  }

  @Test
  void batchNormFollowsTheBatchesAndUsesThatInEvaluation() {
    Golden golden = Golden.read("batch_norm2d");
    BatchNorm2d layer = new BatchNorm2d(3, DOUBLE);
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
    Dropout layer = new Dropout(0.5, 3);
    Variable x = Variable.constant(Nd4j.ones(DataType.FLOAT, 10, 10));
    INDArray first = layer.forward(x).value();
    Map<String, INDArray> saved = new LinkedHashMap<>();
    layer.state().forEach((name, array) -> saved.put(name, array.dup()));
    INDArray second = layer.forward(x).value();
    assertThat(second).isNotEqualTo(first);
    Dropout resumed = new Dropout(0.5, 3);
    resumed.loadState(saved);
    assertThat(resumed.forward(x).value()).isEqualTo(second);
    layer.eval();
    assertThat(layer.forward(x)).isSameAs(x);
  }

  @Test
  void sequentialNamesItsLayersByNumber() {
    Random random = new Random(1);
    Sequential decoder =
        new Sequential(
            new Linear(3, 4, random, DOUBLE),
            Activation.relu(),
            new Linear(4, 2, Initializer.XAVIER_NORMAL, random, DOUBLE),
            Activation.sigmoid());
    assertThat(decoder.parameters()).containsOnlyKeys("0.weight", "0.bias", "2.weight", "2.bias");
    assertThat(decoder.parameters().get("0.weight").decayed()).isTrue();
    assertThat(decoder.parameters().get("0.bias").decayed()).isFalse();
    assertThat(decoder.parameterCount()).isEqualTo(3 * 4 + 4 + 4 * 2 + 2);
    INDArray y = decoder.forward(Variable.constant(random(5, 3))).value();
    assertThat(y.shape()).containsExactly(5, 2);
    assertThat(Activation.relu()).hasToString("relu");
  }

  @Test
  void sequentialTakesARectifierAlongWithTheConvolutionBeforeIt() {
    Conv2d convolution = new Conv2d(1, 3, 2, Conv2dSpec.UNIT, new Random(1), DOUBLE);
    Variable x = Variable.constant(random(2, 1, 4, 4));
    INDArray expected = convolution.forward(x).relu().value();
    Sequential both = new Sequential(convolution, Activation.relu());
    assertThat(both.forward(x).value()).isEqualTo(expected);
    assertThat(both.forward(x).toString()).contains("conv2dRelu");
    assertThat(both.parameters()).containsOnlyKeys("0.weight", "0.bias");
  }

  @Test
  void sequentialTakesNoOtherFunctionForTheRectifierByItsName() {
    Conv2d convolution = new Conv2d(1, 3, 2, Conv2dSpec.UNIT, new Random(1), DOUBLE);
    Variable x = Variable.constant(random(2, 1, 4, 4));
    Activation capped = new Activation("relu", y -> y.clamp(0, 0.1));
    assertThat(new Sequential(convolution, capped).forward(x).value())
        .isEqualTo(convolution.forward(x).clamp(0, 0.1).value());
  }

  @Test
  void activationsAreTheOperations() {
    Variable x = Variable.constant(random(3, 2));
    assertThat(Activation.relu().forward(x).value()).isEqualTo(x.relu().value());
    assertThat(Activation.leakyRelu(0.1).forward(x).value()).isEqualTo(x.leakyRelu(0.1).value());
    assertThat(Activation.sigmoid().forward(x).value()).isEqualTo(x.sigmoid().value());
    assertThat(Activation.tanh().forward(x).value()).isEqualTo(x.tanh().value());
  }

  @Test
  void residualAddsItsInputOrAProjectionOfIt() {
    Variable x = Variable.constant(random(2, 3));
    Linear same = new Linear(3, 3, new Random(1), DOUBLE);
    Linear other = new Linear(3, 4, new Random(1), DOUBLE);
    assertThat(new Residual(same).forward(x).value()).isEqualTo(x.plus(same.forward(x)).value());
    assertThat(new Residual(other, other).forward(x).value())
        .isEqualTo(other.forward(x).times(2).value());
    assertThatThrownBy(() -> new Residual(other).forward(x))
        .hasMessage("output of the residual's body: expected [2, 3], got [2, 4]");
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
    Sequential plain = block();
    Sequential inner = block();
    Checkpointed checkpointed = new Checkpointed(inner);
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

  private static Sequential block() {
    Random random = new Random(1);
    return new Sequential(
        new Conv2d(2, 3, 3, Conv2dSpec.UNIT.withPadding(1), random, DOUBLE),
        new BatchNorm2d(3, DOUBLE),
        Activation.relu(),
        new Dropout(0.3, 5),
        new Residual(new Conv2d(3, 3, 3, Conv2dSpec.UNIT.withPadding(1), random, DOUBLE)));
  }

  private static List<INDArray> step(Layer layer, Module owner, INDArray x) {
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
