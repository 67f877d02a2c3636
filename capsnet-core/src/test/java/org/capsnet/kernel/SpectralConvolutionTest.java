package org.capsnet.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;

class SpectralConvolutionTest {

  /** Of the largest element of the exact result. */
  private static final double TOLERANCE = 1e-5;

  @ParameterizedTest
  @MethodSource("org.capsnet.kernel.Convolutions#shapes")
  void agreesWithTheDirectSumInDoublePrecision(ConvolutionSizes sizes) {
    agrees(new SpectralConvolution(sizes, false), sizes);
  }

  @ParameterizedTest
  @MethodSource("pieces")
  void agreesInPiecesWithTheDirectSumInDoublePrecision(ConvolutionSizes sizes) {
    agrees(new SpectralConvolution(sizes, true), sizes);
  }

  /** Whatever goes, the most samples with a few pieces and panels of them, and several blocks. */
  static Stream<ConvolutionSizes> pieces() {
    return Stream.concat(
            Convolutions.shapes(),
            Stream.of(
                new ConvolutionSizes(32, 19, 20, 20, 70, 9, 9, 2, 2, 0, 0),
                new ConvolutionSizes(17, 530, 4, 4, 33, 2, 2, 2, 2, 0, 0)))
        .filter(SpectralPieces::go);
  }

  private static void agrees(SpectralConvolution convolution, ConvolutionSizes sizes) {
    Convolutions.Operands operands = new Convolutions.Operands(sizes);

    convolution.forward(operands.x, operands.w, null, operands.y);
    convolution.backward(operands.x, operands.w, operands.g, operands.dx, operands.dw);

    Convolutions.DirectSum exact = new Convolutions.DirectSum(operands);
    assertThat(Convolutions.distance(operands.y, exact.y)).isLessThan(TOLERANCE);
    assertThat(Convolutions.distance(operands.dx, exact.dx)).isLessThan(TOLERANCE);
    assertThat(Convolutions.distance(operands.dw, exact.dw)).isLessThan(TOLERANCE);
  }

  @ParameterizedTest
  @MethodSource("org.capsnet.kernel.Convolutions#shapes")
  void givesTheSameByPreparedWeights(ConvolutionSizes sizes) {
    Convolutions.Operands operands = new Convolutions.Operands(sizes);
    SpectralConvolution convolution = new SpectralConvolution(sizes, false);
    Prepared room = new Prepared();
    convolution.forward(operands.x, operands.w, null, operands.y);
    INDArray expected = operands.y.dup();

    for (Prepared prepared : List.of(room, room, new Prepared(0))) {
      operands.y.assign(Float.NaN);
      convolution.forward(operands.x, operands.w, prepared, operands.y);
      assertThat(operands.y).isEqualTo(expected);
    }
  }

  /** Of a frequency domain of 10 × 10 the same phases have 148 planes of 4 phases each. */
  private static ConvolutionSizes tall(int height) {
    return new ConvolutionSizes(128, 256, height, 16, 256, 9, 9, 1, 1, 0, 0);
  }

  @Test
  void takesFewPlanes() {
    Spectrum spectrum = Spectrum.of(primary(128));

    assertThat(spectrum.planes()).hasSize(118);
    assertThat(spectrum.rowsOfPlanes()).isEqualTo(429);
    assertThat(spectrum.phases())
        .containsExactly(
            new Spectrum.Phase(0, 1),
            new Spectrum.Phase(0, 0),
            new Spectrum.Phase(1, 0),
            new Spectrum.Phase(1, 1));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void makesOneGradientWithoutTheOther(boolean pieces) {
    ConvolutionSizes sizes = new ConvolutionSizes(5, 17, 12, 11, 6, 5, 4, 2, 2, 1, 0);
    Convolutions.Operands both = new Convolutions.Operands(sizes);
    Convolutions.Operands alone = new Convolutions.Operands(sizes);
    SpectralConvolution convolution = new SpectralConvolution(sizes, pieces);

    convolution.backward(both.x, both.w, both.g, both.dx, both.dw);
    convolution.backward(null, alone.w, alone.g, alone.dx, null);
    convolution.backward(alone.x, null, alone.g, null, alone.dw);

    assertThat(alone.dx).isEqualTo(both.dx);
    assertThat(alone.dw).isEqualTo(both.dw);
  }

  @Test
  void isForLargeKernelsManyChannelsAndMoreThanAFewSamples() {
    // Without vector instructions oneDNN's direct sum may be the faster one.
    assertThat(SpectralConvolution.pays(primary(128))).isTrue();
    assertThat(SpectralConvolution.pays(primary(1))).isFalse();
    assertThat(SpectralConvolution.pays(primary(16))).isEqualTo(SpectralPieces.pay(primary(16)));
    // A panel of output channels would be the only worker's.
    assertThat(SpectralPieces.pay(new ConvolutionSizes(16, 256, 20, 20, 16, 9, 9, 2, 2, 0, 0)))
        .isFalse();
    // 32 points along the rows, and 33, of which the matrices are not known to be exact.
    assertThat(SpectralConvolution.pays(tall(32))).isTrue();
    assertThat(SpectralConvolution.pays(tall(33))).isFalse();
    assertThat(
            SpectralConvolution.pays(new ConvolutionSizes(128, 1, 28, 28, 256, 9, 9, 1, 1, 0, 0)))
        .isFalse();
    assertThat(
            SpectralConvolution.pays(new ConvolutionSizes(128, 256, 20, 20, 256, 1, 1, 1, 1, 0, 0)))
        .isFalse();
  }

  private static ConvolutionSizes primary(int batch) {
    return new ConvolutionSizes(batch, 256, 20, 20, 256, 9, 9, 2, 2, 0, 0);
  }
}
