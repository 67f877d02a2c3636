package org.capsnet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.capsnet.model.ImageShape;
import org.capsnet.model.classification.ImageClassifier;
import org.capsnet.model.classification.ResNet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExplorerExampleTest {

  @TempDir private Path folder;

  /** As by a thread that is told to stop; Ctrl-C ends the process. */
  private static Outcome interrupted(String... args) {
    CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    Thread main =
        new Thread(
            () -> {
              Thread.currentThread().interrupt();
              outcome.complete(Outcome.of(new ExplorerExample(), args));
            });
    main.start();
    return outcome.join();
  }

  @Test
  void itSaysWhereThePageIs() throws IOException {
    Outcome digits = interrupted("--port", "0");
    assertThat(digits.lastLine())
        .matches("open http://127\\.0\\.0\\.1:\\d+/ in a browser; Ctrl-C ends it");
    assertThat(digits.out()).startsWith("EfficientCapsNet for images 1×28×28, 10 classes");

    Path model = folder.resolve("model.safetensors");
    ResNet.Config config =
        ResNet.Config.paper().with("classes", 2).with("image", new ImageShape(3, 16, 16));
    new ImageClassifier(config.build(1), List.of("a", "b")).save(model);
    assertThat(interrupted("--port", "0", "--model", model + "").out())
        .startsWith("ResNet for images 3×16×16, 2 classes");
  }

  @Test
  void whatIsWrongIsSaidInALine() throws IOException {
    try (ServerSocket busy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Outcome outcome = interrupted("--port", busy.getLocalPort() + "");
      assertThat(outcome.status()).isEqualTo(1);
      assertThat(outcome.err()).startsWith("port " + busy.getLocalPort()).hasLineCount(1);
    }
    assertThat(interrupted("--port", "65536").status()).isEqualTo(2);
    interrupted("--port", "65536").requireComplaint("--port: expected 0 to 65535, got 65536");
    interrupted("--model", folder + "/none").requireComplaint(folder + "/none: ");
    Path text = Files.writeString(folder.resolve("text"), "hello");
    interrupted("--model", text + "").requireComplaint(text + ": ");
  }
}
