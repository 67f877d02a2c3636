package org.capsnet.train;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** Epochs as comma-separated text, every number in as many digits as it takes to read it back. */
final class HistoryCsv {

  private static final String HEADER =
      "epoch,train_loss,train_accuracy,validation_loss,validation_accuracy,"
          + "seconds,images_per_second,learning_rate";

  private static final int COLUMNS = HEADER.split(",").length;

  private HistoryCsv() {}

  static String write(List<EpochReport> epochs) {
    return epochs.stream()
        .map(HistoryCsv::row)
        .collect(Collectors.joining("\n", HEADER + "\n", epochs.isEmpty() ? "" : "\n"));
  }

  private static String row(EpochReport e) {
    return DoubleStream.of(
            e.trainLoss(),
            e.trainAccuracy(),
            e.validationLoss(),
            e.validationAccuracy(),
            e.seconds(),
            e.imagesPerSecond(),
            e.learningRate())
        .mapToObj(value -> Double.isNaN(value) ? "" : Double.toString(value))
        .collect(Collectors.joining(",", e.epoch() + ",", ""));
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IllegalArgumentException if the text is anything else
   */
  static List<EpochReport> read(String csv) {
    List<String> lines = csv.lines().toList();
    if (lines.isEmpty() || !lines.get(0).equals(HEADER)) {
      throw new IllegalArgumentException("history: expected the columns " + HEADER);
    }
    return IntStream.range(1, lines.size()).mapToObj(i -> parse(i, lines.get(i))).toList();
  }

  private static EpochReport parse(int epoch, String row) {
    String[] cells = row.split(",", -1);
    String of = "history of epoch " + epoch;
    if (cells.length != COLUMNS) {
      throw new IllegalArgumentException(
          of + ": expected " + COLUMNS + " columns, got " + cells.length);
    }
    if (Fields.whole(of, cells[0]) != epoch) {
      throw new IllegalArgumentException(of + ": expected " + epoch + ", got " + cells[0]);
    }
    double[] n =
        Arrays.stream(cells)
            .skip(1)
            .mapToDouble(cell -> cell.isEmpty() ? Double.NaN : Fields.number(of, cell))
            .toArray();
    return new EpochReport(epoch, n[0], n[1], n[2], n[3], n[4], n[5], n[6]);
  }
}
