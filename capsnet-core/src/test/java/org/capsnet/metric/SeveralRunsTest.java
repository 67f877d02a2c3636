package org.capsnet.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class SeveralRunsTest {

  /** Mean 0.5; squares 0.04 + 0 + 0.04, divided by 2. */
  @Test
  void hasMeanAndDeviationOfTheSample() {
    SeveralRuns runs = new SeveralRuns(List.of(0.3, 0.5, 0.7));
    assertThat(runs.mean()).isCloseTo(0.5, within(1e-12));
    assertThat(runs.deviation()).isCloseTo(0.2, within(1e-12));
    assertThat(runs.percent()).isEqualTo("50.00 ± 20.00 % (3 runs)");
  }

  @Test
  void aSingleRunHasNoDeviation() {
    SeveralRuns one = SeveralRuns.of(7, 1, seed -> seed / 10.0);
    assertThat(one.deviation()).isNaN();
    assertThat(one.percent()).isEqualTo("70.00 % (1 run)");
    assertThatThrownBy(() -> SeveralRuns.of(7, 0, seed -> seed))
        .hasMessage("results: expected at least 1, got none");
  }

  @Test
  void runsTheSeedsInOrder() {
    assertThat(SeveralRuns.of(3, 4, seed -> seed).results()).containsExactly(3.0, 4.0, 5.0, 6.0);
  }
}
