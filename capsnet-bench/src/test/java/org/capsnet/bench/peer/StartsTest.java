package org.capsnet.bench.peer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StartsTest {

  @Test
  void fullSpeedBeginsWithTheFirstStepThatIsAboutAsFastAsTheLaterOnes() {
    double[] ends = {3, 4.5, 5.6, 6.7, 7.7, 8.7};
    double[] millis = {2000, 1500, 1110, 1100, 1000, 1000};
    assertThat(Starts.training(ends, millis)).isEqualTo(new Starts.Training(3, 6.7, 3, 1000));
  }

  @Test
  void aTrainingMayBeAtFullSpeedAtOnce() {
    assertThat(Starts.training(new double[] {1, 2}, new double[] {900, 1000}))
        .isEqualTo(new Starts.Training(1, 1, 0, 1000));
  }
}
