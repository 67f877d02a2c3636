package org.capsnet.examples.explorer;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import org.capsnet.examples.options.ModelOption;
import org.capsnet.examples.options.Ranges;
import org.capsnet.model.classification.ImageClassifier;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options for what is explored and where its page is, and the server that they ask for. */
public final class ExplorerOptions {

  private static final int MOST = 65_535;

  @Mixin private ModelOption model = new ModelOption();

  @Option(
      names = "--port",
      defaultValue = "8780",
      description = "The port of the page, 0 for any that is free. Default: ${DEFAULT-VALUE}.")
  private int port;

  /** Serves the page until the thread is interrupted, or the process ends. */
  public void serve() throws IOException {
    Ranges.require(port >= 0 && port <= MOST, "--port", "0 to " + MOST, port);
    String name =
        model.file().map(file -> file.getFileName().toString()).orElse("handwritten digits");
    try (ImageClassifier classifier = model.load();
        Explorer explorer = Explorer.start(classifier, name, port)) {
      System.out.println(classifier);
      System.out.println("open " + explorer.address() + " in a browser; Ctrl-C ends it");
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
