package org.capsnet.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import org.capsnet.bench.convolution.Layer;
import org.capsnet.bench.convolution.LayerMain;
import org.capsnet.bench.convolution.Library;
import org.capsnet.bench.convolution.Measured;
import org.capsnet.bench.process.Facts;
import org.capsnet.bench.process.Isa;
import org.capsnet.bench.process.LineProcess;
import org.capsnet.io.AtomicFiles;
import org.capsnet.kernel.Machine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Measures the convolutions that networks for small images are made of, forward and both gradients,
 * in this library, as ND4J's own operation and in PyTorch.
 */
@Command(
    name = "convolutions",
    sortOptions = false,
    description = {
      "Prints the GFLOP/s of convolutions, forward and both gradients together, in this library,",
      "as ND4J's own operation and in PyTorch, in turn; and how this library does against the",
      "faster of the others. Checks that they compute the same."
    })
public final class ConvolutionTable implements Callable<Integer> {

  private static final ObjectMapper JSON = new ObjectMapper();

  @Option(
      names = "--batch",
      defaultValue = "32",
      description = "Images per call. Default: ${DEFAULT-VALUE}.")
  private int batch;

  @Option(
      names = "--rounds",
      defaultValue = "3",
      description = "How often each is measured, after once to warm up. Default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--millis",
      defaultValue = "150",
      description = "How long each is measured in a round. Default: ${DEFAULT-VALUE}.")
  private int millis;

  @Option(names = "--threads", description = "Of each library. Default: one per core.")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--isa",
      defaultValue = "native",
      description =
          "The widest vectors that may be used, of ${COMPLETION-CANDIDATES}. Default:"
              + " ${DEFAULT-VALUE}.")
  private Isa isa;

  @Option(names = "--json", description = "Also writes all figures to this file.")
  private Path json;

  ConvolutionTable() {}

  /**
   * Measures and prints.
   *
   * @param args see {@code --help}
   */
  public static void main(String[] args) {
    System.exit(Runner.run(new ConvolutionTable(), args));
  }

  @Override
  public Integer call() throws IOException {
    List<Measured> all = Layer.all(batch).stream().map(Measured::new).toList();
    Map<Library, Map<String, String>> facts = new EnumMap<>(Library.class);
    Map<Library, LineProcess> processes = new EnumMap<>(Library.class);
    try {
      for (Library library : Library.values()) {
        facts.put(library, Facts.of(library.launch(threads, isa), LayerMain.class, library.name()));
        processes.put(
            library,
            new LineProcess(
                library.title(),
                library.launch(threads, isa).process(LayerMain.class, library.name(), "serve")));
      }
      for (int round = 0; round <= rounds; round++) {
        measure(all, processes, round > 0);
      }
    } finally {
      processes.values().forEach(LineProcess::close);
    }
    print(all, facts);
    if (json != null) {
      byte[] bytes = JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(json(all, facts));
      AtomicFiles.write(json, out -> out.write(bytes));
    }
    return 0;
  }

  private void measure(List<Measured> all, Map<Library, LineProcess> processes, boolean counts)
      throws IOException {
    for (Measured layer : all) {
      for (Map.Entry<Library, LineProcess> entry : processes.entrySet()) {
        layer.measure(entry.getKey(), entry.getValue(), millis, counts);
      }
    }
    System.err.println(counts ? "a round done" : "warmed up");
  }

  private void print(List<Measured> all, Map<Library, Map<String, String>> facts) {
    System.out.printf(
        "%s, %d threads, batch %d, vectors: %s%n", Machine.cpu(), threads, batch, isa);
    facts.forEach((library, own) -> System.out.println(library.title() + ": " + Facts.text(own)));
    System.out.println();
    System.out.println(
        "| GFLOP/s | forward: capsnet | ND4J | PyTorch | capsnet : best other "
            + "| gradients: capsnet | ND4J | PyTorch | capsnet : best other |");
    System.out.println("|---|---|---|---|---|---|---|---|---|");
    for (Measured layer : all) {
      System.out.println(
          "| " + layer.layer().title() + cells(layer::forward) + cells(layer::backward) + " |");
    }
  }

  private static String cells(ToDoubleFunction<Library> speed) {
    StringBuilder cells = new StringBuilder();
    for (Library library : Library.values()) {
      cells.append(String.format(Locale.ROOT, " | %.1f", speed.applyAsDouble(library)));
    }
    return cells.append(String.format(Locale.ROOT, " | %.2f", advantage(speed))).toString();
  }

  /** This library's speed against the faster of the others. */
  private static double advantage(ToDoubleFunction<Library> speed) {
    double best = Library.others().stream().mapToDouble(speed).max().orElseThrow();
    return speed.applyAsDouble(Library.CAPSNET) / best;
  }

  private ObjectNode json(List<Measured> all, Map<Library, Map<String, String>> facts) {
    ObjectNode root = JSON.createObjectNode();
    root.set("machine", JSON.valueToTree(Machine.facts()));
    root.put("isa", isa.name().toLowerCase(Locale.ROOT));
    root.put("threads", threads).put("rounds", rounds);
    ObjectNode inForce = root.putObject("inForce");
    facts.forEach((library, own) -> inForce.set(library.title(), JSON.valueToTree(own)));
    ArrayNode layers = root.putArray("layers");
    for (Measured layer : all) {
      ObjectNode node = layers.addObject().put("name", layer.layer().title());
      node.set("layer", JSON.valueToTree(layer.layer()));
      node.set("forwardGflops", json(layer::forward));
      node.set("gradientsGflops", json(layer::backward));
    }
    return root;
  }

  private static ObjectNode json(ToDoubleFunction<Library> speed) {
    ObjectNode node = JSON.createObjectNode();
    for (Library library : Library.values()) {
      node.put(library.title(), speed.applyAsDouble(library));
    }
    return node.put("advantage", advantage(speed));
  }
}
