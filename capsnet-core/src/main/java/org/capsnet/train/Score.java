package org.capsnet.train;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Loss, terms and accuracy of one or more batches, as sums that can be added up.
 *
 * @param sums by the names that they have after {@code train_} and {@code validation_}
 * @param samples how many samples there were
 */
record Score(Map<String, Sum> sums, long samples) {

  static final Score ZERO = new Score(Map.of(), 0);

  /**
   * A sum over samples, or the part of them that has the number.
   *
   * @param total the sum; of an accuracy, how many are right
   * @param samples how many were added up, at least 1
   */
  record Sum(double total, long samples) {

    Sum plus(Sum other) {
      return new Sum(total + other.total, samples + other.samples);
    }

    double mean() {
      return total / samples;
    }
  }

  Score {
    sums = Collections.unmodifiableMap(new LinkedHashMap<>(sums));
  }

  /** Measures a batch; arrays are made in the current scope. */
  static Score of(Loss loss, long samples) {
    Map<String, Sum> sums = new LinkedHashMap<>();
    sums.put(Metric.LOSS, new Sum(loss.total().value().getDouble(0) * samples, samples));
    loss.terms()
        .forEach(
            term ->
                sums.put(
                    term.name(), new Sum(term.value().value().getDouble(0) * samples, samples)));
    loss.predictions()
        .ifPresent(made -> sums.put(Metric.ACCURACY, new Sum(made.correct(), samples)));
    return new Score(sums, samples);
  }

  Score plus(Score other) {
    Map<String, Sum> all = new LinkedHashMap<>(sums);
    other.sums.forEach((name, sum) -> all.merge(name, sum, Sum::plus));
    return new Score(all, samples + other.samples);
  }

  /** Whether every sum is finite. */
  boolean isFinite() {
    return sums.values().stream().allMatch(sum -> Double.isFinite(sum.total()));
  }

  /** The means, by name behind a prefix. */
  Map<String, Double> means(String prefix) {
    Map<String, Double> means = new LinkedHashMap<>();
    sums.forEach((name, sum) -> means.put(prefix + name, sum.mean()));
    return means;
  }
}
