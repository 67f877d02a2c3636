package org.capsnet.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.schedule.ISchedule;

class SchedulesTest {

  private static final Offset<Double> CLOSE = within(1e-12);

  @Test
  void exponentialFallsByTheSameFactor() {
    ISchedule schedule = Schedules.exponential(0.1, 0.001, 200);
    assertThat(schedule.valueAt(0, 0)).isCloseTo(0.1, CLOSE);
    assertThat(schedule.valueAt(100, 7)).isCloseTo(0.01, CLOSE);
    assertThat(schedule.valueAt(200, 9)).isCloseTo(0.001, CLOSE);
  }

  @Test
  void cosineFallsAlongHalfAWaveAndStays() {
    ISchedule schedule = Schedules.cosine(0.5, 0.1, 80);
    assertThat(schedule.valueAt(0, 0)).isCloseTo(0.5, CLOSE);
    assertThat(schedule.valueAt(20, 1)).isCloseTo(0.3 + 0.2 * Math.sqrt(0.5), CLOSE);
    assertThat(schedule.valueAt(40, 2)).isCloseTo(0.3, CLOSE);
    assertThat(schedule.valueAt(80, 3)).isCloseTo(0.1, CLOSE);
    assertThat(schedule.valueAt(1_000_000, 4)).isCloseTo(0.1, CLOSE);
    assertThat(schedule.clone()).isEqualTo(schedule);
  }

  /** Up in 90 of 200 steps, down in 90, and to a thousandth of the peak in the last 20. */
  @Test
  void oneCycleRisesFallsAndFades() {
    ISchedule schedule = Schedules.oneCycle(0.4, 200);
    assertThat(schedule.valueAt(0, 0)).isCloseTo(0.04, CLOSE);
    assertThat(schedule.valueAt(45, 0)).isCloseTo(0.22, CLOSE);
    assertThat(schedule.valueAt(90, 0)).isCloseTo(0.4, CLOSE);
    assertThat(schedule.valueAt(135, 0)).isCloseTo(0.22, CLOSE);
    assertThat(schedule.valueAt(180, 0)).isCloseTo(0.04, CLOSE);
    assertThat(schedule.valueAt(190, 0)).isCloseTo(0.004, CLOSE);
    assertThat(schedule.valueAt(199, 0)).isBetween(0.0004, 0.0006);
  }

  /** Also where the steps have no two equal halves and a tenth. */
  @Test
  void oneCycleHasOnePeakWhateverItsLength() {
    for (int steps = 3; steps <= 120; steps++) {
      ISchedule schedule = Schedules.oneCycle(0.4, steps);
      double[] rates = IntStream.range(0, steps).mapToDouble(t -> schedule.valueAt(t, 0)).toArray();
      int peak = 1;
      while (rates[peak] < 0.4 - 1e-9) {
        peak++;
      }
      double[] after = Arrays.copyOfRange(rates, peak, steps);
      assertThat(Arrays.copyOf(rates, peak + 1)).as("of %d steps", steps).isSorted();
      assertThat(after[0]).isCloseTo(0.4, CLOSE);
      assertThat(Arrays.stream(after).map(rate -> -rate).toArray()).as("of " + steps).isSorted();
      assertThat(after[after.length - 1]).isBetween(0.0004, 0.04 + 1e-9);
    }
  }

  @Test
  void whatMakesNoScheduleIsRefused() {
    assertThatThrownBy(() -> Schedules.cosine(0, 1, 10))
        .hasMessage("rate: expected above 0 and finite, got 0.0");
    assertThatThrownBy(() -> Schedules.exponential(1, Double.NaN, 10))
        .hasMessage("rate: expected above 0 and finite, got NaN");
    assertThatThrownBy(() -> Schedules.exponential(1, 1, 0))
        .hasMessage("steps: expected at least 1, got 0");
    assertThatThrownBy(() -> Schedules.oneCycle(1, 2))
        .hasMessage("steps: expected at least 3, got 2");
    assertThat(Schedules.oneCycle(1, 3).valueAt(1, 0)).isCloseTo(1, CLOSE);
  }
}
