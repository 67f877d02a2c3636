package org.capsnet.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.capsnet.train.Score.Sum;

/**
 * Where a training stands: counters, the epochs behind it and what the unfinished one has gathered.
 * Numbers count from 0 here, as ND4J's schedules do; reports count from 1.
 */
final class Progress {

  private static final String SAMPLES = "epoch.samples";
  private static final String SUMS = "epoch.sums";
  private static final String SECONDS = "epoch.seconds";
  private static final String LOSS_ALONE = "epoch.loss";

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

  /** The terms of the losses so far; none before the first, or where an old file has none. */
  Set<String> terms() {
    Set<String> terms = new TreeSet<>(score.sums().keySet());
    history.stream()
        .flatMap(epoch -> epoch.metrics().keySet().stream())
        .filter(name -> name.startsWith(Metric.TRAIN))
        .forEach(name -> terms.add(name.substring(Metric.TRAIN.length())));
    terms.removeAll(Set.of(Metric.LOSS, Metric.ACCURACY));
    return terms;
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
    text.put(SAMPLES, Long.toString(score.samples()));
    text.put(SUMS, writeSums(score));
    text.put(SECONDS, Double.toString(seconds));
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
    progress.score = score(text);
    progress.seconds = finite(SECONDS, Fields.get(text, SECONDS));
    progress.history.addAll(HistoryCsv.read(Fields.get(text, "history")));
    if (progress.history.size() != progress.epoch) {
      throw new IllegalArgumentException(
          "history: expected %d epochs, got %d".formatted(progress.epoch, progress.history.size()));
    }
    return progress;
  }

  // ---------------------------------------------------------------- sums

  private static String writeSums(Score score) {
    return score.sums().entrySet().stream()
        .map(sum -> sum.getKey() + "," + sum.getValue().total() + "," + sum.getValue().samples())
        .collect(Collectors.joining("\n"));
  }

  private static Score score(Map<String, String> text) {
    long samples = count(text, SAMPLES, Long.MAX_VALUE);
    Map<String, Sum> sums = new LinkedHashMap<>();
    if (text.containsKey(LOSS_ALONE)) {
      readLossAndAccuracy(text, samples, sums);
    } else {
      Fields.get(text, SUMS).lines().forEach(line -> readSum(line, samples, sums));
    }
    return new Score(sums, samples);
  }

  private static void readSum(String line, long samples, Map<String, Sum> to) {
    String[] cells = line.split(",", -1);
    if (cells.length != 3 || !Metric.isName(cells[0])) {
      throw new IllegalArgumentException(SUMS + ": expected name,sum,samples, got " + line);
    }
    String of = SUMS + " of " + cells[0];
    Sum sum = new Sum(finite(of, cells[1]), count(of, cells[2], 1, samples));
    if (cells[0].equals(Metric.ACCURACY) && sum.total() > sum.samples()) {
      throw new IllegalArgumentException(
          "%s: expected at most %d, got %s".formatted(of, sum.samples(), sum.total()));
    }
    if (to.put(cells[0], sum) != null) {
      throw new IllegalArgumentException(of + ": expected one, got two");
    }
  }

  /** The form up to version 4 of the format, which has no terms. */
  private static void readLossAndAccuracy(
      Map<String, String> text, long samples, Map<String, Sum> to) {
    double loss = finite(LOSS_ALONE, Fields.get(text, LOSS_ALONE));
    long predicted = count(text, "epoch.told", samples);
    long correct = count(text, "epoch.correct", predicted);
    if (samples > 0) {
      to.put(Metric.LOSS, new Sum(loss, samples));
    }
    if (predicted > 0) {
      to.put(Metric.ACCURACY, new Sum(correct, predicted));
    }
  }

  private static long count(Map<String, String> text, String key, long most) {
    return count(key, Fields.get(text, key), 0, most);
  }

  private static long count(String key, String written, long least, long most) {
    long value = Fields.whole(key, written);
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "%s: expected %d to %d, got %d".formatted(key, least, most, value));
    }
    return value;
  }

  private static double finite(String key, String written) {
    double value = Fields.number(key, written);
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException(key + ": expected a finite number, got " + value);
    }
    return value;
  }
}
