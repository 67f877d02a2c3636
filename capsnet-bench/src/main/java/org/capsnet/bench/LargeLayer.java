package org.capsnet.bench;

import java.util.Locale;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import org.capsnet.bench.measure.ResidentMemory;
import org.capsnet.bench.measure.RoutedLayer;
import org.capsnet.bench.measure.Timing;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Votes and routing of a layer whose votes alone would not fit the memory of many machines, forward
 * and backward, with the peak of resident memory.
 */
@Command(
    name = "large-layer",
    sortOptions = false,
    description = {
      "Routes, forward and backward, from capsules of 8 dimensions to capsules of 16, and prints"
          + " the",
      "peak of resident memory above weights and gradients. Defaults are sizes that users of other",
      "libraries report as out of memory."
    })
public final class LargeLayer implements Callable<Integer> {

  private static final double MIB = 1 << 20;

  @Option(names = "--in", defaultValue = "3872", description = "Default: ${DEFAULT-VALUE}.")
  private int in;

  @Option(names = "--classes", defaultValue = "196", description = "Default: ${DEFAULT-VALUE}.")
  private int classes;

  @Option(names = "--batch", defaultValue = "128", description = "Default: ${DEFAULT-VALUE}.")
  private int batch;

  @Option(
      names = "--passes",
      defaultValue = "2",
      description = "Forward and backward passes. Default: ${DEFAULT-VALUE}.")
  private int passes;

  LargeLayer() {}

  /**
   * Routes and measures.
   *
   * @param args see {@code --help}
   */
  public static void main(String[] args) {
    System.exit(Runner.run(new LargeLayer(), args));
  }

  @Override
  public Integer call() throws Exception {
    RoutedLayer layer = new RoutedLayer(batch, in, classes, 3);
    for (int i = 0; i < passes; i++) {
      double millis = Timing.millis(layer::forwardAndBackward);
      System.out.printf(Locale.ROOT, "forward and backward: %.1f s%n", millis / 1000);
    }
    double weights = layer.weightBytes() / MIB;
    line("weights", weights);
    line("their gradients", weights);
    line("votes of the batch, which are never held", layer.voteBytes() / MIB);
    OptionalDouble peak = ResidentMemory.peakMib(ProcessHandle.current().pid());
    if (peak.isPresent()) {
      line("peak resident memory", peak.getAsDouble());
      line("above weights and gradients", peak.getAsDouble() - 2 * weights);
    }
    return 0;
  }

  private static void line(String what, double mib) {
    System.out.printf(Locale.ROOT, "%-42s %8.0f MiB%n", what, mib);
  }
}
