package org.capsnet.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.capsnet.testing.GradientCheck.check;

import java.util.Random;
import java.util.stream.Stream;
import org.capsnet.testing.Golden;
import org.capsnet.testing.GradientCheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class ConvolutionTest {

  private static final Conv2dSpec UNIT = Conv2dSpec.UNIT;

  private final Random random = new Random(5);

  private INDArray random(long... shape) {
    return GradientCheck.random(random, shape);
  }

  private interface Layer {
    Variable apply(Variable x, Variable w, Variable b);
  }

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"FLOAT", "DOUBLE"})
  void agreesWithTheGoldenValues(DataType type) {
    golden("conv2d_stride2", type, (x, w, b) -> Convolution.conv2d(x, w, b, UNIT.withStride(2)));
    golden("conv2d_pad1", type, (x, w, b) -> Convolution.conv2d(x, w, b, UNIT.withPadding(1)));
    golden("conv2d_depthwise", type, (x, w, b) -> Convolution.conv2d(x, w, b, UNIT.withGroups(4)));
    golden(
        "conv_transpose2d",
        type,
        (x, w, b) -> Convolution.convTranspose2d(x, w, b, UNIT.withStride(2).withPadding(1), 0));
  }

  private static void golden(String name, DataType type, Layer layer) {
    Golden golden = Golden.read(name);
    Variable x = Variable.leaf(golden.get("x", type));
    Variable w = Variable.leaf(golden.get("w", type));
    Variable b = Variable.leaf(golden.get("b", type));
    try (Scope scope = Scope.open()) {
      Variable y = layer.apply(x, w, b);
      golden.assertClose("y", y.value());
      y.backward(golden.get("upstream", type));
      golden.assertClose("x_grad", x.gradient());
      golden.assertClose("w_grad", w.gradient());
      golden.assertClose("b_grad", b.gradient());

      Variable frozenInput = layer.apply(x.detach(), w, b);
      w.clearGradient();
      frozenInput.backward(golden.get("upstream", type));
      golden.assertClose("w_grad", w.gradient());

      Variable frozenWeights = layer.apply(x, w.detach(), b.detach());
      x.clearGradient();
      frozenWeights.backward(golden.get("upstream", type));
      golden.assertClose("x_grad", x.gradient());
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"FLOAT", "DOUBLE"})
  void withTheRectifierIsTheConvolutionRectified(DataType type) {
    Variable x = Variable.leaf(random(3, 1, 12, 11).castTo(type));
    Variable w = Variable.leaf(random(4, 1, 7, 7).castTo(type));
    Variable b = Variable.leaf(random(4).castTo(type));
    INDArray upstream = random(3, 4, 6, 5).castTo(type);
    Variable plain = Convolution.conv2d(x, w, b, UNIT).relu();
    plain.backward(upstream);
    INDArray[] expected = {x.gradient().dup(), w.gradient().dup(), b.gradient().dup()};
    x.clearGradient();
    w.clearGradient();
    b.clearGradient();

    Variable y = Convolution.conv2dRelu(x, w, b, UNIT);
    y.backward(upstream);

    assertThat(plain.value().minNumber().doubleValue()).isZero();
    assertThat(y.value()).isEqualTo(plain.value());
    assertThat(x.gradient()).isEqualTo(expected[0]);
    assertThat(w.gradient()).isEqualTo(expected[1]);
    assertThat(b.gradient()).isEqualTo(expected[2]);
  }

  static Stream<Arguments> specs() {
    return Stream.of(
        Arguments.of(UNIT, 1),
        Arguments.of(UNIT.withStride(2, 1).withPadding(1, 2), 1),
        Arguments.of(UNIT.withStride(3), 1),
        Arguments.of(UNIT.withDilation(2, 1), 1),
        Arguments.of(UNIT.withDilation(1, 2).withStride(2).withPadding(2), 1),
        Arguments.of(UNIT.withPadding(3, 1), 1),
        Arguments.of(UNIT.withGroups(2), 1),
        Arguments.of(UNIT.withGroups(2).withStride(2).withPadding(1).withDilation(2), 1),
        Arguments.of(UNIT.withGroups(4), 1),
        Arguments.of(UNIT.withGroups(4).withStride(1, 2).withPadding(0, 1), 2));
  }

  @ParameterizedTest
  @MethodSource("specs")
  void gradientIsTheSlope(Conv2dSpec spec, int multiplier) {
    int groups = spec.groups();
    INDArray x = random(2, 4, 5, 4);
    INDArray w = random(4L * multiplier, 4 / groups, 3, 2);
    INDArray b = random(4L * multiplier);
    check(v -> Convolution.conv2d(v[0], v[1], v[2], spec), x, w, b);
  }

  @ParameterizedTest
  @MethodSource("specs")
  void aGradientWantedAloneIsTheSame(Conv2dSpec spec, int multiplier) {
    Variable x = Variable.leaf(random(2, 4, 5, 4));
    Variable w = Variable.leaf(random(4L * multiplier, 4 / spec.groups(), 3, 2));
    Convolution.conv2d(x, w, null, spec).square().sum().backward();
    INDArray ofX = x.gradient().dup();
    INDArray ofW = w.gradient().dup();
    x.clearGradient();
    w.clearGradient();
    Convolution.conv2d(x, w.detach(), null, spec).square().sum().backward();
    Convolution.conv2d(x.detach(), w, null, spec).square().sum().backward();
    assertThat(x.gradient().equalsWithEps(ofX, 1e-10)).isTrue();
    assertThat(w.gradient().equalsWithEps(ofW, 1e-10)).isTrue();
  }

  @ParameterizedTest
  @MethodSource("specs")
  void transposedGradientIsTheSlope(Conv2dSpec spec, int multiplier) {
    INDArray x = random(2, 4, 6, 4);
    INDArray w = random(4, multiplier, 3, 2);
    INDArray b = random((long) multiplier * spec.groups());
    check(v -> Convolution.convTranspose2d(v[0], v[1], v[2], spec, 0), x, w, b);
  }

  @Test
  void outputPaddingAddsARowAndAColumn() {
    Conv2dSpec spec = UNIT.withStride(2).withPadding(1);
    INDArray x = random(1, 2, 3, 3);
    INDArray w = random(2, 3, 3, 3);
    check(v -> Convolution.convTranspose2d(v[0], v[1], null, spec, 1), x, w);
    Variable y =
        Convolution.convTranspose2d(Variable.constant(x), Variable.constant(w), null, spec, 1);
    assertThat(y.shape()).containsExactly(1, 3, 6, 6);
  }

  @Test
  void viewsGiveWhatCopiesGive() {
    check(
        v -> Convolution.conv2d(v[0].permute(0, 3, 1, 2), v[1].permute(3, 2, 0, 1), v[2], UNIT),
        random(2, 4, 5, 3),
        random(2, 3, 3, 2),
        random(2));
    check(
        v -> Convolution.convTranspose2d(v[0].slice(1, 1, 3), v[1], null, UNIT, 0),
        random(2, 3, 3, 2),
        random(2, 2, 2, 3));
    check(
        v ->
            Convolution.conv2d(v[0].slice(0, 1, 3), v[1].slice(0, 2, 4), v[2].slice(0, 1, 3), UNIT),
        random(3, 2, 4, 3),
        random(5, 2, 3, 2),
        random(4));
  }

  @Test
  void aKernelOfTheSizeOfTheInputIsAProduct() {
    check(
        v -> Convolution.conv2d(v[0], v[1], v[2], UNIT),
        random(2, 3, 4, 4),
        random(5, 3, 4, 4),
        random(5));
    check(v -> Convolution.conv2d(v[0], v[1], null, UNIT), random(1, 1, 2, 2), random(1, 1, 1, 1));
    INDArray w = random(2, 1, 3, 3);
    check(
        v ->
            Convolution.conv2d(v[0], Variable.constant(w), null, UNIT.withPadding(2).withStride(3)),
        random(2, 1, 1, 1));
  }

  @Test
  void wrongShapesSayWhatWasExpectedAndWhatCame() {
    Variable x = Variable.constant(Nd4j.zeros(DataType.FLOAT, 2, 3, 7, 8));
    Variable w = Variable.constant(Nd4j.zeros(DataType.FLOAT, 4, 3, 9, 9));
    Variable b = Variable.constant(Nd4j.zeros(DataType.FLOAT, 3));
    fails(
        () -> Convolution.conv2d(x, w, null, UNIT),
        "height: expected at least 9 for a kernel of 9 with dilation 1 and padding 0, got 7");
    fails(() -> Convolution.conv2d(x, w, b, UNIT), "bias: expected [4], got [3]");
    fails(
        () -> Convolution.conv2d(b, w, null, UNIT),
        "images: expected [batch, 3, height, width], got [3]");
    fails(
        () -> Convolution.conv2d(x, b, null, UNIT),
        "weights: expected [out, in / groups, kH, kW], got [3]");
    fails(() -> UNIT.withStride(0), "stride: expected at least 1, got 0");
    fails(
        () -> Convolution.convTranspose2d(x, w, null, UNIT, 0),
        "images: expected [batch, 4, height, width], got [2, 3, 7, 8]");
    fails(() -> UNIT.transposedHeight(3, 3, 1), "output padding: expected 0 to 0, got 1");
  }

  private static void fails(Runnable operation, String message) {
    assertThatThrownBy(operation::run)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @ParameterizedTest
  @CsvSource({"1,1,0", "2,1,0", "3,2,1", "2,3,1"})
  void unfoldShowsWhatTheKernelSees(int kernel, int stride, int padding) {
    Conv2dSpec spec = Conv2dSpec.UNIT.withStride(stride).withPadding(padding);
    INDArray x = GradientCheck.random(new Random(6), 2, 3, 5, 4);
    INDArray seen = Convolution.unfold(Variable.constant(x), kernel, kernel, spec).value();
    int height = (5 + 2 * padding - kernel) / stride + 1;
    int width = (4 + 2 * padding - kernel) / stride + 1;
    assertThat(seen.shape()).containsExactly(2, 3, kernel, kernel, height, width);
    for (int ky = 0; ky < kernel; ky++) {
      for (int kx = 0; kx < kernel; kx++) {
        for (int oy = 0; oy < height; oy++) {
          for (int ox = 0; ox < width; ox++) {
            int iy = oy * stride + ky - padding;
            int ix = ox * stride + kx - padding;
            boolean inside = iy >= 0 && iy < 5 && ix >= 0 && ix < 4;
            assertThat(seen.getDouble(new long[] {1, 2, ky, kx, oy, ox}))
                .isEqualTo(inside ? x.getDouble(1, 2, iy, ix) : 0);
          }
        }
      }
    }
    GradientCheck.check(v -> Convolution.unfold(v[0], kernel, kernel, spec), x);
  }
}
