package org.capsnet.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where a training stands: counters, the epochs behind it and what the unfinished one has gathered.
 * Numbers count from 0 here, as ND4J's schedules do; reports count from 1.
 */
final class Progress {

  private int epoch;
  private int batch;
  private int iteration;
  private Score score = Score.ZERO;
  private double seconds;
  private final List<EpochReport> history = new ArrayList<>();

  /** The epoch to go on with. */
  int epoch() {
    return epoch;
  }

  /** How many batches of it are done. */
  int batch() {
    return batch;
  }

  /** How many steps are done over all epochs. */
  int iteration() {
    return iteration;
  }

  /** What the epoch's batches have summed up to so far. */
  Score score() {
    return score;
  }

  /** The seconds that the epoch has taken so far. */
  double seconds() {
    return seconds;
  }

  /** The finished epochs. */
  List<EpochReport> history() {
    return history;
  }

  void stepDone(Score step, double took) {
    iteration++;
    batch++;
    score = score.plus(step);
    seconds += took;
  }

  void epochDone(EpochReport report) {
    history.add(report);
    epoch++;
    batch = 0;
    score = Score.ZERO;
    seconds = 0;
  }

  Map<String, String> toText() {
    Map<String, String> text = new LinkedHashMap<>();
    text.put("epoch", Integer.toString(epoch));
    text.put("batch", Integer.toString(batch));
    text.put("iteration", Integer.toString(iteration));
    text.put("epoch.loss", Double.toString(score.loss()));
    text.put("epoch.correct", Long.toString(score.correct()));
    text.put("epoch.told", Long.toString(score.told()));
    text.put("epoch.samples", Long.toString(score.samples()));
    text.put("epoch.seconds", Double.toString(seconds));
    text.put("history", HistoryCsv.write(history));
    return text;
  }

  /**
   * Reads what {@link #toText} wrote.
   *
   * @throws IllegalArgumentException if something lacks or cannot be; the message names it
   */
  static Progress fromText(Map<String, String> text) {
    Progress progress = new Progress();
    progress.epoch = Math.toIntExact(count(text, "epoch", Integer.MAX_VALUE));
    progress.batch = Math.toIntExact(count(text, "batch", Integer.MAX_VALUE));
    progress.iteration = Math.toIntExact(count(text, "iteration", Integer.MAX_VALUE));
    long samples = count(text, "epoch.samples", Long.MAX_VALUE);
    long told = count(text, "epoch.told", samples);
    progress.score =
        new Score(number(text, "epoch.loss"), count(text, "epoch.correct", told), told, samples);
    progress.seconds = number(text, "epoch.seconds");
    progress.history.addAll(HistoryCsv.read(Fields.get(text, "history")));
    if (progress.history.size() != progress.epoch) {
      throw new IllegalArgumentException(
          "history: expected %d epochs, got %d".formatted(progress.epoch, progress.history.size()));
    }
    return progress;
  }

  private static long count(Map<String, String> text, String key, long most) {
    long value = Fields.whole(text, key);
    if (value < 0 || value > most) {
      throw new IllegalArgumentException(
          "%s: expected 0 to %d, got %d".formatted(key, most, value));
    }
    return value;
  }

  private static double number(Map<String, String> text, String key) {
    double value = Fields.number(key, Fields.get(text, key));
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException(key + ": expected a finite number, got " + value);
    }
    return value;
  }
}
