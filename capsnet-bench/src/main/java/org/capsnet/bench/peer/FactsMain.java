package org.capsnet.bench.peer;

import java.io.IOException;
import java.nio.file.Path;
import org.capsnet.bench.measure.Timing;
import org.capsnet.bench.process.Facts;

/** A process that says what a contestant computes with. */
public final class FactsMain {

  private FactsMain() {}

  /**
   * Has a prediction made, so that all libraries are in use, and prints the facts.
   *
   * @param args the names of a {@link Peer} and a {@link Contest}, and the file of the fixture
   * @throws IOException if the fixture cannot be read
   */
  public static void main(String[] args) throws IOException {
    Contest contest = Contest.valueOf(args[1]);
    try (Contestant contestant = Peer.valueOf(args[0]).open(contest, Path.of(args[2]))) {
      Timing.millis(1, contestant.prediction(1));
      Facts.print(contestant.facts(), System.out);
    }
  }
}
