package org.capsnet.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.capsnet.bench.em.EmLayer;
import org.capsnet.bench.em.EmMain;
import org.capsnet.bench.em.Router;
import org.capsnet.bench.measure.Summary;
import org.capsnet.bench.process.Facts;
import org.capsnet.bench.process.Isa;
import org.capsnet.bench.process.LineProcess;
import org.capsnet.kernel.Machine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Compares a layer with EM routing in this library and in PyTorch. */
@Command(
    name = "em",
    sortOptions = false,
    description = {
      "Times class capsules with EM routing, forward and backward, in this library, with and",
      "without its kernel, and in PyTorch, in turn. Checks that they compute the same."
    })
public final class EmComparison implements Callable<Integer> {

  private static final double TOLERANCE = 1e-3;

  /** What an answer has before its means. */
  private static final int TIMES = 2;

  @Option(
      names = "--batch",
      defaultValue = "64",
      description = "Samples per call. Default: ${DEFAULT-VALUE}.")
  private int batch;

  @Option(
      names = "--types",
      defaultValue = "32",
      description = "Types of input capsules. Default: ${DEFAULT-VALUE}.")
  private int types;

  @Option(
      names = "--rounds",
      defaultValue = "3",
      description = "How often each is measured, after once to warm up. Default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--calls",
      defaultValue = "7",
      description = "Calls of a round, whose median counts. Default: ${DEFAULT-VALUE}.")
  private int calls;

  @Option(
      names = "--only",
      split = ",",
      defaultValue = "CAPSNET,TWIN,DJL",
      description = "Of ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private List<Router> only;

  @Option(names = "--threads", description = "Of each library. Default: one per core.")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--isa",
      defaultValue = "native",
      description =
          "The widest vectors that may be used, of ${COMPLETION-CANDIDATES}. Default:"
              + " ${DEFAULT-VALUE}.")
  private Isa isa;

  private double[] means;

  EmComparison() {}

  /**
   * Measures and prints.
   *
   * @param args see {@code --help}
   */
  public static void main(String[] args) {
    System.exit(Runner.run(new EmComparison(), args));
  }

  @Override
  public Integer call() throws IOException {
    EmLayer layer = new EmLayer(batch, types, 5, 10, 3);
    Map<Router, LineProcess> processes = new EnumMap<>(Router.class);
    Map<Router, List<double[]>> answers = new EnumMap<>(Router.class);
    System.out.printf("%s, %d threads, vectors: %s, %s%n", Machine.cpu(), threads, isa, layer);
    try {
      for (Router router : only) {
        System.out.println(
            router.title()
                + ": "
                + Facts.text(Facts.of(router.launch(threads, isa), EmMain.class, router.name())));
        processes.put(
            router,
            new LineProcess(
                router.title(),
                router.launch(threads, isa).process(EmMain.class, router.name(), "serve")));
        answers.put(router, new ArrayList<>());
      }
      for (int round = 0; round <= rounds; round++) {
        for (Map.Entry<Router, LineProcess> entry : processes.entrySet()) {
          double[] answer = entry.getValue().ask(EmMain.request(layer, calls));
          requireSame(entry.getKey(), answer);
          if (round > 0) {
            answers.get(entry.getKey()).add(answer);
          }
        }
      }
      System.out.println("\n| ms | forward | backward | both | peak resident, MiB |");
      System.out.println("|---|---|---|---|---|");
      for (Map.Entry<Router, LineProcess> entry : processes.entrySet()) {
        double forward = median(answers.get(entry.getKey()), 0);
        double backward = median(answers.get(entry.getKey()), 1);
        System.out.printf(
            Locale.ROOT,
            "| %s | %.1f | %.1f | %.1f | %.0f |%n",
            entry.getKey().title(),
            forward,
            backward,
            forward + backward,
            entry.getValue().peakMemory().orElse(Double.NaN));
      }
    } finally {
      processes.values().forEach(LineProcess::close);
    }
    return 0;
  }

  private static double median(List<double[]> answers, int which) {
    return Summary.median(answers.stream().mapToDouble(a -> a[which]).toArray());
  }

  /** Requires the means of whoever computed first. */
  private void requireSame(Router router, double[] answer) {
    if (means == null) {
      means = answer;
    }
    for (int i = TIMES; i < answer.length; i++) {
      if (!(Math.abs(answer[i] - means[i]) <= TOLERANCE * means[i])) {
        throw new IllegalStateException(
            String.format(
                Locale.ROOT,
                "result %d of %s: mean absolute value %.6g, others have %.6g",
                i - TIMES,
                router.title(),
                answer[i],
                means[i]));
      }
    }
  }
}
