package org.capsnet.bench.measure;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** JVMs with the flags with which this library computes best, as its own examples run. */
public final class ComputeJvm {

  /** The flags: arrays are off-heap, so that the heap can be small; and the Vector API. */
  public static final List<String> FLAGS =
      List.of(
          "-Xmx1g",
          "-Xmn64m",
          "-Dorg.bytedeco.javacpp.maxbytes=0",
          "-Dorg.bytedeco.javacpp.maxphysicalbytes=0",
          "--add-modules=jdk.incubator.vector");

  private ComputeJvm() {}

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
