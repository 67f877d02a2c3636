package org.capsnet.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.factory.Nd4j;

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
}
