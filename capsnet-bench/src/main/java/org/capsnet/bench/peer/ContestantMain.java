package org.capsnet.bench.peer;

import java.io.IOException;
import java.nio.file.Path;
import org.capsnet.bench.process.LineServer;

/** The process of one contestant, started by the comparison. */
public final class ContestantMain {

  private ContestantMain() {}

  /**
   * Serves requests on standard input.
   *
   * @param args the names of a {@link Peer} and a {@link Contest}, and the file of the fixture
   * @throws IOException if the fixture cannot be read or the answers not be written
   */
  public static void main(String[] args) throws IOException {
    Contest contest = Contest.valueOf(args[1]);
    LineServer.run(() -> new Server(Peer.valueOf(args[0]).open(contest, Path.of(args[2]))));
  }
}
