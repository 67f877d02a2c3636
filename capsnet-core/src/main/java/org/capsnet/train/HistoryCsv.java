package org.capsnet.train;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Epochs as comma-separated text: a column for each metric that one of them has, and every number
 * in as many digits as it takes to read it back.
 */
final class HistoryCsv {

  private static final String EPOCH = "epoch";
  private static final String SECONDS = "seconds";
  private static final String SPEED = "images_per_second";
  private static final String RATE = "learning_rate";

  private HistoryCsv() {}

  static String write(List<EpochReport> epochs) {
    Set<String> metrics =
        epochs.stream()
            .map(e -> e.metrics().keySet())
            .flatMap(Collection::stream)
            .collect(Collectors.toCollection(LinkedHashSet::new));
    List<String> columns = new ArrayList<>(metrics);
    columns.add(0, EPOCH);
    columns.addAll(List.of(SECONDS, SPEED, RATE));
    StringBuilder text = new StringBuilder(String.join(",", columns)).append('\n');
    epochs.forEach(epoch -> text.append(row(epoch, metrics)).append('\n'));
    return text.toString();
  }

  private static String row(EpochReport epoch, Set<String> metrics) {
    List<String> cells = new ArrayList<>();
    cells.add(Integer.toString(epoch.epoch()));
    metrics.forEach(name -> cells.add(cell(epoch.metrics().getOrDefault(name, Double.NaN))));
    cells.add(cell(epoch.seconds()));
    cells.add(cell(epoch.imagesPerSecond()));
    cells.add(cell(epoch.learningRate()));
    return String.join(",", cells);
  }

  private static String cell(double value) {
    return Double.isNaN(value) ? "" : Double.toString(value);
  }

  /**
   * Reads what {@link #write} wrote, in this version or one before. Every column that is not one of
   * the epoch's own is a metric.
   *
   * @throws IllegalArgumentException if the text is anything else
   */
  static List<EpochReport> read(String csv) {
    List<String> lines = csv.lines().toList();
    List<String> columns = lines.isEmpty() ? List.of() : List.of(lines.get(0).split(",", -1));
    boolean names =
        columns.stream().allMatch(Metric::isName)
            && columns.stream().distinct().count() == columns.size();
    if (!names || !columns.containsAll(List.of(EPOCH, SECONDS, SPEED, RATE))) {
      throw new IllegalArgumentException(
          "history: expected the columns %s, metrics, %s, %s, %s, got %s"
              .formatted(EPOCH, SECONDS, SPEED, RATE, String.join(",", columns)));
    }
    return IntStream.range(1, lines.size()).mapToObj(i -> parse(i, columns, lines.get(i))).toList();
  }

  private static EpochReport parse(int epoch, List<String> columns, String row) {
    String[] cells = row.split(",", -1);
    String of = "history of epoch " + epoch;
    if (cells.length != columns.size()) {
      throw new IllegalArgumentException(
          of + ": expected " + columns.size() + " columns, got " + cells.length);
    }
    String written = cells[columns.indexOf(EPOCH)];
    if (Fields.whole(of, written) != epoch) {
      throw new IllegalArgumentException(of + ": expected " + epoch + ", got " + written);
    }
    Map<String, Double> numbers = new LinkedHashMap<>();
    for (int i = 0; i < cells.length; i++) {
      numbers.put(columns.get(i), cells[i].isEmpty() ? Double.NaN : Fields.number(of, cells[i]));
    }
    numbers.remove(EPOCH);
    double seconds = numbers.remove(SECONDS);
    double speed = numbers.remove(SPEED);
    double rate = numbers.remove(RATE);
    return new EpochReport(epoch, numbers, seconds, speed, rate);
  }
}
