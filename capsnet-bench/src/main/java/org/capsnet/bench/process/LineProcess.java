package org.capsnet.bench.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import org.capsnet.bench.measure.ResidentMemory;

/** A {@link LineServer}'s process, from the side of those who ask. */
public final class LineProcess implements AutoCloseable {

  private static final long SECONDS_TO_END = 20;

  private final String title;
  private final Process process;
  private final PrintStream requests;
  private final BufferedReader replies;

  /**
   * Starts a process, and waits until it is ready.
   *
   * @param title what to call it in messages
   * @param builder the process, which has not begun
   * @throws IOException if it does not start or ends at once
   * @throws IllegalStateException if it cannot be set up
   */
  public LineProcess(String title, ProcessBuilder builder) throws IOException {
    this.title = title;
    process = builder.start();
    requests = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    replies =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    try {
      reply();
    } catch (IOException | RuntimeException e) {
      process.destroy();
      throw e;
    }
  }

  /**
   * Asks and waits for the answer.
   *
   * @param request a line
   * @return the numbers of the answer
   * @throws IOException if the process has ended
   * @throws IllegalStateException if it failed to answer
   */
  public double[] ask(String request) throws IOException {
    requests.println(request);
    return reply();
  }

  private double[] reply() throws IOException {
    String line = replies.readLine();
    if (line == null) {
      throw new IOException(title + ": its process ended without an answer");
    }
    try {
      return Reply.numbers(line);
    } catch (IllegalStateException e) {
      throw new IllegalStateException(title + ": " + e.getMessage(), e);
    }
  }

  /**
   * {@return the most resident memory it has had so far, in MiB; empty where there is no /proc}
   *
   * @throws IOException if it has ended
   */
  public OptionalDouble peakMemory() throws IOException {
    return ResidentMemory.peakMib(process.pid());
  }

  /** Ends the process, which hears of it by the end of its input. */
  @Override
  public void close() {
    requests.close();
    try {
      if (!process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
