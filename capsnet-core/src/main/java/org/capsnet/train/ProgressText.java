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

  static String speed(double imagesPerSecond) {
    return String.format(Locale.ROOT, "%.1f images/s", imagesPerSecond);
  }

  /** The end of an epoch, with its validation if there was one. */
  static String ended(EpochReport report) {
    String trained = judged(report.trainLoss(), report.trainAccuracy());
    return Double.isNaN(report.validationLoss())
        ? trained
        : trained + "; validation " + judged(report.validationLoss(), report.validationAccuracy());
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
