package org.capsnet.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class DepthwiseConvolutionTest {

  private static final double TOLERANCE = 1e-5;

  static Stream<ConvolutionSizes> shapes() {
    return Convolutions.shapes()
        .map(
            s ->
                new ConvolutionSizes(
                    s.batch(),
                    s.in(),
                    s.height(),
                    s.width(),
                    s.in(),
                    s.kernelH(),
                    s.kernelW(),
                    s.strideH(),
                    s.strideW(),
                    s.paddingH(),
                    s.paddingW()));
  }

  private static Convolutions.Operands operands(ConvolutionSizes s) {
    ConvolutionSizes ofChannel =
        new ConvolutionSizes(
            s.batch(),
            1,
            s.height(),
            s.width(),
            1,
            s.kernelH(),
            s.kernelW(),
            s.strideH(),
            s.strideW(),
            s.paddingH(),
            s.paddingW());
    return Convolutions.inGroups(ofChannel, s.in());
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void agreesWithTheDirectSumInDoublePrecision(ConvolutionSizes sizes) {
    Convolutions.Operands o = operands(sizes);
    Convolutions.DirectSum exact = new Convolutions.DirectSum(o);
    INDArray w = Convolutions.own(o.w, sizes.in());
    INDArray dw = w.like().assign(Float.NaN);
    INDArray db = Nd4j.valueArrayOf(new long[] {sizes.in()}, Float.NaN);
    DepthwiseConvolution convolution = new DepthwiseConvolution(sizes);

    convolution.forward(o.x, w, ChannelFinish.NONE, o.y);
    convolution.backward(o.x, w, o.g, null, o.dx, dw, db);

    assertThat(Convolutions.distance(o.y, exact.y)).isLessThan(TOLERANCE);
    assertThat(Convolutions.distance(o.dx, exact.dx)).isLessThan(TOLERANCE);
    assertThat(Convolutions.distance(db, exact.db)).isLessThan(TOLERANCE);
    double[] expected = Convolutions.own(exact.dw, o.dw, sizes.in());
    assertThat(Convolutions.distance(dw, expected)).isLessThan(TOLERANCE);
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void addsABiasRectifiesAndLetsTheGradientPassWhereItDid(ConvolutionSizes sizes) {
    Convolutions.Operands o = operands(sizes);
    INDArray w = Convolutions.own(o.w, sizes.in());
    INDArray bias = Nd4j.randn(DataType.FLOAT, sizes.in());
    DepthwiseConvolution convolution = new DepthwiseConvolution(sizes);
    INDArray plain = o.y.like();
    convolution.forward(o.x, w, ChannelFinish.NONE, plain);
    convolution.forward(o.x, w, ChannelFinish.of(bias, true, null), o.y);

    float[] rectified = plain.addi(bias.reshape(1, sizes.in(), 1, 1)).data().asFloat();
    for (int i = 0; i < rectified.length; i++) {
      rectified[i] = Math.max(0, rectified[i]);
    }
    assertThat(o.y.data().asFloat()).containsExactly(rectified, within());

    INDArray dx = o.dx.like();
    INDArray dw = w.like();
    INDArray db = bias.like();
    convolution.backward(o.x, w, o.g, o.y, dx, dw, db);
    INDArray passing = o.g.mul(o.y.gt(0).castTo(DataType.FLOAT));
    INDArray dwOfPassing = w.like();
    INDArray dbOfPassing = bias.like();
    convolution.backward(o.x, w, passing, null, o.dx, dwOfPassing, dbOfPassing);
    assertThat(dx).isEqualTo(o.dx);
    assertThat(dw).isEqualTo(dwOfPassing);
    assertThat(db).isEqualTo(dbOfPassing);
  }

  private static Offset<Float> within() {
    return Offset.offset(1e-5f);
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void makesTheGradientsThatAreAskedFor(ConvolutionSizes sizes) {
    Convolutions.Operands o = operands(sizes);
    INDArray w = Convolutions.own(o.w, sizes.in());
    DepthwiseConvolution convolution = new DepthwiseConvolution(sizes);
    INDArray dw = w.like();
    convolution.backward(o.x, w, o.g, null, o.dx, dw, null);
    INDArray dx = o.dx.like();
    INDArray again = w.like();
    convolution.backward(null, w, o.g, null, dx, null, null);
    convolution.backward(o.x, null, o.g, null, null, again, null);
    assertThat(dx).isEqualTo(o.dx);
    assertThat(again).isEqualTo(dw);
  }

  @Test
  void plainLoopsAndThoseOfVectorsDoTheSame() {
    ChannelLoops plain = new PlainChannelLoops();
    int[] places = {16, 0, 64, 48, 32};
    for (int outputs = 1; outputs < 16; outputs++) {
      float[] in = numbers(40 * Gemm.LANES);
      float[] taps = numbers(6 * Gemm.LANES);
      float[] out = numbers(17 * Gemm.LANES);
      float[] same = out.clone();
      plain.gather(outputs, out, 16, in, 32, 32, places, 1, 4, taps, 16);
      Simd.CHANNELS.gather(outputs, same, 16, in, 32, 32, places, 1, 4, taps, 16);
      assertThat(same).containsExactly(out, within());
    }
  }

  private static float[] numbers(int length) {
    float[] numbers = new float[length];
    for (int i = 0; i < length; i++) {
      numbers[i] = (float) Math.sin(i);
    }
    return numbers;
  }

  @Test
  void goesForAsManyChannelsAsKernelsWhereABlockIsNotTooLarge() {
    ConvolutionSizes fits = new ConvolutionSizes(1, 4, 8, 8, 4, 3, 3, 1, 1, 0, 0);
    ConvolutionSizes large = new ConvolutionSizes(1, 4, 3000, 3000, 4, 3, 3, 1, 1, 0, 0);
    ConvolutionSizes twice = new ConvolutionSizes(1, 4, 8, 8, 8, 3, 3, 1, 1, 0, 0);
    assertThat(Stream.of(fits, large, twice).map(DepthwiseConvolution::goes))
        .isEqualTo(Arrays.asList(true, false, false));
  }
}
