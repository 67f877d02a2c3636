package org.capsnet.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

class RectifierKernelTest {

  /** One chunk, some with a rest, and more than a worker takes at once. */
  @ParameterizedTest
  @ValueSource(ints = {1, 8192, 20_001, 300_007})
  void letsTheGradientPassWhereTheResultIsPositive(int length) {
    Random random = new Random(length);
    float[] y = new float[length];
    float[] upstream = new float[length];
    float[] expected = new float[length];
    for (int i = 0; i < length; i++) {
      y[i] = Math.max(0, (float) random.nextGaussian());
      upstream[i] = (float) random.nextGaussian();
      expected[i] = y[i] > 0 ? upstream[i] : 0;
    }
    y[length - 1] = Float.MIN_VALUE;
    expected[length - 1] = upstream[length - 1];

    float[] made =
        RectifierKernel.gradient(Nd4j.createFromArray(y), Nd4j.createFromArray(upstream))
            .data()
            .asFloat();

    int off = 0;
    for (int i = 0; i < length; i++) {
      off += made[i] == expected[i] ? 0 : 1; // zeros of either sign
    }
    assertThat(off).isZero();
  }

  /** Planes of one number, of several chunks, and more of them than a worker takes at once. */
  @ParameterizedTest
  @CsvSource({"1, 1, 1", "3, 5, 1", "2, 3, 20001", "300, 70, 30"})
  void addsABiasToEachChannelAndRectifies(int batch, int channels, int area) {
    INDArray x = Nd4j.randn(DataType.FLOAT, batch, channels, area);
    INDArray bias = Nd4j.randn(DataType.FLOAT, channels);
    INDArray sum = x.add(bias.reshape(1, channels, 1));
    INDArray rectified = x.dup();
    INDArray added = x.dup();
    INDArray both = x.dup();

    RectifierKernel.apply(rectified, ChannelFinish.of(null, true, null));
    RectifierKernel.apply(added, ChannelFinish.of(bias, false, null));
    RectifierKernel.apply(both, ChannelFinish.of(bias, true, null));

    assertThat(rectified).isEqualTo(Transforms.max(x, 0.0));
    assertThat(added).isEqualTo(sum);
    assertThat(both).isEqualTo(Transforms.max(sum, 0.0));
  }
}
