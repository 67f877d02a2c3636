package org.capsnet.examples.comparison;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.capsnet.metric.SeveralRuns;

/**
 * A contestant and what its trainings came to.
 *
 * @param contestant who
 * @param results of its whole trainings, at least one
 */
public record ComparisonRow(Contestant contestant, List<ComparisonResult> results) {

  String name() {
    return contestant.name();
  }

  /** What the contestant needs, the same in all trainings. */
  ComparisonResult first() {
    return results.get(0);
  }

  /** What its loss is called. */
  String loss() {
    return contestant.loss(1).term();
  }

  /** The learning rate that it was given, the same in all trainings. */
  String rate() {
    return Double.toString(first().rate());
  }

  /** A figure over all trainings. */
  SeveralRuns of(ToDoubleFunction<ComparisonResult> figure) {
    return new SeveralRuns(results.stream().mapToDouble(figure).boxed().toList());
  }

  SeveralRuns accuracy(TestChange change) {
    return of(result -> result.accuracy(change));
  }

  /** Mean accuracy at each angle. */
  double[] byAngle() {
    return IntStream.range(0, first().byAngle().size())
        .mapToDouble(i -> of(result -> result.byAngle().get(i)).mean())
        .toArray();
  }

  /** Mean entropy after each iteration. */
  double[] entropies() {
    return IntStream.range(0, first().entropies().size())
        .mapToDouble(i -> of(result -> result.entropies().get(i)).mean())
        .toArray();
  }

  double trained() {
    return of(ComparisonResult::trained).mean();
  }

  double predicted() {
    return of(ComparisonResult::predicted).mean();
  }

  /** In percent, with the deviation if there are several trainings. */
  static String percent(SeveralRuns runs) {
    return runs.results().size() == 1
        ? String.format(Locale.ROOT, "%.2f", 100 * runs.mean())
        : String.format(Locale.ROOT, "%.2f ± %.2f", 100 * runs.mean(), 100 * runs.deviation());
  }
}
