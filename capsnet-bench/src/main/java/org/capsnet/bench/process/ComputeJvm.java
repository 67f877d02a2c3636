package org.capsnet.bench.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

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
   * Such a JVM.
   *
   * @param isa the widest vectors that it may use
   * @return how it is started
   */
  public static Launch launch(Isa isa) {
    return new Launch(FLAGS, Map.of("OMP_WAIT_POLICY", "PASSIVE"), isa);
  }

  /**
   * Runs a main in a fresh process.
   *
   * @param main the class
   * @param arguments its arguments
   * @return the last line that it printed
   * @throws IOException if the process fails, or is interrupted
   */
  public static String run(Class<?> main, Object... arguments) throws IOException {
    List<String> lines = launch(Isa.NATIVE).run(main, arguments);
    return lines.isEmpty() ? "" : lines.get(lines.size() - 1);
  }
}
