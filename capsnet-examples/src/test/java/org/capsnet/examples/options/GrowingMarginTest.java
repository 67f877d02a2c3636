package org.capsnet.examples.options;

import static org.assertj.core.api.Assertions.assertThat;

import org.capsnet.loss.ClassLoss;
import org.capsnet.loss.MarginLoss;
import org.capsnet.loss.MarginSchedule;
import org.capsnet.loss.SpreadLoss;
import org.capsnet.routing.EmRouting;
import org.junit.jupiter.api.Test;

class GrowingMarginTest {

  @Test
  void growsOverHalfOfTheTraining() {
    assertThat(GrowingMargin.in(100, new EmRouting(3).loss()))
        .isEqualTo(new SpreadLoss(new MarginSchedule(50)));
    assertThat(GrowingMargin.to(0.5, 100))
        .isEqualTo(new SpreadLoss(new MarginSchedule(0.2, 0.5, 50)));
  }

  @Test
  void oneBelowTheFirstStaysAsItIs() {
    assertThat(GrowingMargin.to(0.1, 1)).isEqualTo(new SpreadLoss(new MarginSchedule(0.1, 0.1, 1)));
  }

  @Test
  void anotherLossHasNone() {
    ClassLoss own = MarginLoss.standard();
    assertThat(GrowingMargin.in(100, own)).isSameAs(own);
  }
}
