package org.capsnet.train;

import java.util.Locale;

/** The one wording of numbers that are shown while a training goes on. */
final class ProgressText {

  private static final int MINUTE = 60;
  private static final int HOUR = 3600;
  private static final double PERCENT = 100;

  private ProgressText() {}

  static String epoch(int epoch, int epochs) {
    return "epoch " + epoch + "/" + epochs;
  }

  static String judged(double loss, double accuracy) {
    String text = String.format(Locale.ROOT, "loss %.4f", loss);
    return Double.isNaN(accuracy)
        ? text
        : text + String.format(Locale.ROOT, ", accuracy %.2f %%", PERCENT * accuracy);
  }

  /** What leaves room for a bar on a terminal of 80 columns. */
  static String brief(IterationReport report) {
    String text =
        String.format(
            Locale.ROOT, "%.0f images/s, loss %.3f", report.imagesPerSecond(), report.meanLoss());
    return Double.isNaN(report.meanAccuracy())
        ? text
        : text + String.format(Locale.ROOT, ", %.1f %%", PERCENT * report.meanAccuracy());
  }

  static String speed(double imagesPerSecond) {
    return String.format(Locale.ROOT, "%.1f images/s", imagesPerSecond);
  }

  /** What an epoch came to, with its validation if there was one. */
  static String ended(EpochReport report, int epochs) {
    String validated =
        Double.isNaN(report.validationLoss())
            ? ""
            : "; validation " + judged(report.validationLoss(), report.validationAccuracy());
    return "%s: done, %s%s, %s, %s"
        .formatted(
            epoch(report.epoch(), epochs),
            judged(report.trainLoss(), report.trainAccuracy()),
            validated,
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
