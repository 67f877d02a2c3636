package org.capsnet.examples.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.capsnet.data.LabeledImages;
import org.capsnet.data.objects.View;
import org.capsnet.data.objects.ViewedImages;
import org.capsnet.examples.options.AugmentationOptions;
import org.capsnet.examples.options.NetworkChoice;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import picocli.CommandLine;

/** What is made of the results of trainings, by numbers that are made up. */
class ViewpointReportTest {

  private static final AugmentationOptions PLAIN =
      CommandLine.populateCommand(new AugmentationOptions());

  /** Two objects, each seen from every fifth degree. */
  private static ViewpointSets sets() {
    int[] labels = IntStream.range(0, 144).map(i -> i / 72).toArray();
    LabeledImages images =
        new LabeledImages(new byte[144 * 1024], 1, 32, 32, labels, List.of("one", "other"));
    List<View> views =
        IntStream.range(0, 144).mapToObj(i -> new View(0, 0, i % 72 * 5, 0)).toList();
    return ViewpointSets.of(new ViewedImages(images, views), 60);
  }

  /** So many right of the four at each familiar angle, and at each novel one but the last. */
  private static List<Integer> right(int familiar, int novel) {
    ViewpointSets sets = sets();
    List<Integer> right = new ArrayList<>();
    for (int angle : sets.angles()) {
      right.add(angle == 180 ? 0 : angle <= 60 ? familiar : novel);
    }
    return right;
  }

  private static ViewpointReport report(Double level) {
    ViewpointSets sets = sets();
    Contestants contestants = new Contestants(sets.split().train(), 2, DataType.FLOAT, PLAIN);
    contestants.addNetworks(List.of(NetworkChoice.EFFICIENT));
    contestants.addPlainOnes();
    Map<Contestant, List<ViewpointResult>> results = new LinkedHashMap<>();
    results.put(
        contestants.taking().get(0),
        List.of(new ViewpointResult("", List.of(right(2, 1), right(3, 3), right(4, 4)))));
    results.put(
        contestants.taking().get(1),
        List.of(new ViewpointResult("", List.of(right(1, 1), right(3, 2), right(2, 4)))));
    return level == null
        ? new ViewpointReport(sets, results)
        : new ViewpointReport(sets, results, level);
  }

  @Test
  void comparesAtTheFirstEpochThatIsAsGoodAsAllBecome() {
    // 24 novel angles: 23 with four images, 180 degrees with two.
    ViewpointReport report = report(null);
    assertThat(report.description()).contains("an accuracy of 75.00 % or more");
    String[] rows = report.table().split("\n", -1);
    assertThat(rows[2])
        .contains("| 1 of 1 | 2 | 75.00 | %.2f |".formatted(100 * (94 - 69) / 94.0))
        .contains("| %.2f | 100.00 |".formatted((94 - 69.0) / (94 - 46)));
    assertThat(rows[3])
        .contains("| 1 of 1 | 2 | 75.00 | %.2f | - | 50.00 |".formatted(100 * (94 - 46) / 94.0));
  }

  @Test
  void leavesOutWhatMissesTheLevel() {
    String[] rows = report(0.9).table().split("\n", -1);
    assertThat(rows[2]).contains("| 1 of 1 | 3 | 100.00 |", "| - | 100.00 |");
    assertThat(rows[3]).contains("| 0 of 1 |  | - | - | - |");
  }

  @Test
  void anEpochThatIsDoneAgainTakesThePlaceOfItsResult() {
    ViewpointResult two = new ViewpointResult("", List.of(List.of(1), List.of(2)));
    assertThat(two.after(3, List.of(3)).right())
        .containsExactly(List.of(1), List.of(2), List.of(3));
    assertThat(two.after(2, List.of(5)).right()).containsExactly(List.of(1), List.of(5));
    assertThatThrownBy(() -> two.after(4, List.of(4)))
        .hasMessageContaining("expected results of the first 3, got 2");
  }
}
