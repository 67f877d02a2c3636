package org.capsnet.examples;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.capsnet.examples.explorer.Explorer;
import org.capsnet.examples.options.Ranges;
import org.capsnet.examples.options.Runner;
import org.capsnet.model.classification.ImageClassifier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows in the browser what the capsules of a classifier see. */
@Command(
    name = "explore",
    sortOptions = false,
    description = {
      "Serves a page on 127.0.0.1, on which one draws or drops an image, sees how long the capsule",
      "of each class is, turns the numbers of its pose, and watches the drawing follow. Without",
      "options: of the handwritten digits that come with the library. Ctrl-C ends it.",
    })
public final class ExplorerExample implements Callable<Integer> {

  private static final int MOST = 65_535;

  @Option(
      names = "--model",
      paramLabel = "FILE",
      description = "The model.safetensors of a training. Default: the digits of the library.")
  private Path model;

  @Option(
      names = "--port",
      defaultValue = "8780",
      description = "The port of the page, 0 for any that is free. Default: ${DEFAULT-VALUE}.")
  private int port;

  @Option(names = "--help", usageHelp = true, description = "Shows this help and ends.")
  @SuppressWarnings("UnusedVariable") // read by picocli
  private boolean help;

  ExplorerExample() {}

  /**
   * Runs the example.
   *
   * @param args see {@code --help}
   */
  public static void main(String[] args) {
    System.exit(Runner.run(new ExplorerExample(), args));
  }

  @Override
  public Integer call() throws IOException {
    Ranges.require(port >= 0 && port <= MOST, "--port", "0 to " + MOST, port);
    try (ImageClassifier classifier =
            model == null ? ImageClassifier.ofDigits() : ImageClassifier.load(model);
        Explorer explorer =
            Explorer.start(
                classifier,
                model == null ? "handwritten digits" : model.getFileName().toString(),
                port)) {
      System.out.println(classifier);
      System.out.println("open " + explorer.address() + " in a browser; Ctrl-C ends it");
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return 0;
  }
}
