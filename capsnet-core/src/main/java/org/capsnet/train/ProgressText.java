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
    return String.format(Locale.ROOT, "loss %.4f, accuracy %.2f %%", loss, PERCENT * accuracy);
  }

  /** What leaves room for a bar on a terminal of 80 columns. */
  static String brief(IterationReport report) {
    return String.format(
        Locale.ROOT,
        "%.0f images/s, loss %.3f, %.1f %%",
        report.imagesPerSecond(),
        report.meanLoss(),
        PERCENT * report.meanAccuracy());
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
