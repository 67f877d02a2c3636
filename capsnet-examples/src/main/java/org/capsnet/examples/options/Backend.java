package org.capsnet.examples.options;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.nd4j.linalg.factory.Nd4j;

/** Says in one line why ND4J cannot compute here, for which ND4J itself takes a page. */
final class Backend {

  private Backend() {}

  /** The reason why no backend on the class path runs on this machine; empty if one does. */
  static Optional<String> fault() {
    PrintStream console = System.err;
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    // ND4J prints the stack trace of each backend that does not load, and then says that there is
    // none.
    System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
    try {
      Nd4j.getBackend();
      return Optional.empty();
    } catch (LinkageError e) {
      String reason =
          said.toString(StandardCharsets.UTF_8)
              .lines()
              .filter(line -> !line.isBlank())
              .findFirst()
              .orElseGet(() -> rootOf(e).toString());
      return Optional.of(
          "no ND4J backend runs on this machine: "
              + reason
              + " (the CUDA backend needs an NVIDIA GPU and its driver; without -Pcuda the CPU is"
              + " used)");
    } finally {
      System.setErr(console);
    }
  }

  private static Throwable rootOf(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }
}
