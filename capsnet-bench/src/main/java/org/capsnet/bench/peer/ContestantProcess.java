package org.capsnet.bench.peer;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import org.capsnet.bench.measure.ResidentMemory;

/** A contestant in a process of its own, from the side of the comparison. */
final class ContestantProcess implements AutoCloseable {

  private static final long SECONDS_TO_END = 20;

  private final Peer peer;
  private final Process process;
  private final PrintStream requests;
  private final BufferedReader replies;

  /**
   * Starts the process and waits until it is ready.
   *
   * @throws IOException if the process does not start or ends at once
   * @throws IllegalStateException if the contestant cannot be set up there
   */
  ContestantProcess(Peer peer, Path fixture, int threads) throws IOException {
    this.peer = peer;
    ProcessBuilder builder = new ProcessBuilder(command(peer, fixture, threads));
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().remove("OMP_WAIT_POLICY"); // each has its own, or none
    builder.environment().put("OMP_NUM_THREADS", Integer.toString(threads));
    builder.environment().putAll(peer.environment());
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

  private static List<String> command(Peer peer, Path fixture, int threads) {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
    command.addAll(peer.jvmFlags(threads));
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(ContestantMain.class.getName());
    command.add(peer.name());
    command.add(fixture.toString());
    return command;
  }

  Peer peer() {
    return peer;
  }

  /**
   * Asks and waits for the answer.
   *
   * @throws IOException if the process has ended
   * @throws IllegalStateException if the contestant failed
   */
  double[] ask(Request.Kind kind, int batch, int calls) throws IOException {
    requests.println(new Request(kind, batch, calls).line());
    return reply();
  }

  private double[] reply() throws IOException {
    String line = replies.readLine();
    if (line == null) {
      throw new IOException(peer.title() + ": its process ended without an answer");
    }
    try {
      return Reply.numbers(line);
    } catch (IllegalStateException e) {
      throw new IllegalStateException(peer.title() + ": " + e.getMessage(), e);
    }
  }

  /** The most resident memory it has had so far, in MiB; empty where there is no /proc. */
  OptionalDouble peakMemory() throws IOException {
    return ResidentMemory.peakMib(process.pid());
  }

  @Override
  public void close() {
    requests.println(Request.QUIT.line());
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
