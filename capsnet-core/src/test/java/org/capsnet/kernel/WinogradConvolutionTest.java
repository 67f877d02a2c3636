package org.capsnet.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class WinogradConvolutionTest {

  private static final double TOLERANCE = 1e-5;

  /** What the other ways have as well, kernels of several pieces along an axis, and few outputs. */
  static Stream<ConvolutionSizes> shapes() {
    return Stream.concat(
        Convolutions.shapes(),
        Stream.of(
            new ConvolutionSizes(1, 40, 20, 20, 70, 9, 9, 2, 2, 0, 0), // the paper's, narrower
            new ConvolutionSizes(9, 33, 9, 9, 65, 9, 9, 1, 1, 0, 0), // one output
            new ConvolutionSizes(2, 5, 14, 13, 6, 11, 1, 1, 2, 2, 0), // three pieces, and one tap
            new ConvolutionSizes(4, 300, 5, 4, 3, 1, 1, 1, 1, 0, 0), // two depths, no neighbour
            new ConvolutionSizes(8, 7, 1, 9, 35, 1, 3, 1, 1, 0, 1), // one row
            new ConvolutionSizes(5, 7, 9, 1, 35, 3, 1, 3, 1, 1, 0))); // one column
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void agreesWithTheDirectSumInDoublePrecision(ConvolutionSizes sizes) {
    Convolutions.Operands operands = new Convolutions.Operands(sizes);
    double[] exact = new Convolutions.DirectSum(operands).y;

    for (RowProducts products : new RowProducts[] {Simd.ROWS, new PlainRowProducts()}) {
      WinogradConvolution convolution = new WinogradConvolution(sizes, products);
      Prepared prepared = new Prepared();
      for (int call = 0; call < 2; call++) {
        operands.y.assign(Float.NaN);
        assertThat(
                convolution.forward(
                    operands.x, operands.w, ChannelFinish.NONE, prepared, operands.y))
            .isTrue();
        assertThat(Convolutions.distance(operands.y, exact)).isLessThan(TOLERANCE);
      }
      Prepared noRoom = new Prepared(0);
      assertThat(
              convolution.forward(operands.x, operands.w, ChannelFinish.NONE, noRoom, operands.y))
          .isFalse();
    }
  }

  @Test
  void addsTheBiasAndRectifies() {
    ConvolutionSizes sizes = new ConvolutionSizes(2, 5, 9, 8, 37, 3, 3, 1, 1, 1, 1);
    Convolutions.Operands operands = new Convolutions.Operands(sizes);
    double[] expected = new Convolutions.DirectSum(operands).y;
    INDArray bias = Nd4j.randn(DataType.FLOAT, sizes.out());
    for (int i = 0; i < expected.length; i++) {
      expected[i] = Math.max(0, expected[i] + bias.getFloat(i / sizes.outputs() % sizes.out()));
    }
    new WinogradConvolution(sizes)
        .forward(
            operands.x, operands.w, ChannelFinish.of(bias, true, null), new Prepared(), operands.y);
    assertThat(Convolutions.distance(operands.y, expected)).isLessThan(TOLERANCE);
  }

  @Test
  void isTakenForLargeKernelsAndFewSamples() {
    ConvolutionSizes paper = new ConvolutionSizes(1, 256, 20, 20, 256, 9, 9, 2, 2, 0, 0);
    assertThat(WinogradConvolution.pays(paper)).isTrue();
    assertThat(WinogradConvolution.pays(paper.withBatch(8))).isTrue();
    assertThat(WinogradConvolution.pays(paper.withBatch(128))).isFalse();
    assertThat(WinogradConvolution.pays(new ConvolutionSizes(1, 64, 9, 9, 64, 1, 1, 1, 1, 0, 0)))
        .isFalse();
    assertThat(
            WinogradConvolution.pays(
                new ConvolutionSizes(1, 512, 2048, 2048, 64, 3, 3, 1, 1, 1, 1)))
        .isFalse();
  }
}
