package org.capsnet.bench.measure;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** JVMs with the flags with which this library computes best, as its own examples run. */
public final class ComputeJvm {

  /** The flags, which the build writes into a file of this jar from those of its own tests. */
  public static final List<String> FLAGS = read("/compute.jvm");

  private ComputeJvm() {}

  private static List<String> read(String resource) {
    try (InputStream in = ComputeJvm.class.getResourceAsStream(resource)) {
      return List.of(new String(in.readAllBytes(), StandardCharsets.UTF_8).strip().split("\\s+"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Runs a main in a fresh process, on this JVM's class path.
   *
   * @param main the class
   * @param arguments its arguments
   * @return the last line that it printed
   * @throws IOException if the process fails, or is interrupted
   */
  public static String run(Class<?> main, Object... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
    command.addAll(FLAGS);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().put("OMP_WAIT_POLICY", "PASSIVE");
    Process process = builder.start();
    String last = "";
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        last = line;
      }
      int status = process.waitFor();
      if (status != 0) {
        throw new IOException(main.getSimpleName() + ": ended with status " + status);
      }
      return last;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      process.destroy();
    }
  }
}
