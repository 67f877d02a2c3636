package org.capsnet.bench.peer;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The process of one contestant, started by the comparison. */
public final class ContestantMain {

  private ContestantMain() {}

  /**
   * Serves requests on standard input.
   *
   * @param args the name of a {@link Peer}, and the file of the fixture
   * @throws IOException if the fixture cannot be read or the answers not be written
   */
  public static void main(String[] args) throws IOException {
    PrintStream out = System.out;
    System.setOut(new PrintStream(OutputStream.nullOutputStream())); // libraries print too
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    try (Contestant contestant = Peer.valueOf(args[0]).open(Path.of(args[1]))) {
      new Server(contestant).serve(in, out);
    } catch (RuntimeException | Error failure) { // the other process has to hear of anything
      out.println(Reply.error(failure));
      throw failure;
    }
  }
}
