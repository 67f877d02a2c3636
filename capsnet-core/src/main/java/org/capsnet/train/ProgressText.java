package org.capsnet.train;

import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The one wording of numbers that are shown while a training goes on. */
final class ProgressText {

  private static final int MINUTE = 60;
  private static final int HOUR = 3600;
  private static final double PERCENT = 100;

  private ProgressText() {}

  static String epoch(int epoch, int epochs) {
    return "epoch " + epoch + "/" + epochs;
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

  /** What leaves room for a bar on a terminal of 80 columns. */
  static String brief(IterationReport report) {
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
