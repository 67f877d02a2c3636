package org.capsnet.examples.comparison;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.capsnet.examples.comparison.Contestant.Absent;
import org.capsnet.examples.comparison.Contestant.Group;
import org.capsnet.examples.output.Figure;
import org.capsnet.io.AtomicFiles;
import org.capsnet.metric.SeveralRuns;

/**
 * What a comparison found, as a page and as a table of numbers.
 *
 * @param facts of the run, by name: images, training, machine
 * @param rows who was compared
 * @param absent who was not
 */
public record ComparisonReport(
    Map<String, String> facts, List<ComparisonRow> rows, List<Absent> absent) {

  private static final double MIB = 1 << 20;
  private static final double MILLION = 1e6;

  List<ComparisonRow> rows(Group group) {
    return rows.stream().filter(row -> row.contestant().group() == group).toList();
  }

  // ---------------------------------------------------------------- the page

  /** The cells of the page by the heads of their columns. */
  private static Map<String, Function<ComparisonRow, String>> columns(Group group) {
    Map<String, Function<ComparisonRow, String>> columns = new LinkedHashMap<>();
    columns.put(group == Group.ROUTING ? "routing" : "network", row -> "`" + row.name() + "`");
    columns.put("loss", ComparisonRow::loss);
    columns.put("learning rate", ComparisonRow::rate);
    for (TestChange change : TestChange.values()) {
      columns.put(change.column() + ", %", row -> ComparisonRow.percent(row.accuracy(change)));
    }
    if (group == Group.ROUTING) {
      columns.put("entropy", ComparisonReport::lastEntropy);
    }
    columns.put("parameters", row -> "%,d".formatted(row.first().parameters()));
    columns.put("multiply-adds, million", row -> number(row.first().multiplyAdds() / MILLION));
    columns.put("memory, MiB", row -> number(row.first().bytes() / MIB));
    columns.put("trained, images/s", row -> number(row.trained()));
    columns.put("predicted, images/s", row -> number(row.predicted()));
    return columns;
  }

  private static String lastEntropy(ComparisonRow row) {
    double[] entropies = row.entropies();
    return Figure.text(
        "%.3f", entropies.length == 0 ? Double.NaN : entropies[entropies.length - 1]);
  }

  private static String number(double figure) {
    return String.format(Locale.ROOT, figure < 100 ? "%.1f" : "%,.0f", figure);
  }

  /** A table of a group; empty without rows. */
  public String table(Group group) {
    Map<String, Function<ComparisonRow, String>> columns = columns(group);
    List<ComparisonRow> own = rows(group);
    if (own.isEmpty()) {
      return "";
    }
    StringBuilder table = new StringBuilder();
    line(table, List.copyOf(columns.keySet()));
    line(table, columns.keySet().stream().map(head -> "---").toList());
    own.forEach(
        row -> line(table, columns.values().stream().map(cell -> cell.apply(row)).toList()));
    return table.toString();
  }

  private static void line(StringBuilder table, List<String> cells) {
    table.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }

  /** What was left out, and why; empty if nothing was. */
  public String absentees() {
    StringBuilder list = new StringBuilder();
    absent.forEach(
        one -> list.append("- ").append(one.name()).append(": ").append(one.reason()).append('\n'));
    return list.toString();
  }

  private String page() {
    StringBuilder page = new StringBuilder("# Routings compared\n\n");
    facts.forEach(
        (name, fact) -> page.append("- ").append(name).append(": ").append(fact).append('\n'));
    section(page, "Routings, each in the same network", table(Group.ROUTING));
    section(page, "Networks", table(Group.NETWORK));
    section(page, "Left out", absentees());
    section(page, "How to read it", notes());
    return page.toString();
  }

  private static void section(StringBuilder page, String title, String text) {
    if (!text.isEmpty()) {
      page.append("\n## ").append(title).append("\n\n").append(text);
    }
  }

  private String notes() {
    String changes =
        Arrays.stream(TestChange.values())
            .map(change -> "**" + change.column() + "**: " + change.description())
            .collect(Collectors.joining("; "));
    int runs = rows.stream().mapToInt(row -> row.results().size()).max().orElse(0);
    return """
    - Accuracies are of the same test images, each network judged once after its last epoch. %s.
    - **learning rate**: where there were several, the one whose network was best on the validation
      images, with the first seed.
    - %s
    - **entropy** of the couplings to class capsules after the last iteration: 1 where each input
      capsule goes to all alike, 0 where it goes to one.
    - **memory** of a training and **multiply-adds** of an image, forward: as the summary of the
      network states them; a routing that states no cost is estimated.
    - **images/s**: the fastest epoch, with validation left out, and the fastest test. They hold for
      this machine and what else it did.
    - Above class capsules there is no grid, where `local-em` is `em`, and `deepcaps` is `dynamic`
      without its kernel.
    """
        .formatted(
            changes,
            runs > 1
                ? "± is the standard deviation of a training, of up to " + runs + " seeds."
                : "Each is of one training: a difference may be chance.");
  }

  // ---------------------------------------------------------------- the numbers

  private static Map<String, String> numbers(ComparisonRow row, int iterations) {
    Map<String, String> cells = new LinkedHashMap<>();
    cells.put("group", row.contestant().group().name().toLowerCase(Locale.ROOT));
    cells.put("name", row.name());
    cells.put("loss", row.loss());
    cells.put("learning_rate", row.rate());
    cells.put("runs", Integer.toString(row.results().size()));
    for (TestChange change : TestChange.values()) {
      SeveralRuns accuracy = row.accuracy(change);
      cells.put("accuracy_" + change.column(), Double.toString(accuracy.mean()));
      cells.put("deviation_" + change.column(), plain(accuracy.deviation()));
    }
    int[] angles = TestChange.angles();
    for (int i = 0; i < angles.length; i++) {
      cells.put("accuracy_at_" + angles[i], Double.toString(row.byAngle()[i]));
    }
    for (int i = 0; i < iterations; i++) {
      double[] entropies = row.entropies();
      cells.put("entropy_" + (i + 1), i < entropies.length ? plain(entropies[i]) : "");
    }
    cells.put("parameters", Long.toString(row.first().parameters()));
    cells.put("multiply_adds", Long.toString(row.first().multiplyAdds()));
    cells.put("training_bytes", Long.toString(row.first().bytes()));
    cells.put("trained_images_per_second", Double.toString(row.trained()));
    cells.put("predicted_images_per_second", Double.toString(row.predicted()));
    return cells;
  }

  private static String plain(double figure) {
    return Double.isNaN(figure) ? "" : Double.toString(figure);
  }

  private String csv() {
    int iterations = rows.stream().mapToInt(row -> row.first().entropies().size()).max().orElse(0);
    List<String> lines = new ArrayList<>();
    for (ComparisonRow row : rows) {
      Map<String, String> cells = numbers(row, iterations);
      if (lines.isEmpty()) {
        lines.add(String.join(",", cells.keySet()));
      }
      lines.add(
          cells.values().stream().map(ComparisonReport::quoted).collect(Collectors.joining(",")));
    }
    return String.join("\n", lines) + "\n";
  }

  private static String quoted(String cell) {
    return cell.matches("[^\",\\n]*") ? cell : '"' + cell.replace("\"", "\"\"") + '"';
  }

  /** Writes the page, then the numbers, each as a whole. */
  public void write(Path page, Path numbers) throws IOException {
    write(page, page());
    write(numbers, csv());
  }

  private static void write(Path file, String text) throws IOException {
    AtomicFiles.write(file, to -> to.write(text.getBytes(StandardCharsets.UTF_8)));
  }
}
