package org.capsnet.bench.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class AgreementTest {

  private static double difference(double[] expected, double[] actual) {
    return Agreement.requireClose("losses", Peer.DJL, expected, actual, 1e-2);
  }

  @Test
  void measuresAgainstTheLargest() {
    assertThat(difference(new double[] {0.1, 10}, new double[] {0.15, 10}))
        .isCloseTo(0.005, Offset.offset(1e-12));
  }

  @Test
  void stopsWhereTwoDiffer() {
    assertThatIllegalStateException()
        .isThrownBy(() -> difference(new double[] {1, 2}, new double[] {1, 2.1}))
        .withMessageStartingWith("DJL/PyTorch and this library differ")
        .withMessageContaining("losses [1.0, 2.1] and [1.0, 2.0]");
  }

  @Test
  void stopsAtWhatIsNoNumberOrMissing() {
    assertThatIllegalStateException()
        .isThrownBy(() -> difference(new double[] {1}, new double[] {Double.NaN}));
    assertThatIllegalStateException()
        .isThrownBy(() -> difference(new double[] {1, 2}, new double[] {1}));
  }
}
