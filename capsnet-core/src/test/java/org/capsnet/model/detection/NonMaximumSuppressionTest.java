package org.capsnet.model.detection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.capsnet.data.detection.Box;
import org.capsnet.metric.Detection;
import org.junit.jupiter.api.Test;

class NonMaximumSuppressionTest {

  private final NonMaximumSuppression suppression = new NonMaximumSuppression(0.5, 0.2);

  /** Of intersection over union {@code (1 - d) / (1 + d)} with one that is d away. */
  private static Detection at(double x, int label, double score) {
    return new Detection(label, score, new Box(x, 0, 1, 1));
  }

  @Test
  void theSurestOfEachObjectStays() {
    Detection sure = at(0, 0, 0.9);
    Detection doubled = at(0.2, 0, 0.8);
    Detection other = at(0.5, 0, 0.7); // a third of it is shared with the first
    Detection far = at(9, 0, 0.3);
    assertThat(suppression.apply(List.of(far, doubled, other, sure)))
        .containsExactly(sure, other, far);
  }

  @Test
  void whatFellSuppressesNothing() {
    Detection first = at(0, 0, 0.9);
    Detection fallen = at(0.3, 0, 0.8);
    Detection beside = at(0.6, 0, 0.7); // close to the fallen one alone
    assertThat(suppression.apply(List.of(first, fallen, beside))).containsExactly(first, beside);
  }

  @Test
  void classesDoNotSuppressEachOther() {
    Detection one = at(0, 0, 0.9);
    Detection other = at(0, 1, 0.8);
    assertThat(suppression.apply(List.of(one, other))).containsExactly(one, other);
  }

  @Test
  void scoresBelowTheLeastFallAndTheLeastItselfStays() {
    Detection least = at(0, 0, 0.2);
    assertThat(suppression.apply(List.of(at(5, 0, 0.19), least))).containsExactly(least);
    assertThat(suppression.apply(List.of())).isEmpty();
  }

  @Test
  void ofEqualScoresTheFirstStays() {
    Detection one = at(0, 0, 0.5);
    Detection other = at(0.1, 0, 0.5);
    assertThat(suppression.apply(List.of(one, other))).containsExactly(one);
    assertThat(suppression.apply(List.of(other, one))).containsExactly(other);
  }

  @Test
  void theThresholdItselfIsNotTooMuch() {
    Detection whole = new Detection(0, 0.9, new Box(0.5, 0.5, 1, 1));
    Detection half = new Detection(0, 0.8, new Box(0.25, 0.5, 0.5, 1));
    assertThat(suppression.apply(List.of(whole, half))).containsExactly(whole, half);
    assertThat(new NonMaximumSuppression(0.49, 0).apply(List.of(whole, half)))
        .containsExactly(whole);
  }

  @Test
  void badSettingsAreNamed() {
    assertThatThrownBy(() -> new NonMaximumSuppression(1.5, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("iou: expected 0 to 1, got 1.5");
    assertThatThrownBy(() -> new NonMaximumSuppression(0.5, Double.NaN))
        .hasMessage("minScore: expected a number, got NaN");
  }
}
