package org.capsnet.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.capsnet.bench.peer.Comparison;
import org.capsnet.bench.peer.Contest;
import org.capsnet.bench.peer.Peer;
import org.capsnet.bench.peer.Plan;
import org.capsnet.bench.peer.Plan.Calls;
import org.capsnet.bench.peer.Report;
import org.capsnet.bench.process.Isa;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Compares this library with others on CapsNet and Efficient-CapsNet. */
@Command(
    name = "peers",
    sortOptions = false,
    description = {
      "Trains and runs CapsNet and Efficient-CapsNet in this library, DJL/PyTorch and, the first,",
      "Deeplearning4j, in turn; ONNX Runtime predicts by what this library exports.",
      "Checks first that they compute the same from the same weights and images."
    })
public final class PeerComparison implements Callable<Integer> {

  private static final int SMOKE_BATCH = 2;

  @Option(
      names = "--rounds",
      defaultValue = "5",
      description = "How often each is measured. Default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--batch",
      defaultValue = "128",
      description = "Images per call; Deeplearning4j gets at most 32. Default: ${DEFAULT-VALUE}.")
  private int batch;

  @Option(names = "--threads", description = "Of each library. Default: one per core.")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--only",
      split = ",",
      defaultValue = "capsnet,djl,onnx,dl4j",
      description = "Contestants of ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private List<Peer> only;

  @Option(
      names = "--networks",
      split = ",",
      defaultValue = "capsnet,efficient",
      description = "Networks of ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private List<Contest> networks;

  @Option(
      names = "--isa",
      defaultValue = "native",
      description =
          "The widest vectors that contestants may use, of ${COMPLETION-CANDIDATES}. Default:"
              + " ${DEFAULT-VALUE}.")
  private Isa isa;

  @Option(names = "--json", description = "Also writes all figures to this file.")
  private Path json;

  @Option(
      names = "--smoke",
      description = "One round of tiny batches: checks that everything works, measures nothing.")
  private boolean smoke;

  PeerComparison() {}

  /**
   * Runs the comparison.
   *
   * @param args see {@code --help}
   */
  public static void main(String[] args) {
    System.exit(Runner.run(new PeerComparison(), args));
  }

  @Override
  public Integer call() throws IOException {
    Plan plan =
        smoke
            ? new Plan(only, networks, isa, 1, SMOKE_BATCH, threads, Calls.FEWEST)
            : new Plan(only, networks, isa, rounds, batch, threads, Calls.MEASURED);
    for (Peer peer : only) {
      if (!peer.holdsTo(isa)) {
        System.err.println(peer.title() + ": left out, it cannot be held to " + isa);
      }
    }
    Report report = new Comparison(plan, System.err::println).run();
    System.out.print(report.table());
    if (json != null) {
      report.writeJson(json);
    }
    return 0;
  }
}
