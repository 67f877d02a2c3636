package org.capsnet.bench.peer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.capsnet.bench.process.Isa;
import org.capsnet.kernel.Machine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {

  @TempDir Path folder;

  private static Report report() {
    Results capsnet = new Results();
    for (double figure : new double[] {300, 100, 200}) {
      capsnet.add(Peer.CAPSNET, Metric.TRAIN, figure);
    }
    capsnet.add(Peer.CAPSNET, Metric.TRAIN_PLAIN, 85);
    capsnet.add(Peer.CAPSNET, Metric.ROUTING, 50);
    capsnet.add(Peer.DJL, Metric.TRAIN, 40);
    capsnet.add(Peer.DJL, Metric.ROUTING, 25);
    Results efficient = new Results();
    efficient.add(Peer.CAPSNET, Metric.TRAIN, 7);
    Map<Contest, Results> results = new EnumMap<>(Contest.class);
    results.put(Contest.CAPSNET, capsnet);
    results.put(Contest.EFFICIENT, efficient);
    Plan plan =
        new Plan(
            List.of(Peer.CAPSNET, Peer.DJL),
            List.of(Contest.values()),
            Isa.AVX2,
            3,
            128,
            2,
            Plan.Calls.MEASURED);
    return new Report(plan, Map.of(Peer.DJL, Map.of("oneDNN", "3.7.1, Intel AVX2")), results);
  }

  private static String line(String table, String metric) {
    return table.lines().filter(l -> l.startsWith(metric)).findFirst().orElseThrow();
  }

  @Test
  void showsMedianRangeAndAdvantage() {
    assertThat(line(report().table(), "train, images"))
        .containsSubsequence("train, images/s", "200 (100 to 300)", "40.0 5.00x");
  }

  @Test
  void lessTimeIsBetter() {
    assertThat(line(report().table(), "votes")).containsSubsequence("50.0", "25.0 0.50x");
  }

  @Test
  void aShareOfOnesOwnSpeedIsNoAdvantage() {
    assertThat(line(report().table(), "train without")).containsSubsequence("85.0", "n/a");
  }

  @Test
  void saysWhatWasNotMeasured() {
    assertThat(line(report().table(), "peak")).containsSubsequence("n/a", "n/a");
  }

  @Test
  void hasATableForEachNetworkWithWhatIsMeasuredOfIt() {
    String table = report().table();
    String second = table.substring(table.indexOf(Contest.EFFICIENT.title()));
    assertThat(line(second, "train, images")).contains("7.00");
    assertThat(second).doesNotContain("votes and routing");
  }

  @Test
  void saysOnWhatAndWithWhatItWasMeasured() {
    assertThat(report().table())
        .contains(Machine.cpu(), "Vectors: avx2", "DJL/PyTorch: oneDNN 3.7.1, Intel AVX2");
  }

  @Test
  void jsonHoldsEveryRound() throws IOException {
    Path file = folder.resolve("peers.json");
    report().writeJson(file);
    JsonNode root = new ObjectMapper().readTree(file.toFile());
    assertThat(root.get("isa").asText()).isEqualTo("avx2");
    assertThat(root.get("machine").get("cpu").asText()).isEqualTo(Machine.cpu());
    assertThat(root.get("inForce").get("DJL/PyTorch").get("oneDNN").asText()).endsWith("AVX2");
    JsonNode network = root.get("networks").get(0);
    assertThat(network.get("name").asText()).isEqualTo(Contest.CAPSNET.title());
    JsonNode ours = network.get("contestants").get(0);
    assertThat(ours.get("name").asText()).isEqualTo("capsnet");
    assertThat(ours.get("train").get("median").asDouble()).isEqualTo(200);
    assertThat(ours.get("train").get("rounds")).hasSize(3);
    assertThat(ours.has("memory")).isFalse();
    JsonNode theirs = network.get("contestants").get(1);
    assertThat(theirs.get("train").get("capsnetAdvantage").asDouble()).isEqualTo(5);
  }
}
