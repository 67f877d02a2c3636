package org.capsnet.examples.comparison;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.capsnet.io.AtomicFiles;
import org.capsnet.io.FormatException;
import org.capsnet.io.Kinds;
import org.capsnet.io.WrittenForm;

/**
 * What one training of a comparison came to, as its file has it.
 *
 * @param settings what it depends on
 * @param fault why the training ended before it was done; empty if it did not
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
    List<Double> accuracies,
    List<Double> byAngle,
    List<Double> entropies,
    double trained,
    double predicted,
    long parameters,
    long multiplyAdds,
    long bytes) {

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
    return new ComparisonResult(settings, fault, List.of(), List.of(), List.of(), 0, 0, 0, 0, 0);
  }

  public boolean isWhole() {
    return fault.isEmpty();
  }

  double accuracy(TestChange change) {
    return accuracies.get(TestChange.ALL.indexOf(change));
  }

  /** Writes it, as a whole or not at all. */
  void write(Path file) throws IOException {
    byte[] text = WrittenForm.write(this).getBytes(StandardCharsets.UTF_8);
    AtomicFiles.write(file, to -> to.write(text));
  }

  /** Reads what was written. */
  static ComparisonResult read(Path file) throws IOException {
    try {
      return WrittenForm.read("a result", Files.readString(file), ComparisonResult.class);
    } catch (IllegalArgumentException e) {
      throw new FormatException(file, e.getMessage());
    }
  }
}
