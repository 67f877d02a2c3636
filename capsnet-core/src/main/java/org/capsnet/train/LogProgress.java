package org.capsnet.train;

import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.LoggerFactory;

/** Progress as lines of text, one in so many seconds. */
final class LogProgress implements TrainingListener {

  private static final long INTERVAL_NANOS = 10_000_000_000L;

  private final Consumer<String> out;
  private final LongSupplier clock;

  private EpochStart start;
  private long nextAt;

  LogProgress() {
    this(LoggerFactory.getLogger(ProgressBar.class)::info, System::nanoTime);
  }

  LogProgress(Consumer<String> out, LongSupplier clock) {
    this.out = out;
    this.clock = clock;
  }

  @Override
  public void onEpochStart(EpochStart epoch) {
    start = epoch;
    nextAt = clock.getAsLong();
    out.accept(
        ProgressText.epoch(epoch.epoch(), epoch.epochs())
            + ": begins"
            + (epoch.batchesDone() > 0 ? " after batch " + epoch.batchesDone() : ""));
  }

  @Override
  public void onIteration(IterationReport report) {
    long now = clock.getAsLong();
    if (now - nextAt < 0) {
      return;
    }
    nextAt = now + INTERVAL_NANOS;
    out.accept(
        "%s: batch %s, %s, %s%s"
            .formatted(
                ProgressText.epoch(report.epoch(), report.epochs()),
                report.batches() < 0 ? report.batch() : report.batch() + " of " + report.batches(),
                ProgressText.measured(report.means(), Metric.TRAIN),
                ProgressText.speed(report.imagesPerSecond()),
                left(report)));
  }

  private static String left(IterationReport report) {
    if (report.batches() < 0) {
      return "";
    }
    double perBatch = report.seconds() / report.batch();
    return ", " + ProgressText.duration(perBatch * (report.batches() - report.batch())) + " left";
  }

  @Override
  public void onEpochEnd(EpochReport report) {
    out.accept(ProgressText.ended(report, start.epochs()));
  }
}
