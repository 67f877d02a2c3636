package org.capsnet.examples;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.capsnet.examples.explorer.ExplorerOptions;
import org.capsnet.examples.options.Runner;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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

  @Mixin private ExplorerOptions options = new ExplorerOptions();

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
    options.serve();
    return 0;
  }
}
