package org.capsnet.examples.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.capsnet.examples.explorer.ExplorerOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Shows in the browser what the capsules of a model see. */
@Command(
    name = "explore",
    sortOptions = false,
    description = {
      "Serves a page on 127.0.0.1, on which one draws, and sees what the capsules make of it.",
      "How long the capsule of each class is; the numbers of its pose, and what is drawn from them."
          + " Ctrl-C ends it."
    },
    footer = {
      "",
      "Examples:",
      "  capsnet explore",
      "  capsnet explore --model runs/flowers/model.safetensors --port 0"
    })
final class ExploreCommand implements Callable<Integer> {

  @Mixin private ExplorerOptions options = new ExplorerOptions();

  @Override
  public Integer call() throws IOException {
    options.serve();
    return 0;
  }
}
