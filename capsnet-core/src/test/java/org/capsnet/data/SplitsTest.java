package org.capsnet.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class SplitsTest {

  /** 20 of class 0, 10 of class 1, 1 of class 2. */
  private static final int[] LABELS =
      IntStream.range(0, 31).map(i -> i < 20 ? 0 : i < 30 ? 1 : 2).toArray();

  /** Groups of two neighbours. */
  private static final List<String> PAIRS =
      IntStream.range(0, 31).mapToObj(i -> "patient " + i / 2).toList();

  private static int[] counts(int[] indices) {
    int[] counts = new int[3];
    for (int i : indices) {
      counts[LABELS[i]]++;
    }
    return counts;
  }

  private static Set<String> groups(int[] indices) {
    Set<String> groups = new HashSet<>();
    Arrays.stream(indices).forEach(i -> groups.add(PAIRS.get(i)));
    return groups;
  }

  private static List<Integer> all(int[]... parts) {
    List<Integer> all = new ArrayList<>();
    for (int[] part : parts) {
      Arrays.stream(part).forEach(all::add);
    }
    return all;
  }

  @Property(tries = 50, seed = "1")
  void aSplitKeepsTheProportionsAndLosesNothing(@ForAll long seed) {
    Splits.Parts parts = Splits.split(LABELS, 0.7, seed);
    assertThat(counts(parts.first())).containsExactly(14, 7, 1);
    assertThat(counts(parts.second())).containsExactly(6, 3, 0);
    assertThat(all(parts.first(), parts.second()))
        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 31).boxed().toList());
    assertThat(parts.first()).isSorted();
    assertThat(Splits.split(LABELS, 0.7, seed).first()).isEqualTo(parts.first());
  }

  @Property(tries = 50, seed = "1")
  void aGroupIsNeverOnBothSides(@ForAll long seed) {
    Splits.Parts parts = Splits.split(LABELS, PAIRS, 0.7, seed);
    assertThat(groups(parts.first())).doesNotContainAnyElementsOf(groups(parts.second()));
    assertThat(counts(parts.first())).containsExactly(14, 8, 1);
    assertThat(parts.first().length + parts.second().length).isEqualTo(31);
  }

  @Property(tries = 50, seed = "1")
  void everySampleIsTestedOnce(@ForAll long seed, @ForAll @IntRange(min = 2, max = 7) int k) {
    List<Splits.Parts> folds = Splits.folds(LABELS, k, seed);
    assertThat(folds).hasSize(k);
    assertThat(all(folds.stream().map(Splits.Parts::second).toArray(int[][]::new)))
        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 31).boxed().toList());
    for (Splits.Parts fold : folds) {
      assertThat(all(fold.first(), fold.second())).hasSize(31).doesNotHaveDuplicates();
      int[] counts = counts(fold.second());
      assertThat(counts[0]).isBetween(20 / k, (20 + k - 1) / k);
      assertThat(counts[1]).isBetween(10 / k, (10 + k - 1) / k);
    }
  }

  @Property(tries = 50, seed = "1")
  void noGroupIsInTwoFolds(@ForAll long seed) {
    List<Splits.Parts> folds = Splits.folds(LABELS, PAIRS, 5, seed);
    for (Splits.Parts fold : folds) {
      assertThat(groups(fold.first())).doesNotContainAnyElementsOf(groups(fold.second()));
      assertThat(counts(fold.second())[0]).isEqualTo(4);
      assertThat(counts(fold.second())[1]).isEqualTo(2);
    }
  }

  @Test
  void otherSeedsGiveOtherSplits() {
    assertThat(Splits.split(LABELS, 0.5, 1).first())
        .isNotEqualTo(Splits.split(LABELS, 0.5, 2).first());
    assertThat(Splits.folds(LABELS, 3, 1).get(0).first())
        .isNotEqualTo(Splits.folds(LABELS, 3, 2).get(0).first());
  }

  @Test
  void refusesWhatCannotBeSplit() {
    assertThatThrownBy(() -> Splits.split(LABELS, 1, 0))
        .hasMessage("fraction: expected above 0 and below 1, got 1.0");
    assertThatThrownBy(() -> Splits.split(LABELS, List.of("a"), 0.5, 0))
        .hasMessage("groups: expected one for each of 31 samples, got 1");
    assertThatThrownBy(() -> Splits.folds(LABELS, 1, 0))
        .hasMessage("folds: expected 2 to 31, the number of groups, got 1");
    assertThatThrownBy(() -> Splits.folds(LABELS, PAIRS, 17, 0))
        .hasMessage("folds: expected 2 to 16, the number of groups, got 17");
  }
}
