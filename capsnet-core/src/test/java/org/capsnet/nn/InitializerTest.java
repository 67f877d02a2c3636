package org.capsnet.nn;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.function.DoubleSupplier;
import org.capsnet.autograd.Scope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class InitializerTest {

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void theNumbersAreTheSourcesInCOrder(DataType type) {
    INDArray drawn = Initializer.HE_NORMAL.draw(8, 4, new Random(3), type, 3, 50_000);
    assertThat(drawn.dataType()).isEqualTo(type);
    double[] numbers = drawn.data().asDouble();
    assertThat(numbers).hasSize(150_000);
    DoubleSupplier source = Initializer.HE_NORMAL.weights(8, 4, new Random(3));
    for (double number : numbers) {
      double expected = source.getAsDouble();
      assertThat(number).isEqualTo(type == DataType.FLOAT ? (float) expected : expected);
    }
  }

  @Test
  void aSingleNumberIsDrawnAlsoInAScope() {
    try (Scope scope = Scope.open()) {
      INDArray drawn = Initializer.XAVIER_UNIFORM.draw(8, 4, new Random(3), DataType.DOUBLE, 1, 1);
      assertThat(drawn.getDouble(0))
          .isEqualTo(Initializer.XAVIER_UNIFORM.weights(8, 4, new Random(3)).getAsDouble());
    }
  }
}
