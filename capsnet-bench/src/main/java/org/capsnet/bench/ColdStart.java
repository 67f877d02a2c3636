package org.capsnet.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import org.capsnet.bench.measure.Summary;
import org.capsnet.bench.peer.Peer;
import org.capsnet.bench.peer.Starts;
import org.capsnet.bench.process.Isa;
import org.capsnet.bench.process.Launch;
import org.capsnet.kernel.Machine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Measures in fresh processes how long it takes to the first prediction of a saved network, and to
 * the first training step at full speed.
 */
@Command(
    name = "cold-start",
    sortOptions = false,
    description = {
      "Saves the paper's CapsNet, and starts processes that load it: one to predict an image, one",
      "to train, in turn. Prints medians (and ranges) of the seconds from the start of the"
          + " process.",
      "A training is at full speed with the first step that takes at most a tenth longer than the",
      "median of the second half of the steps."
    })
public final class ColdStart implements Callable<Integer> {

  private static final int LABEL = 40;
  private static final int CELL = 26;

  @Option(
      names = "--only",
      split = ",",
      defaultValue = "capsnet,djl",
      description = "Contestants. Default: ${DEFAULT-VALUE}.")
  private List<Peer> only;

  @Option(
      names = "--processes",
      defaultValue = "5",
      description =
          "How many predict of each, after one that finds nothing in the caches."
              + " Default: ${DEFAULT-VALUE}.")
  private int processes;

  @Option(
      names = "--trainings",
      defaultValue = "1",
      description = "How many train of each; 0 for none. Default: ${DEFAULT-VALUE}.")
  private int trainings;

  @Option(
      names = "--batch",
      defaultValue = "128",
      description = "Images of a training step. Default: ${DEFAULT-VALUE}.")
  private int batch;

  @Option(
      names = "--steps",
      defaultValue = "20",
      description = "Steps of a training, at least 2. Default: ${DEFAULT-VALUE}.")
  private int steps;

  @Option(names = "--threads", description = "Of each library. Default: one per core.")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--isa",
      defaultValue = "native",
      description =
          "The widest vectors that may be used, of ${COMPLETION-CANDIDATES}. Default:"
              + " ${DEFAULT-VALUE}.")
  private Isa isa;

  @Option(
      names = "--jvm",
      split = " ",
      description = "More flags for this library's JVM, separated by spaces.")
  private List<String> jvm = List.of();

  private final Map<Peer, List<Starts.Prediction>> predictions = new EnumMap<>(Peer.class);
  private final Map<Peer, List<Starts.Training>> trained = new EnumMap<>(Peer.class);

  ColdStart() {}

  /**
   * Measures and prints.
   *
   * @param args see {@code --help}
   */
  public static void main(String[] args) {
    System.exit(Runner.run(new ColdStart(), args));
  }

  @Override
  public Integer call() throws IOException {
    requireOptions();
    for (Peer peer : only) {
      predictions.put(peer, new ArrayList<>());
      trained.put(peer, new ArrayList<>());
    }
    try (Starts starts = new Starts()) {
      for (int i = 0; i <= processes; i++) {
        for (Peer peer : only) {
          Starts.Prediction prediction = starts.prediction(peer, launch(peer));
          if (i > 0) {
            predictions.get(peer).add(prediction);
          }
        }
      }
      for (int i = 0; i < trainings; i++) {
        for (Peer peer : only) {
          trained.get(peer).add(starts.training(peer, launch(peer), batch, steps));
        }
      }
    }
    print();
    return 0;
  }

  private void requireOptions() {
    if (processes < 1 || trainings < 0 || batch < 1 || steps < 2) {
      throw new IllegalArgumentException(
          "expected at least 1 process, 0 trainings, 1 image and 2 steps, got "
              + List.of(processes, trainings, batch, steps));
    }
    for (Peer peer : only) {
      if (!peer.loads()) {
        throw new IllegalArgumentException(
            "only: expected contestants that load this library's files, got " + peer.title());
      }
    }
  }

  private Launch launch(Peer peer) {
    Launch launch = peer.launch(threads, isa);
    return peer == Peer.CAPSNET ? launch.withFlags(jvm) : launch;
  }

  private void print() {
    System.out.printf(
        "%s, %d threads, vectors: %s, %s%n", Machine.cpu(), threads, isa, Runtime.version());
    System.out.printf("%-" + LABEL + "s", "");
    only.forEach(peer -> System.out.printf("%-" + CELL + "s", peer.title()));
    System.out.println();
    row("start to first prediction, s", predictions, Starts.Prediction::first);
    row("  of it to the main method", predictions, Starts.Prediction::main);
    row("  to the loaded network", predictions, Starts.Prediction::loaded);
    row("  to the prediction", predictions, Starts.Prediction::predicted);
    if (trainings > 0) {
      row("start to end of first step, s", trained, Starts.Training::firstStep);
      row("start to end of first step at speed, s", trained, Starts.Training::fullSpeed);
      row("  steps before that one", trained, Starts.Training::stepsBefore);
      row("  a step at full speed, ms", trained, Starts.Training::step);
    }
  }

  private <T> void row(String title, Map<Peer, List<T>> all, ToDoubleFunction<T> figure) {
    System.out.printf("%-" + LABEL + "s", title);
    for (Peer peer : only) {
      Summary s = Summary.of(all.get(peer).stream().mapToDouble(figure).toArray());
      System.out.printf(
          "%-" + CELL + "s",
          String.format(Locale.ROOT, "%.2f (%.2f to %.2f)", s.median(), s.min(), s.max()));
    }
    System.out.println();
  }
}
