package org.capsnet.bench.peer;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalDouble;
import org.capsnet.bench.measure.Summary;
import org.capsnet.io.AtomicFiles;

/**
 * The outcome of a comparison, to read and to compute with.
 *
 * @param plan what was done
 * @param results what came out
 */
public record Report(Plan plan, Results results) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LABEL = 44;
  private static final int CELL = 34;

  /**
   * A table with one line per metric and one column per contestant: median, range over the rounds,
   * and how many times better this library is.
   *
   * @return lines of text
   */
  public String table() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "Paper's CapsNet, batch %d, %d threads, %d rounds: median (min to max),"
                + " this library's advantage%n%n",
            plan.batch(),
            plan.threads(),
            plan.rounds()));
    text.append(pad("", LABEL));
    results.peers().forEach(peer -> text.append(pad(peer.title(), CELL)));
    text.append(System.lineSeparator());
    for (Metric metric : Metric.values()) {
      text.append(pad(metric.title() + ", " + metric.unit(), LABEL));
      results.peers().forEach(peer -> text.append(pad(cell(peer, metric), CELL)));
      text.append(System.lineSeparator());
    }
    notes(text);
    return text.toString();
  }

  private String cell(Peer peer, Metric metric) {
    return results
        .summary(peer, metric)
        .map(summary -> number(summary) + advantage(peer, metric))
        .orElse("n/a");
  }

  private static String number(Summary s) {
    return digits(s.median())
        + (s.min() == s.max() ? "" : " (" + digits(s.min()) + " to " + digits(s.max()) + ")");
  }

  /** Three significant digits or all before the point: nobody measures more. */
  private static String digits(double x) {
    return String.format(Locale.ROOT, x < 10 ? "%.2f" : x < 100 ? "%.1f" : "%.0f", x);
  }

  private String advantage(Peer peer, Metric metric) {
    OptionalDouble times = results.advantage(peer, metric);
    return times.isPresent() ? " " + digits(times.getAsDouble()) + "x" : "";
  }

  private static String pad(String cell, int width) {
    return String.format("%-" + width + "s", cell);
  }

  private void notes(StringBuilder text) {
    text.append(String.format("%nMemory is that of a process that does nothing but train.%n"));
    for (Peer peer : results.peers()) {
      if (!peer.note().isEmpty()) {
        text.append(
            String.format(
                "%s: %s. Its routing is scaled to batches of %d.%n",
                peer.title(), peer.note(), plan.batch()));
      }
    }
  }

  /**
   * Writes settings, machine and all figures.
   *
   * @param file replaced as a whole or not at all
   * @throws IOException if it cannot be written
   */
  public void writeJson(Path file) throws IOException {
    byte[] bytes = JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(json());
    AtomicFiles.write(file, out -> out.write(bytes));
  }

  private ObjectNode json() {
    ObjectNode root = JSON.createObjectNode();
    root.set("machine", machine());
    root.put("batch", plan.batch()).put("threads", plan.threads()).put("rounds", plan.rounds());
    ArrayNode contestants = root.putArray("contestants");
    for (Peer peer : results.peers()) {
      ObjectNode node = contestants.addObject();
      node.put("name", peer.title()).put("batch", peer.batch(plan.batch()));
      if (!peer.note().isEmpty()) {
        node.put("note", peer.note());
      }
      for (Metric metric : Metric.values()) {
        results.summary(peer, metric).ifPresent(s -> node.set(key(metric), json(peer, metric, s)));
      }
    }
    return root;
  }

  private static String key(Metric metric) {
    return metric.name().toLowerCase(Locale.ROOT);
  }

  private ObjectNode json(Peer peer, Metric metric, Summary summary) {
    ObjectNode node = JSON.createObjectNode().put("unit", metric.unit());
    node.put("min", summary.min()).put("median", summary.median()).put("max", summary.max());
    results.advantage(peer, metric).ifPresent(times -> node.put("capsnetAdvantage", times));
    ArrayNode rounds = node.putArray("rounds");
    results.figures(peer, metric).forEach(rounds::add);
    return node;
  }

  private static ObjectNode machine() {
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    return JSON.createObjectNode()
        .put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"))
        .put("arch", System.getProperty("os.arch"))
        .put("cores", Runtime.getRuntime().availableProcessors())
        .put("memoryBytes", system.getTotalMemorySize())
        .put("java", System.getProperty("java.vm.name") + " " + Runtime.version());
  }
}
