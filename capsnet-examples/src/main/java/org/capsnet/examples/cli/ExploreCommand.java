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
      "Serves a page on 127.0.0.1, on which one draws or drops an image, sees how long the capsule",
      "of each class is, turns the numbers of its pose, and watches the drawing follow. Ctrl-C ends",
      "it."
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
