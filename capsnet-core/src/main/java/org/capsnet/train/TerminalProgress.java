package org.capsnet.train;

import java.io.PrintStream;
import java.time.Duration;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * Progress as a bar that redraws itself, one an epoch, counting images; below it a line with what
 * the epoch came to, which is too long to share a line with the bar.
 */
final class TerminalProgress implements TrainingListener {

  private static final int REDRAW_MILLIS = 250;

  private final ProgressBarBuilder look;
  private final PrintStream out;
  private EpochStart start;
  private ProgressBar bar;

  TerminalProgress() {
    this(new ProgressBarBuilder().setStyle(ProgressBarStyle.ASCII), System.err);
  }

  /**
   * @param look what the bar looks like and writes to
   * @param out the same terminal
   */
  TerminalProgress(ProgressBarBuilder look, PrintStream out) {
    this.out = out;
    this.look = look.setUpdateIntervalMillis(REDRAW_MILLIS).continuousUpdate();
  }

  @Override
  public void onEpochStart(EpochStart epoch) {
    start = epoch;
    boolean sized = epoch.batches() >= 0 && epoch.batchSize() > 0;
    bar =
        look.setTaskName(epoch.epoch() + "/" + epoch.epochs())
            .setInitialMax(sized ? (long) epoch.batches() * epoch.batchSize() : -1)
            .startsFrom((long) epoch.batchesDone() * Math.max(0, epoch.batchSize()), Duration.ZERO)
            .build();
  }

  @Override
  public void onIteration(IterationReport report) {
    bar.stepTo(report.samples());
    bar.setExtraMessage(ProgressText.brief(report));
  }

  @Override
  public void onEpochEnd(EpochReport report) {
    bar.maxHint(bar.getCurrent());
    close();
    out.println(ProgressText.ended(report, start.epochs()));
  }

  /** An epoch cut short leaves its bar as it is. */
  @Override
  public void onFitEnd(History history) {
    close();
  }

  private void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
