package org.capsnet.bench.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Answers a line with numbers, until its input ends: the other side of {@link LineProcess}. */
@FunctionalInterface
public interface LineServer extends AutoCloseable {

  /**
   * Answers a request.
   *
   * @param request a line
   * @return the numbers
   */
  double[] answer(String request);

  /** Sets a server up, which may fail. */
  @FunctionalInterface
  interface Opening {

    /**
     * {@return the server}
     *
     * @throws IOException if a file cannot be read
     */
    LineServer open() throws IOException;
  }

  /**
   * Serves standard input.
   *
   * @param opening sets the server up
   * @throws IOException if it cannot read
   */
  static void run(Opening opening) throws IOException {
    PrintStream out = System.out;
    System.setOut(new PrintStream(OutputStream.nullOutputStream())); // libraries print too
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    try (LineServer server = opened(opening, out)) {
      server.serve(in, out);
    }
  }

  private static LineServer opened(Opening opening, PrintStream out) throws IOException {
    try {
      return opening.open();
    } catch (RuntimeException | Error failure) { // the other process has to hear of anything
      out.println(Reply.error(failure));
      throw failure;
    }
  }

  /** Frees what it holds; nothing unless overridden. */
  @Override
  default void close() {}

  /**
   * Serves until nobody can ask any more.
   *
   * @param in the requests
   * @param out says that it is ready, and then one reply a request
   * @throws IOException if it cannot read
   */
  default void serve(BufferedReader in, PrintStream out) throws IOException {
    out.println(Reply.ok());
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      out.println(reply(line));
    }
  }

  private String reply(String request) {
    try {
      return Reply.ok(answer(request));
    } catch (RuntimeException | Error failure) { // the other process has to hear of anything
      failure.printStackTrace();
      return Reply.error(failure);
    }
  }
}
