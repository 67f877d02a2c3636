package org.capsnet.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class TileConvolutionTest {

  /** Transforms enlarge rounding errors: of a direct sum in float they are about 1e-6. */
  private static final double TOLERANCE = 2e-5;

  static Stream<ConvolutionSizes> shapes() {
    Random random = new Random(4);
    Stream<ConvolutionSizes> chosen =
        Stream.of(
            new ConvolutionSizes(1, 1, 2, 2, 1, 2, 2, 1, 1, 0, 0),
            new ConvolutionSizes(3, 16, 32, 31, 17, 3, 3, 1, 1, 1, 1), // several units a sample
            new ConvolutionSizes(33, 18, 6, 6, 34, 3, 3, 1, 1, 1, 1), // several samples a unit
            new ConvolutionSizes(2, 33, 9, 30, 70, 5, 5, 1, 1, 2, 2),
            new ConvolutionSizes(2, 150, 5, 5, 70, 3, 2, 1, 1, 0, 1), // two depths, two tiles
            new ConvolutionSizes(1, 3, 60, 7, 2, 3, 3, 1, 1, 2, 2),
            // Units whose edges reach beyond the next one, and into the padding.
            new ConvolutionSizes(2, 3, 9, 90, 18, 5, 5, 1, 1, 4, 4),
            new ConvolutionSizes(1, 17, 70, 25, 3, 5, 4, 1, 1, 0, 3));
    Stream<ConvolutionSizes> drawn =
        Stream.generate(
                () -> {
                  int kernelH = 2 + random.nextInt(4);
                  int kernelW = 2 + random.nextInt(4);
                  return new ConvolutionSizes(
                      1 + random.nextInt(20),
                      1 + random.nextInt(20),
                      kernelH + random.nextInt(12),
                      kernelW + random.nextInt(12),
                      1 + random.nextInt(20),
                      kernelH,
                      kernelW,
                      1,
                      1,
                      random.nextInt(kernelH),
                      random.nextInt(kernelW));
                })
            .limit(25);
    return Stream.concat(chosen, drawn);
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void agreesWithTheDirectSumInDoublePrecision(ConvolutionSizes sizes) {
    Convolutions.Operands o = new Convolutions.Operands(sizes);
    Convolutions.DirectSum exact = new Convolutions.DirectSum(o);
    INDArray db = Nd4j.valueArrayOf(new long[] {sizes.out()}, Float.NaN);
    TileConvolution convolution = new TileConvolution(sizes);

    convolution.forward(o.x, o.w, ChannelFinish.NONE, null, o.y);
    convolution.backward(o.x, o.w, o.g, null, o.dx, o.dw, db);

    assertThat(Convolutions.distance(o.y, exact.y)).isLessThan(TOLERANCE);
    assertThat(Convolutions.distance(o.dx, exact.dx)).isLessThan(TOLERANCE);
    assertThat(Convolutions.distance(o.dw, exact.dw)).isLessThan(TOLERANCE);
    assertThat(Convolutions.distance(db, exact.db)).isLessThan(TOLERANCE);
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void addsABiasRectifiesAndLetsTheGradientPassWhereItDid(ConvolutionSizes sizes) {
    Convolutions.Operands o = new Convolutions.Operands(sizes);
    INDArray bias = Nd4j.randn(DataType.FLOAT, sizes.out());
    TileConvolution convolution = new TileConvolution(sizes);
    Prepared prepared = new Prepared();
    INDArray plain = o.y.like();
    convolution.forward(o.x, o.w, ChannelFinish.NONE, null, plain);
    for (int i = 0; i < 2; i++) {
      convolution.forward(o.x, o.w, ChannelFinish.of(bias, true, null), prepared, o.y);
      INDArray sum = plain.add(bias.reshape(1, sizes.out(), 1, 1));
      INDArray rectified = sum.mul(sum.gt(0).castTo(DataType.FLOAT));
      assertThat(o.y.data().asFloat())
          .containsExactly(rectified.data().asFloat(), Offset.offset(1e-4f));
    }

    INDArray dx = o.dx.like();
    INDArray dw = o.dw.like();
    INDArray db = bias.like();
    convolution.backward(o.x, o.w, o.g, o.y, dx, dw, db);
    INDArray passing = o.g.mul(o.y.gt(0).castTo(DataType.FLOAT));
    INDArray dbOfPassing = bias.like();
    convolution.backward(o.x, o.w, passing, null, o.dx, o.dw, dbOfPassing);
    assertThat(dx).isEqualTo(o.dx);
    assertThat(dw).isEqualTo(o.dw);
    assertThat(db).isEqualTo(dbOfPassing);
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void makesTheGradientsThatAreAskedFor(ConvolutionSizes sizes) {
    Convolutions.Operands o = new Convolutions.Operands(sizes);
    TileConvolution convolution = new TileConvolution(sizes);
    convolution.backward(o.x, o.w, o.g, null, o.dx, o.dw, null);
    INDArray dx = o.dx.like();
    INDArray dw = o.dw.like();
    convolution.backward(null, o.w, o.g, null, dx, null, null);
    convolution.backward(o.x, null, o.g, null, null, dw, null);
    assertThat(dx).isEqualTo(o.dx);
    assertThat(dw).isEqualTo(o.dw);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 4, 5})
  void plainMapsAndThoseOfVectorsDoTheSame(int outputs) {
    SixPoints plain = new PlainSixPoints();
    for (int tiles = 1; tiles < 4; tiles++) {
      float[] in = numbers(40 * Gemm.LANES);
      float[][] out = new float[8][60 * Gemm.LANES];
      plain.image(tiles, in, 16, 64, 16, out[0], 32, 16, 64);
      Simd.POINTS.image(tiles, in, 16, 64, 16, out[1], 32, 16, 64);
      plain.result(outputs, tiles, in, 16, 16, 64, out[2], 32, 96, 16);
      Simd.POINTS.result(outputs, tiles, in, 16, 16, 64, out[3], 32, 96, 16);
      plain.resultBack(outputs, tiles, in, 16, 80, 16, out[4], 32, 16, 64);
      Simd.POINTS.resultBack(outputs, tiles, in, 16, 80, 16, out[5], 32, 16, 64);
      plain.addImageBack(tiles, in, 16, 16, 64, out[6], 32, 64, 16); // of tiles that overlap
      Simd.POINTS.addImageBack(tiles, in, 16, 16, 64, out[7], 32, 64, 16);
      for (int i = 0; i < out.length; i += 2) {
        assertThat(out[i + 1]).containsExactly(out[i], Offset.offset(2e-5f));
      }
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
  void makesNotANumberOfTheTilesThatSeeOne() {
    ConvolutionSizes sizes = new ConvolutionSizes(1, 16, 12, 12, 16, 3, 3, 1, 1, 0, 0);
    Convolutions.Operands o = new Convolutions.Operands(sizes);
    o.x.putScalar(new int[] {0, 3, 1, 1}, Float.NaN);
    new TileConvolution(sizes).forward(o.x, o.w, ChannelFinish.NONE, null, o.y);
    assertThat(Float.isNaN(o.y.getFloat(0, 15, 0, 0))).isTrue();
    assertThat(Float.isFinite(o.y.getFloat(0, 15, 9, 9))).isTrue();
  }

  @Test
  void paysForSmallKernelsWithoutAStrideOverManyChannels() {
    ConvolutionSizes pays = new ConvolutionSizes(8, 32, 24, 24, 64, 3, 3, 1, 1, 0, 0);
    ConvolutionSizes strided = new ConvolutionSizes(8, 32, 24, 24, 64, 3, 3, 2, 2, 0, 0);
    ConvolutionSizes padded = new ConvolutionSizes(8, 32, 24, 24, 64, 3, 3, 1, 1, 3, 3);
    ConvolutionSizes few = new ConvolutionSizes(8, 3, 24, 24, 64, 3, 3, 1, 1, 0, 0);
    ConvolutionSizes large = new ConvolutionSizes(8, 32, 24, 24, 64, 9, 9, 1, 1, 0, 0);
    assertThat(Stream.of(pays, strided, padded, few, large).map(TileConvolution::pays))
        .isEqualTo(Arrays.asList(Simd.available(), false, false, false, false));
  }
}
