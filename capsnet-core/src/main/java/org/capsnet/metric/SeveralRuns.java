package org.capsnet.metric;

import java.util.List;
import java.util.Locale;
import java.util.function.LongToDoubleFunction;
import java.util.stream.LongStream;

/**
 * A figure of several runs that differ by their seed alone: how far a comparison of two methods is
 * a matter of chance.
 *
 * <pre>{@code
 * SeveralRuns accuracy = SeveralRuns.of(1, 5, seed -> train(seed).accuracy());
 * System.out.println(accuracy.percent());
 * }</pre>
 *
 * @param results one for each run, in the order of the seeds; at least one
 */
public record SeveralRuns(List<Double> results) {

  /**
   * Checks that there is a result.
   *
   * @throws IllegalArgumentException if there is none
   */
  public SeveralRuns {
    results = List.copyOf(results);
    if (results.isEmpty()) {
      throw new IllegalArgumentException("results: expected at least 1, got none");
    }
  }

  /**
   * Does runs, one after another.
   *
   * @param firstSeed the seed of the first run; the others follow on
   * @param count the number of runs, at least 1
   * @param run from a seed to its figure
   * @return the figures
   */
  public static SeveralRuns of(long firstSeed, int count, LongToDoubleFunction run) {
    return new SeveralRuns(
        LongStream.range(firstSeed, firstSeed + count).mapToDouble(run).boxed().toList());
  }

  /** {@return the mean} */
  public double mean() {
    return results.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
  }

  /**
   * {@return the standard deviation of a run, estimated from these: with the number of runs less
   * one as divisor; NaN of a single run}
   */
  public double deviation() {
    double mean = mean();
    double squares = results.stream().mapToDouble(x -> (x - mean) * (x - mean)).sum();
    return Math.sqrt(squares / (results.size() - 1));
  }

  /** {@return as {@code 50.00 ± 20.00 % (3 runs)}; of a single run {@code 70.00 % (1 run)}} */
  public String percent() {
    return results.size() == 1
        ? String.format(Locale.ROOT, "%.2f %% (1 run)", 100 * mean())
        : String.format(
            Locale.ROOT,
            "%.2f ± %.2f %% (%d runs)",
            100 * mean(),
            100 * deviation(),
            results.size());
  }
}
