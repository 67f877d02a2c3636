package org.capsnet.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import org.junit.jupiter.api.Test;

/** What a training came to, as a user prints it. */
class HistoryTest {

  @Test
  void aHistoryOfAnyLengthIsOneShortLine() {
    EpochReport epoch = Reports.epoch(1, 0.5, 0.25, 0.5, 0.25, 1);
    History history = new History(Collections.nCopies(400, epoch), 1600, StopReason.EARLY_STOPPING);
    assertThat(history).hasToString("epochs 400, steps 1600, ended by EARLY_STOPPING");
  }
}
