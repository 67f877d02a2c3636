package org.capsnet.examples.options;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import picocli.CommandLine.Option;

/** The option for several trainings that differ by their seed alone, and their folders. */
public final class SeedOptions {

  @Option(
      names = "--seeds",
      defaultValue = "1",
      description =
          "The number of trainings, with --seed and the numbers after it, for a mean and a"
              + " deviation. Default: ${DEFAULT-VALUE}.")
  private int count;

  /**
   * Checks the number.
   *
   * @param first of the seeds
   */
  public void requireRanges(long first) {
    Ranges.atLeast(1, "--seeds", count);
    long most = Long.MAX_VALUE - count;
    Ranges.require(
        first <= most, "--seed", "at most %d where --seeds is %d".formatted(most, count), first);
  }

  public boolean several() {
    return count > 1;
  }

  /** All seeds, from the first on. */
  public List<Long> from(long first) {
    return LongStream.range(first, first + count).boxed().toList();
  }

  /** The folder of a training, of several ones in the output folder. */
  public static Path folder(Path out, long seed) {
    return out.resolve("seed-" + seed);
  }
}
