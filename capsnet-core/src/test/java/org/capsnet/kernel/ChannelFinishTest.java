package org.capsnet.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.stream.Stream;
import org.capsnet.autograd.Conv2dSpec;
import org.capsnet.autograd.Convolution;
import org.capsnet.autograd.NoGrad;
import org.capsnet.autograd.Variable;
import org.capsnet.testing.FusedKernels;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/** What follows a convolution is what its parts give one after the other, whatever the way. */
class ChannelFinishTest {

  private static final double EPSILON = 1e-3;

  private interface Way {
    void forward(Convolutions.Operands o, ChannelFinish finish, INDArray result);
  }

  /** A way that keeps weights, and one of operands of another shape than others take. */
  private record Case(String name, ConvolutionSizes sizes, Way way) {
    @Override
    public String toString() {
      return name + " " + sizes.batch();
    }
  }

  static Stream<Case> cases() {
    return Stream.of(1, 7).flatMap(ChannelFinishTest::cases);
  }

  private static Stream<Case> cases(int batch) {
    ConvolutionSizes sizes = new ConvolutionSizes(batch, 18, 12, 11, 70, 3, 3, 1, 1, 1, 0);
    ConvolutionSizes strided = new ConvolutionSizes(batch, 35, 9, 8, 70, 3, 3, 2, 2, 0, 1);
    ConvolutionSizes alone = new ConvolutionSizes(batch, 37, 9, 8, 37, 5, 4, 2, 1, 1, 0);
    return Stream.of(
        new Case(
            "tiles",
            sizes,
            (o, f, y) -> new TileConvolution(sizes).forward(o.x, o.w, f, new Prepared(), y)),
        new Case(
            "tiles, nothing kept",
            sizes,
            (o, f, y) -> new TileConvolution(sizes).forward(o.x, o.w, f, null, y)),
        new Case(
            "columns", sizes, (o, f, y) -> new ColumnConvolution(sizes).forward(o.x, o.w, f, y)),
        new Case(
            "filters",
            strided,
            (o, f, y) -> new WinogradConvolution(strided).forward(o.x, o.w, f, new Prepared(), y)),
        new Case(
            "direct",
            strided,
            (o, f, y) -> new DirectConvolution(strided).forward(o.x, o.w, f, new Prepared(), y)),
        new Case(
            "depthwise",
            alone,
            (o, f, y) -> {
              INDArray ownKernels = o.w.slice(0).reshape('c', 37, 1, 5, 4);
              new DepthwiseConvolution(alone).forward(o.x, ownKernels, f, y);
            }));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void isABiasARectifierAndANormalizationInThisOrder(Case c) {
    Convolutions.Operands o = new Convolutions.Operands(c.sizes);
    int out = c.sizes.out();
    INDArray bias = Nd4j.randn(DataType.FLOAT, out);
    INDArray gamma = Nd4j.randn(DataType.FLOAT, out);
    INDArray beta = Nd4j.randn(DataType.FLOAT, out);
    INDArray mean = Nd4j.randn(DataType.FLOAT, out);
    INDArray variance = Nd4j.rand(DataType.FLOAT, out);
    GivenStatistics norm = new GivenStatistics(gamma, beta, mean, variance, EPSILON);
    c.way.forward(o, ChannelFinish.of(bias, false, null), o.y);
    INDArray rectified = Transforms.max(o.y, 0.0, true);
    INDArray normalized = NormalizationKernel.forward(o.y, norm);
    INDArray both = NormalizationKernel.forward(rectified, norm);

    assertThat(made(c, o, ChannelFinish.of(bias, true, null)))
        .isEqualTo(rectified.data().asFloat());
    assertThat(made(c, o, ChannelFinish.of(bias, false, norm)))
        .isEqualTo(normalized.data().asFloat());
    assertThat(made(c, o, ChannelFinish.of(bias, true, norm))).isEqualTo(both.data().asFloat());
    assertThat(both).isNotEqualTo(rectified);
  }

  /** The numbers, which are to be the same to the last bit. */
  private static float[] made(Case c, Convolutions.Operands o, ChannelFinish finish) {
    INDArray result = Nd4j.valueArrayOf(o.y.shape(), Float.NaN);
    c.way.forward(o, finish, result);
    return result.data().asFloat();
  }

  @Test
  void aNormalizationIsItsFormula() {
    INDArray x = Nd4j.createFromArray(new float[][] {{1, -2}, {3, 5}}); // [batch, channels]
    GivenStatistics norm =
        new GivenStatistics(
            Nd4j.createFromArray(2f, 3f),
            Nd4j.createFromArray(10f, 20f),
            Nd4j.createFromArray(1f, -1f),
            Nd4j.createFromArray(0.75f, 3.75f),
            0.25);
    RectifierKernel.apply(x, ChannelFinish.of(null, false, norm));
    assertThat(x).isEqualTo(Nd4j.createFromArray(new float[][] {{10, 18.5f}, {14, 29}}));
  }

  @Test
  void aNormalizationOfOtherChannelsOrTypesIsRefused() {
    INDArray two = Nd4j.ones(DataType.FLOAT, 2);
    INDArray doubles = Nd4j.ones(DataType.DOUBLE, 2);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new GivenStatistics(two, two, doubles, two, EPSILON))
        .withMessage("statistics: expected FLOAT [2], got DOUBLE [2]");
    FusedKernels.assumeUsed();
    GivenStatistics norm = new GivenStatistics(two, two, two, two, EPSILON);
    Variable x = Variable.constant(Nd4j.ones(DataType.FLOAT, 1, 1, 4, 4));
    Variable w = Variable.constant(Nd4j.ones(DataType.FLOAT, 3, 1, 2, 2));
    try (NoGrad none = NoGrad.enter()) {
      assertThatIllegalArgumentException()
          .isThrownBy(
              () -> Convolution.conv2d(x, w, null, Conv2dSpec.UNIT, false, norm, new Prepared()))
          .withMessage("normalization behind a convolution: expected 3 channels, got 2");
    }
  }

  @Test
  void aChannelOfInfiniteVarianceBecomesNotANumber() {
    INDArray one = Nd4j.ones(DataType.FLOAT, 1);
    INDArray infinite = Nd4j.createFromArray(Float.POSITIVE_INFINITY);
    INDArray x = Nd4j.ones(DataType.FLOAT, 1, 1, 3);
    GivenStatistics norm = new GivenStatistics(one, one, one, infinite, EPSILON);
    RectifierKernel.apply(x, ChannelFinish.of(null, false, norm));
    assertThat(x.data().asFloat()).containsOnly(Float.NaN);
  }

  @Test
  void nothingFollowsWhereNothingIsAskedFor() {
    INDArray x = Nd4j.createFromArray(new float[][] {{-1, 2}});
    RectifierKernel.apply(x, ChannelFinish.NONE);
    assertThat(x).isEqualTo(Nd4j.createFromArray(new float[][] {{-1, 2}}));
  }
}
