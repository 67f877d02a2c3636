package org.capsnet.examples.comparison;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.capsnet.io.Kinds;

/**
 * What a training came to after each of its epochs so far, as its file has it.
 *
 * @param settings what it depends on
 * @param right for each epoch and each angle of {@link ViewpointSets} how many images are right
 */
public record ViewpointResult(String settings, List<List<Integer>> right)
    implements ResultFile.Content {

  static {
    Kinds.register("viewpoint-result", ViewpointResult.class);
  }

  /** Copies the lists. */
  public ViewpointResult {
    right = right.stream().map(List::copyOf).toList();
  }

  /** One more epoch; what an interrupted training did after it is forgotten. */
  ViewpointResult after(int epoch, List<Integer> counts) {
    if (epoch > right.size() + 1) {
      throw new IllegalArgumentException(
          "epochs: expected results of the first %d, got %d; --overwrite starts again"
              .formatted(epoch - 1, right.size()));
    }
    return new ViewpointResult(
        settings, Stream.concat(right.stream().limit(epoch - 1), Stream.of(counts)).toList());
  }

  /** The highest accuracy on familiar viewpoints after any epoch. */
  public double best(ViewpointSets sets) {
    return right.stream().mapToDouble(sets::familiar).max().orElseThrow();
  }

  /** The first epoch, from 0, after which familiar viewpoints are told as well as this. */
  OptionalInt reaching(double level, ViewpointSets sets) {
    return IntStream.range(0, right.size())
        .filter(epoch -> sets.familiar(right.get(epoch)) >= level)
        .findFirst();
  }

  /** Writes it, as a whole or not at all. */
  void write(Path file) throws IOException {
    ResultFile.write(file, this);
  }

  /** Reads what was written of the same settings. */
  static ViewpointResult read(Path file, String settings) throws IOException {
    return ResultFile.read(file, ViewpointResult.class, settings);
  }
}
