package org.capsnet.train;

import org.capsnet.io.StatusLine;
import org.slf4j.LoggerFactory;

/** Shows a training as it goes: throughput, time left, loss, its terms and accuracy. */
public final class ProgressBar implements TrainingListener {

  private final StatusLine line;
  private EpochStart start;

  ProgressBar(StatusLine line) {
    this.line = line;
  }

  /**
   * A bar for each epoch where there is a terminal; elsewhere, in a log file say, a line every ten
   * seconds and at the end of each epoch, with the same facts. {@link StatusLine} says where they
   * go, and how to turn them off.
   *
   * @return the listener, for one training at a time
   * @throws IllegalStateException if the system property {@code capsnet.progress} is neither on nor
   *     off
   */
  public static TrainingListener onConsole() {
    return new ProgressBar(StatusLine.of(LoggerFactory.getLogger(ProgressBar.class)));
  }

  @Override
  public void onEpochStart(EpochStart epoch) {
    start = epoch;
    line.hurry();
    if (!line.isRedrawn()) {
      line.print(ProgressText.begun(epoch));
    }
  }

  @Override
  public void onIteration(IterationReport report) {
    line.show(() -> line.isRedrawn() ? ProgressText.bar(report) : ProgressText.line(report));
  }

  @Override
  public void onEpochEnd(EpochReport report) {
    line.print(ProgressText.ended(report, start.epochs()));
  }

  /** An epoch cut short leaves its bar as it is. */
  @Override
  public void onFitEnd(History history) {
    line.close();
  }
}
