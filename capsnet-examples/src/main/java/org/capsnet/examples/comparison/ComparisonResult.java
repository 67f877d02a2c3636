package org.capsnet.examples.comparison;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.capsnet.io.Kinds;

/**
 * What one training of a comparison came to, as its file has it.
 *
 * @param settings what it depends on
 * @param fault which trainings ended before they were done, and why; empty if none did
 * @param rate the learning rate, of several the one that did best on the validation images
 * @param accuracies after each of the {@link TestChange}s, from 0 to 1
 * @param byAngle at each of the {@linkplain TestChange#angles angles}
 * @param entropies of the couplings to class capsules after each iteration, from 0 to 1; none of a
 *     network without couplings
 * @param trained images a second in the fastest epoch
 * @param predicted images a second in the fastest test
 * @param parameters of the network
 * @param multiplyAdds of an image, forward
 * @param bytes of a training, as the summary states them
 */
public record ComparisonResult(
    String settings,
    String fault,
    double rate,
    List<Double> accuracies,
    List<Double> byAngle,
    List<Double> entropies,
    double trained,
    double predicted,
    long parameters,
    long multiplyAdds,
    long bytes)
    implements ResultFile.Content {

  static {
    Kinds.register("comparison-result", ComparisonResult.class);
  }

  /** Copies the lists. */
  public ComparisonResult {
    accuracies = List.copyOf(accuracies);
    byAngle = List.copyOf(byAngle);
    entropies = List.copyOf(entropies);
  }

  /** That of a training that came to nothing. */
  static ComparisonResult failed(String settings, String fault) {
    return new ComparisonResult(settings, fault, 0, List.of(), List.of(), List.of(), 0, 0, 0, 0, 0);
  }

  /** Whether there is a network that was judged. */
  public boolean isWhole() {
    return !accuracies.isEmpty();
  }

  double accuracy(TestChange change) {
    return accuracies.get(TestChange.ALL.indexOf(change));
  }

  /** Writes it, as a whole or not at all. */
  void write(Path file) throws IOException {
    ResultFile.write(file, this);
  }

  /** Reads what was written of the same settings. */
  static ComparisonResult read(Path file, String settings) throws IOException {
    return ResultFile.read(file, ComparisonResult.class, settings);
  }
}
