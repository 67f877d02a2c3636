package org.capsnet.bench.peer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {

  @TempDir Path folder;

  private static Report report() {
    Results results = new Results();
    for (double figure : new double[] {300, 100, 200}) {
      results.add(Peer.CAPSNET, Metric.TRAIN, figure);
    }
    results.add(Peer.CAPSNET, Metric.ROUTING, 50);
    results.add(Peer.DJL, Metric.TRAIN, 40);
    results.add(Peer.DJL, Metric.ROUTING, 25);
    return new Report(new Plan(List.of(Peer.CAPSNET, Peer.DJL), 3, 128, 2, 5, 5, 100, 5), results);
  }

  private static String line(String table, String metric) {
    return table.lines().filter(l -> l.startsWith(metric)).findFirst().orElseThrow();
  }

  @Test
  void showsMedianRangeAndAdvantage() {
    assertThat(line(report().table(), "train"))
        .containsSubsequence("train, images/s", "200 (100 to 300)", "40.0 5.00x");
  }

  @Test
  void lessTimeIsBetter() {
    assertThat(line(report().table(), "votes")).containsSubsequence("50.0", "25.0 0.50x");
  }

  @Test
  void saysWhatWasNotMeasured() {
    assertThat(line(report().table(), "peak")).containsSubsequence("n/a", "n/a");
  }

  @Test
  void jsonHoldsEveryRound() throws IOException {
    Path file = folder.resolve("peers.json");
    report().writeJson(file);
    JsonNode root = new ObjectMapper().readTree(file.toFile());
    JsonNode ours = root.get("contestants").get(0);
    assertThat(ours.get("name").asText()).isEqualTo("capsnet");
    assertThat(ours.get("train").get("median").asDouble()).isEqualTo(200);
    assertThat(ours.get("train").get("rounds")).hasSize(3);
    assertThat(ours.has("memory")).isFalse();
    JsonNode theirs = root.get("contestants").get(1);
    assertThat(theirs.get("train").get("capsnetAdvantage").asDouble()).isEqualTo(5);
  }
}
