package org.capsnet.examples;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import picocli.CommandLine.Option;

/** The option for several trainings that differ by their seed alone, and their folders. */
final class SeedOptions {

  @Option(
      names = "--seeds",
      defaultValue = "1",
      description =
          "The number of trainings, with --seed and the numbers after it, for a mean and a"
              + " deviation. Default: ${DEFAULT-VALUE}.")
  private int count;

  void requireRanges() {
    Ranges.atLeast(1, "--seeds", count);
  }

  boolean several() {
    return count > 1;
  }

  /** All seeds, from the first on. */
  List<Long> from(long first) {
    return LongStream.range(first, first + count).boxed().toList();
  }

  /** The folder of a training, of several ones in the output folder. */
  static Path folder(Path out, long seed) {
    return out.resolve("seed-" + seed);
  }
}
