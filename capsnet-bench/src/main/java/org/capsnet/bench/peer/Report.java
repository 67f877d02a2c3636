package org.capsnet.bench.peer;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import org.capsnet.bench.measure.Summary;
import org.capsnet.bench.process.Facts;
import org.capsnet.io.AtomicFiles;
import org.capsnet.kernel.Machine;

/**
 * The outcome of a comparison, to read and to compute with.
 *
 * @param plan what was done
 * @param facts what each contestant said of itself, by name
 * @param results what came out
 */
public record Report(
    Plan plan, Map<Peer, Map<String, String>> facts, Map<Contest, Results> results) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LABEL = 54;
  private static final int CELL = 34;

  /**
   * The machine, and for each network a table with one line per metric and one column per
   * contestant: median, range over the rounds, and how many times better this library is.
   *
   * @return lines of text
   */
  public String table() {
    StringBuilder text = new StringBuilder();
    line(text, Machine.cpu() + ", " + Runtime.getRuntime().availableProcessors() + " cores");
    line(text, "Vectors: " + plan.isa().name().toLowerCase(Locale.ROOT) + ". In force:");
    facts.forEach((peer, own) -> line(text, "  " + peer.title() + ": " + Facts.text(own)));
    results.forEach((contest, own) -> table(text, contest, own));
    notes(text);
    return text.toString();
  }

  private void table(StringBuilder text, Contest contest, Results of) {
    line(text, "");
    line(
        text,
        "%s, batch %d, %d threads, %d rounds: median (min to max), this library's advantage"
            .formatted(contest.title(), plan.batch(), plan.threads(), plan.rounds()));
    StringBuilder head = new StringBuilder(pad("", LABEL));
    of.peers().forEach(peer -> head.append(pad(peer.title(), CELL)));
    line(text, head.toString());
    for (Metric metric : contest.metrics()) {
      StringBuilder row = new StringBuilder(pad(metric.title() + ", " + metric.unit(), LABEL));
      of.peers().forEach(peer -> row.append(pad(cell(of, peer, metric), CELL)));
      line(text, row.toString());
    }
  }

  private static void line(StringBuilder text, String line) {
    text.append(line.stripTrailing()).append(System.lineSeparator());
  }

  private static String cell(Results of, Peer peer, Metric metric) {
    return of.summary(peer, metric)
        .map(summary -> number(summary) + advantage(of, peer, metric))
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

  private static String advantage(Results of, Peer peer, Metric metric) {
    OptionalDouble times = of.advantage(peer, metric);
    return times.isPresent() ? " " + digits(times.getAsDouble()) + "x" : "";
  }

  private static String pad(String cell, int width) {
    return String.format("%-" + width + "s", cell);
  }

  private void notes(StringBuilder text) {
    line(text, "");
    line(text, "Memory is that of a process that does nothing but train.");
    for (Peer peer : plan.peers()) {
      if (!peer.note().isEmpty()) {
        String scaled =
            peer.slow() ? " Its routing is scaled to batches of %d.".formatted(plan.batch()) : "";
        line(text, "%s: %s.%s".formatted(peer.title(), peer.note(), scaled));
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
    root.set("machine", JSON.valueToTree(Machine.facts()));
    root.put("isa", plan.isa().name().toLowerCase(Locale.ROOT));
    root.put("batch", plan.batch()).put("threads", plan.threads()).put("rounds", plan.rounds());
    ObjectNode inForce = root.putObject("inForce");
    facts.forEach((peer, own) -> inForce.set(peer.title(), JSON.valueToTree(own)));
    ArrayNode networks = root.putArray("networks");
    results.forEach(
        (contest, own) -> {
          ObjectNode network = networks.addObject().put("name", contest.title());
          ArrayNode contestants = network.putArray("contestants");
          own.peers().forEach(peer -> contestants.add(json(contest, own, peer)));
        });
    return root;
  }

  private ObjectNode json(Contest contest, Results of, Peer peer) {
    ObjectNode node = JSON.createObjectNode();
    node.put("name", peer.title()).put("batch", peer.batch(plan.batch()));
    if (!peer.note().isEmpty()) {
      node.put("note", peer.note());
    }
    for (Metric metric : contest.metrics()) {
      of.summary(peer, metric).ifPresent(s -> node.set(key(metric), json(of, peer, metric, s)));
    }
    return node;
  }

  private static String key(Metric metric) {
    return metric.name().toLowerCase(Locale.ROOT);
  }

  private static ObjectNode json(Results of, Peer peer, Metric metric, Summary summary) {
    ObjectNode node = JSON.createObjectNode().put("unit", metric.unit());
    node.put("min", summary.min()).put("median", summary.median()).put("max", summary.max());
    of.advantage(peer, metric).ifPresent(times -> node.put("capsnetAdvantage", times));
    List<Double> figures = of.figures(peer, metric);
    ArrayNode rounds = node.putArray("rounds");
    figures.forEach(rounds::add);
    return node;
  }
}
