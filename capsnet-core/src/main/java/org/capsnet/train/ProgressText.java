package org.capsnet.train;

import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The one wording of numbers that are shown while a training goes on. */
final class ProgressText {

  private static final int MINUTE = 60;
  private static final int HOUR = 3600;
  private static final int BAR = 20;
  private static final double PERCENT = 100;

  private ProgressText() {}

  private static String epoch(int epoch, int epochs) {
    return "epoch " + epoch + "/" + epochs;
  }

  static String begun(EpochStart start) {
    return epoch(start.epoch(), start.epochs())
        + ": begins"
        + (start.batchesDone() > 0 ? " after batch " + start.batchesDone() : "");
  }

  /** Where an epoch stands, with all there is to say. */
  static String line(IterationReport report) {
    return "%s: batch %s, %s, %s%s"
        .formatted(
            epoch(report.epoch(), report.epochs()),
            report.batches() < 0 ? report.batch() : report.batch() + " of " + report.batches(),
            measured(report.means(), Metric.TRAIN),
            speed(report.imagesPerSecond()),
            left(report));
  }

  private static String left(IterationReport report) {
    if (report.batches() < 0) {
      return "";
    }
    double perBatch = report.seconds() / report.batch();
    return ", " + duration(perBatch * (report.batches() - report.batch())) + " left";
  }

  /** The same, as short as a line of a terminal. */
  static String bar(IterationReport report) {
    String done = " batch " + report.batch();
    if (report.batches() > 0) {
      int marks = (int) ((long) BAR * report.batch() / report.batches());
      done = " [" + "=".repeat(marks) + " ".repeat(BAR - marks) + "]";
    }
    return "%d/%d%s %s%s"
        .formatted(report.epoch(), report.epochs(), done, brief(report), left(report));
  }

  /** Those metrics whose names begin so, as {@code loss 0.2500, accuracy 87.50 %}. */
  static String measured(Map<String, Double> metrics, String prefix) {
    return metrics.entrySet().stream()
        .filter(metric -> metric.getKey().startsWith(prefix))
        .map(metric -> number(metric.getKey().substring(prefix.length()), metric.getValue()))
        .collect(Collectors.joining(", "));
  }

  private static String number(String name, double value) {
    return name.equals(Metric.ACCURACY)
        ? String.format(Locale.ROOT, "%s %.2f %%", name, PERCENT * value)
        : String.format(Locale.ROOT, "%s %.4f", name, value);
  }

  private static String brief(IterationReport report) {
    String text =
        String.format(
            Locale.ROOT,
            "%.0f images/s, loss %.3f",
            report.imagesPerSecond(),
            report.mean(Metric.TRAIN_LOSS));
    double accuracy = report.mean(Metric.TRAIN_ACCURACY);
    return Double.isNaN(accuracy)
        ? text
        : text + String.format(Locale.ROOT, ", %.1f %%", PERCENT * accuracy);
  }

  static String speed(double imagesPerSecond) {
    return String.format(Locale.ROOT, "%.1f images/s", imagesPerSecond);
  }

  /** What an epoch came to, with its validation if there was one. */
  static String ended(EpochReport report, int epochs) {
    String validated = measured(report.metrics(), Metric.VALIDATION);
    return "%s: done, %s%s, %s, %s"
        .formatted(
            epoch(report.epoch(), epochs),
            measured(report.metrics(), Metric.TRAIN),
            validated.isEmpty() ? "" : "; validation " + validated,
            speed(report.imagesPerSecond()),
            duration(report.seconds()));
  }

  static String duration(double seconds) {
    long whole = Math.round(seconds);
    if (whole < MINUTE) {
      return whole + " s";
    }
    return whole < HOUR
        ? whole / MINUTE + " min " + whole % MINUTE + " s"
        : whole / HOUR + " h " + whole % HOUR / MINUTE + " min";
  }
}
