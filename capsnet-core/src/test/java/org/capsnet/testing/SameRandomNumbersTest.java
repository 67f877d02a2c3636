package org.capsnet.testing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.RepeatedTest;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

class SameRandomNumbersTest {

  private static double first = Double.NaN;

  @RepeatedTest(2)
  void eachTestDrawsTheSame() {
    double drawn = Nd4j.rand(DataType.DOUBLE, 3).getDouble(2);
    if (Double.isNaN(first)) {
      first = drawn;
    }
    assertThat(drawn).isEqualTo(first).isNotEqualTo(Nd4j.rand(DataType.DOUBLE, 3).getDouble(2));
  }
}
