package org.capsnet.bench.peer;

import java.io.IOException;
import java.nio.file.Path;
import org.capsnet.bench.measure.Timing;
import org.capsnet.bench.process.LineServer;

/** A process that loads a saved network, and does something with it at once. */
public final class StartMain {

  /** Predicts an image before it says that it is ready. */
  static final String PREDICT = "predict";

  /** Is ready as soon as the network is loaded. */
  static final String LOAD = "load";

  private StartMain() {}

  /**
   * Serves requests on standard input.
   *
   * @param args the names of a {@link Peer} and a {@link Contest}, the file of the network, and
   *     what comes before the first request, {@code predict} or {@code load}
   * @throws IOException if the file cannot be read or the answers not be written
   */
  public static void main(String[] args) throws IOException {
    LineServer.run(
        () -> {
          Contest contest = Contest.valueOf(args[1]);
          Contestant contestant = Peer.valueOf(args[0]).load(contest, Path.of(args[2]));
          if (args[3].equals(PREDICT)) {
            Timing.millis(1, contestant.prediction(1));
          }
          return new Server(contestant);
        });
  }
}
