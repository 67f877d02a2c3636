package org.capsnet.examples.comparison;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.capsnet.examples.comparison.Contestant.Absent;
import org.capsnet.examples.output.Charts;
import org.capsnet.examples.output.Figure;
import org.capsnet.io.AtomicFiles;
import org.capsnet.metric.SeveralRuns;
import org.knowm.xchart.XYChart;

/**
 * What a comparison by viewpoints found. A training is judged after the first epoch in which it
 * tells the objects on familiar viewpoints as well as all do at some time.
 */
public final class ViewpointReport {

  private static final double PERCENT = 100;

  private final ViewpointSets sets;
  private final Map<Contestant, List<ViewpointResult>> results;
  private final double level;

  /**
   * At the highest accuracy on familiar viewpoints that all trainings reach.
   *
   * @param results of the trainings of each contestant, at least one
   */
  public ViewpointReport(ViewpointSets sets, Map<Contestant, List<ViewpointResult>> results) {
    this(
        sets,
        results,
        results.values().stream()
            .flatMap(List::stream)
            .mapToDouble(result -> result.best(sets))
            .min()
            .orElse(0));
  }

  /** At an accuracy on familiar viewpoints, from 0 to 1; trainings that miss it are left out. */
  public ViewpointReport(
      ViewpointSets sets, Map<Contestant, List<ViewpointResult>> results, double level) {
    this.sets = sets;
    this.results = new LinkedHashMap<>(results);
    this.level = level;
  }

  /** Of a contestant's trainings, each at the epoch in which it is judged. */
  private List<List<Integer>> judged(Contestant one) {
    return results.get(one).stream()
        .flatMap(result -> result.reaching(level, sets).stream().mapToObj(result.right()::get))
        .toList();
  }

  /** The error on novel viewpoints of the trainings that are judged; empty if none is. */
  private Optional<SeveralRuns> novelError(Contestant one) {
    List<Double> errors = judged(one).stream().map(right -> 1 - sets.novel(right)).toList();
    return errors.isEmpty() ? Optional.empty() : Optional.of(new SeveralRuns(errors));
  }

  /** Whether no training is judged. */
  public boolean isEmpty() {
    return results.keySet().stream().allMatch(one -> judged(one).isEmpty());
  }

  // ---------------------------------------------------------------- the table

  /** A row for each contestant. */
  public String table() {
    StringBuilder table = new StringBuilder();
    line(
        table,
        List.of(
            "network",
            "parameters",
            "trainings",
            "epoch",
            "familiar, %",
            "error on novel, %",
            "of the plain one's",
            "after the last epoch: familiar, %",
            "error on novel, %"));
    line(table, IntStream.range(0, 9).mapToObj(i -> "---").toList());
    results.keySet().forEach(one -> line(table, row(one)));
    return table.toString();
  }

  private static void line(StringBuilder table, List<String> cells) {
    table.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }

  private List<String> row(Contestant one) {
    List<ViewpointResult> all = results.get(one);
    Optional<SeveralRuns> error = novelError(one);
    List<String> cells = new ArrayList<>();
    cells.add("`" + one.name() + "`");
    cells.add(String.format(Locale.ROOT, "%,d", one.parameters()));
    cells.add(judged(one).size() + " of " + all.size());
    cells.add(
        all.stream()
            .flatMapToInt(result -> result.reaching(level, sets).stream())
            .mapToObj(epoch -> Integer.toString(epoch + 1))
            .collect(Collectors.joining(", ")));
    List<Double> familiar = judged(one).stream().map(sets::familiar).toList();
    cells.add(familiar.isEmpty() ? "-" : percent(familiar));
    cells.add(error.map(ComparisonRow::percent).orElse("-"));
    cells.add(Figure.text("%.2f", ofThePlainOne(one)));
    List<List<Integer>> last =
        all.stream().map(result -> result.right().get(result.right().size() - 1)).toList();
    cells.add(percent(last.stream().map(sets::familiar).toList()));
    cells.add(percent(last.stream().map(right -> 1 - sets.novel(right)).toList()));
    return cells;
  }

  private static String percent(List<Double> shares) {
    return ComparisonRow.percent(new SeveralRuns(shares));
  }

  /** The error on novel viewpoints by that of the plain network of its size; NaN without one. */
  double ofThePlainOne(Contestant one) {
    Optional<SeveralRuns> plain =
        results.keySet().stream()
            .filter(other -> other.name().equals(Contestants.plainName(one.name())))
            .findFirst()
            .flatMap(this::novelError);
    Optional<SeveralRuns> own = novelError(one);
    return plain.isPresent() && own.isPresent()
        ? own.get().mean() / plain.get().mean()
        : Double.NaN;
  }

  /** The accuracy at which they are compared, in words. */
  public String description() {
    return String.format(
        Locale.ROOT,
        "compared at the first epoch with an accuracy of %.2f %% or more on familiar viewpoints",
        PERCENT * level);
  }

  // ---------------------------------------------------------------- files

  /** Writes the table, then the numbers of every epoch, each as a whole. */
  public void write(Path page, Path numbers, List<Absent> absent) throws IOException {
    StringBuilder text = new StringBuilder("# Viewpoints compared\n\nNetworks ");
    text.append(description()).append(".\n\n").append(table());
    absent.forEach(
        one ->
            text.append("\nNot compared: ")
                .append(one.name())
                .append(": ")
                .append(one.reason())
                .append('\n'));
    write(page, text.toString());
    write(numbers, csv());
  }

  private static void write(Path file, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    AtomicFiles.write(file, to -> to.write(bytes));
  }

  /** A line for each epoch of each training, with the accuracy at each angle. */
  private String csv() {
    StringBuilder text = new StringBuilder("network,training,epoch,familiar,novel");
    sets.angles().forEach(angle -> text.append(",at_").append(angle));
    text.append('\n');
    results.forEach(
        (one, all) -> {
          for (int training = 0; training < all.size(); training++) {
            csv(one, training, all.get(training), text);
          }
        });
    return text.toString();
  }

  private void csv(Contestant one, int training, ViewpointResult result, StringBuilder text) {
    for (int epoch = 0; epoch < result.right().size(); epoch++) {
      List<Integer> right = result.right().get(epoch);
      text.append('"').append(one.name()).append('"');
      text.append(',').append(training + 1).append(',').append(epoch + 1);
      text.append(figure(sets.familiar(right))).append(figure(sets.novel(right)));
      IntStream.range(0, right.size()).forEach(i -> text.append(figure(sets.at(i, right))));
      text.append('\n');
    }
  }

  private static String figure(double share) {
    return String.format(Locale.ROOT, ",%.4f", share);
  }

  /** The accuracy at each angle, of each contestant over its trainings. */
  public void draw(Path file) throws IOException {
    XYChart chart =
        Charts.ofMany(
            String.format(Locale.ROOT, "equal at %.1f %% of familiar viewpoints", PERCENT * level),
            "degrees from the front",
            "accuracy, %");
    double[] angles = sets.angles().stream().mapToDouble(Integer::doubleValue).toArray();
    for (Contestant one : results.keySet()) {
      List<List<Integer>> judged = judged(one);
      if (!judged.isEmpty()) {
        double[] accuracy =
            IntStream.range(0, angles.length)
                .mapToDouble(
                    i ->
                        PERCENT
                            * judged.stream()
                                .mapToDouble(right -> sets.at(i, right))
                                .average()
                                .orElseThrow())
                .toArray();
        chart.addSeries(one.name(), angles, accuracy);
      }
    }
    Charts.write(file, List.of(chart));
  }
}
