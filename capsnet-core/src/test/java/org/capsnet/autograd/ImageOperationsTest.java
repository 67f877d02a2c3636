package org.capsnet.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.capsnet.testing.GradientCheck.check;

import java.util.Random;
import org.capsnet.testing.Golden;
import org.capsnet.testing.GradientCheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Pooling, batch normalization and dropout. */
class ImageOperationsTest {

  private final Random random = new Random(11);

  private INDArray random(long... shape) {
    return GradientCheck.random(random, shape);
  }

  @ParameterizedTest
  @CsvSource({"2,2,0", "3,2,1", "3,1,0", "2,3,1", "1,1,0"})
  void poolingHasTheSlopeAsGradient(int kernel, int stride, int padding) {
    INDArray x = random(2, 3, 6, 5);
    check(v -> Pooling.max2d(v[0], kernel, stride, padding), x);
    check(v -> Pooling.average2d(v[0], kernel, stride, padding), x);
    INDArray view = random(2, 6, 5, 3).permute(0, 3, 1, 2);
    check(v -> Pooling.max2d(v[0].square(), kernel, stride, padding), view);
    check(v -> Pooling.average2d(v[0], kernel, stride, padding), view);
  }

  @Test
  void paddingNeverWinsAMaximumAndCountsAsZeroInAMean() {
    Variable x = Variable.constant(Nd4j.ones(DataType.FLOAT, 1, 1, 2, 2).negi());
    assertThat(Pooling.max2d(x, 2, 2, 1).value().minNumber().doubleValue()).isEqualTo(-1);
    assertThat(Pooling.max2d(x, 2, 2, 1).value().maxNumber().doubleValue()).isEqualTo(-1);
    assertThat(Pooling.average2d(x, 2, 2, 1).value().getDouble(0)).isEqualTo(-0.25);
  }

  @Test
  void poolingRefusesWhatDoesNotFit() {
    Variable x = Variable.constant(Nd4j.zeros(DataType.FLOAT, 1, 1, 2, 2));
    assertThatThrownBy(() -> Pooling.max2d(x, 3, 1, 0))
        .hasMessageStartingWith("height: expected at least 3");
    assertThatThrownBy(() -> Pooling.average2d(x, 3, 1, 2))
        .hasMessage("kernel: expected at least 1 and twice the padding of 2, got 3");
    assertThatThrownBy(() -> Pooling.max2d(x.reshape(4), 1, 1, 0))
        .hasMessage("images: expected [batch, channels, height, width], got [4]");
  }

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"FLOAT", "DOUBLE"})
  void batchNormAgreesWithTheGoldenValues(DataType type) {
    Golden golden = Golden.read("batch_norm2d");
    Variable x = Variable.leaf(golden.get("x", type));
    Variable gamma = Variable.leaf(golden.get("gamma", type));
    Variable beta = Variable.leaf(golden.get("beta", type));
    Variable y = Normalization.batchNorm(x, gamma, beta, 1e-5).output();
    golden.assertClose("y", y.value());
    y.backward(golden.get("upstream", type));
    golden.assertClose("x_grad", x.gradient());
    golden.assertClose("gamma_grad", gamma.gradient());
    golden.assertClose("beta_grad", beta.gradient());
  }

  @Test
  void batchNormHasTheSlopeAsGradient() {
    INDArray gamma = random(3);
    INDArray beta = random(3);
    check(v -> Normalization.batchNorm(v[0], v[1], v[2], 1e-5).output(), random(5, 3), gamma, beta);
    check(
        v -> Normalization.batchNorm(v[0].permute(2, 1, 0), v[1], v[2], 1e-5).output(),
        random(3, 3, 2),
        gamma,
        beta);
    INDArray mean = random(3);
    INDArray variance = random(3).muli(0.2).addi(1);
    check(
        v -> Normalization.batchNorm(v[0], v[1], v[2], mean, variance, 1e-5),
        random(2, 3, 2, 2),
        gamma,
        beta);
  }

  @Test
  void batchNormRefusesWhatDoesNotFit() {
    Variable x = Variable.constant(Nd4j.zeros(DataType.FLOAT, 1, 3));
    Variable three = Variable.constant(Nd4j.zeros(DataType.FLOAT, 3));
    Variable two = Variable.constant(Nd4j.zeros(DataType.FLOAT, 2));
    assertThatThrownBy(() -> Normalization.batchNorm(x, three, three, 1e-5))
        .hasMessage(
            "batch normalization: expected more than 1 element per channel in training, got 1");
    assertThatThrownBy(() -> Normalization.batchNorm(x, two, three, 1e-5))
        .hasMessage("gamma: expected [3], got [2]");
    assertThatThrownBy(() -> Normalization.batchNorm(three, three, three, 1e-5))
        .hasMessage("batch normalization: expected [batch, channels, ..], got [3]");
  }

  @Test
  void dropoutIsAFunctionOfSeedAndCounter() {
    Variable x = Variable.constant(Nd4j.ones(DataType.FLOAT, 100, 100));
    INDArray first = Dropouts.dropout(x, 0.3, 1, 0).value();
    assertThat(Dropouts.dropout(x, 0.3, 1, 0).value()).isEqualTo(first);
    assertThat(Dropouts.dropout(x, 0.3, 1, 1).value()).isNotEqualTo(first);
    assertThat(Dropouts.dropout(x, 0.3, 2, 0).value()).isNotEqualTo(first);
    assertThat(first.meanNumber().doubleValue()).isBetween(0.97, 1.03);
    assertThat(first.eq(0).castTo(DataType.FLOAT).meanNumber().doubleValue()).isBetween(0.28, 0.32);
    assertThat(Dropouts.dropout(x, 0, 1, 0)).isSameAs(x);
    check(v -> Dropouts.dropout(v[0], 0.5, 3, 4), random(4, 3).permute(1, 0));
    assertThatThrownBy(() -> Dropouts.dropout(x, 1, 1, 0))
        .hasMessage("rate: expected 0 to below 1, got 1.0");
  }
}
