package org.capsnet.bench.convolution;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;

class MeasuredTest {

  private final Measured measured = new Measured(new Layer(2, 3, 8, 5, 3, 1, 1, 1));

  @Test
  void whoComputesSomethingElseIsNotMeasured() {
    measured.requireSame(Library.CAPSNET, new double[] {7, 8, 0.5, 0.25, 2});
    assertThatCode(() -> measured.requireSame(Library.ND4J, new double[] {1, 1, 0.500001, 0.25, 2}))
        .doesNotThrowAnyException();
    assertThatIllegalStateException()
        .isThrownBy(() -> measured.requireSame(Library.DJL, new double[] {1, 1, 0.5, 0.26, 2}))
        .withMessage(
            "3×3, 3 → 5 on 8×8: gradient of images of PyTorch: mean absolute value 0.260000,"
                + " others have 0.250000");
  }

  @Test
  void whatIsNoNumberIsNotTheSame() {
    measured.requireSame(Library.CAPSNET, new double[] {7, 8, 0.5, 0.25, 2});
    assertThatIllegalStateException()
        .isThrownBy(
            () -> measured.requireSame(Library.DJL, new double[] {1, 1, Double.NaN, 0.25, 2}));
  }
}
