package org.capsnet.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DirectConvolutionTest {

  private static final double TOLERANCE = 1e-5;

  @ParameterizedTest
  @MethodSource("org.capsnet.kernel.Convolutions#shapes")
  void agreesWithTheDirectSumInDoublePrecision(ConvolutionSizes sizes) {
    Convolutions.Operands operands = new Convolutions.Operands(sizes);
    Prepared prepared = new Prepared();
    double[] exact = new Convolutions.DirectSum(operands).y;

    for (int call = 0; call < 2; call++) {
      operands.y.assign(Float.NaN);
      DirectConvolution convolution = new DirectConvolution(sizes);
      assertThat(
              convolution.forward(operands.x, operands.w, ChannelFinish.NONE, prepared, operands.y))
          .isTrue();
      assertThat(Convolutions.distance(operands.y, exact)).isLessThan(TOLERANCE);
    }
    Prepared noRoom = new Prepared(0);
    assertThat(
            new DirectConvolution(sizes)
                .forward(operands.x, operands.w, ChannelFinish.NONE, noRoom, operands.y))
        .isFalse();
  }
}
