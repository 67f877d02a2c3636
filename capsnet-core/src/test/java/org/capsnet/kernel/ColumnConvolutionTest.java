package org.capsnet.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class ColumnConvolutionTest {

  private static final double TOLERANCE = 1e-5;

  @ParameterizedTest
  @MethodSource("org.capsnet.kernel.Convolutions#shapes")
  void agreesWithTheDirectSumInDoublePrecision(ConvolutionSizes sizes) {
    Convolutions.Operands operands = new Convolutions.Operands(sizes);
    INDArray db = Nd4j.valueArrayOf(new long[] {sizes.out()}, Float.NaN);
    ColumnConvolution convolution = new ColumnConvolution(sizes);

    convolution.forward(operands.x, operands.w, ChannelFinish.NONE, operands.y);
    convolution.backward(operands.x, operands.g, null, operands.dw, db);

    Convolutions.DirectSum exact = new Convolutions.DirectSum(operands);
    assertThat(Convolutions.distance(operands.y, exact.y)).isLessThan(TOLERANCE);
    assertThat(Convolutions.distance(operands.dw, exact.dw)).isLessThan(TOLERANCE);
    assertThat(Convolutions.distance(db, exact.db)).isLessThan(TOLERANCE);
  }

  @ParameterizedTest
  @MethodSource("org.capsnet.kernel.Convolutions#shapes")
  void rectifiesAndLetsTheGradientPassWhereItDid(ConvolutionSizes sizes) {
    Convolutions.Operands operands = new Convolutions.Operands(sizes);
    INDArray db = Nd4j.valueArrayOf(new long[] {sizes.out()}, Float.NaN);
    ColumnConvolution convolution = new ColumnConvolution(sizes);
    convolution.forward(operands.x, operands.w, ChannelFinish.of(null, true, null), operands.y);
    convolution.backward(operands.x, operands.g, operands.y, operands.dw, db);

    double[] rectified = new Convolutions.DirectSum(operands).y;
    float[] passing = operands.g.data().asFloat();
    for (int i = 0; i < rectified.length; i++) {
      rectified[i] = Math.max(0, rectified[i]);
      passing[i] = rectified[i] > 0 ? passing[i] : 0;
    }
    operands.g.assign(Nd4j.createFromArray(passing).reshape(operands.g.shape()));
    Convolutions.DirectSum exact = new Convolutions.DirectSum(operands);
    assertThat(Convolutions.distance(operands.y, rectified)).isLessThan(TOLERANCE);
    assertThat(Convolutions.distance(operands.dw, exact.dw)).isLessThan(TOLERANCE);
    assertThat(Convolutions.distance(db, exact.db)).isLessThan(TOLERANCE);
  }

  @Test
  void addsTheBiasOfEachChannel() {
    ConvolutionSizes sizes = new ConvolutionSizes(2, 1, 3, 3, 2, 2, 2, 1, 1, 0, 0);
    INDArray y = Nd4j.create(DataType.FLOAT, 2, 2, 2, 2);

    new ColumnConvolution(sizes)
        .forward(
            Nd4j.ones(DataType.FLOAT, 2, 1, 3, 3),
            Nd4j.ones(DataType.FLOAT, 2, 1, 2, 2),
            ChannelFinish.of(Nd4j.createFromArray(10f, 20f), false, null),
            y);

    assertThat(y.data().asFloat())
        .containsExactly(14, 14, 14, 14, 24, 24, 24, 24, 14, 14, 14, 14, 24, 24, 24, 24);
  }
}
