package org.capsnet.testing;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Runs a main in a JVM of its own: what is decided once a JVM is tested so. */
public final class ForkedJvm {

  private static final String VECTOR = "jdk.incubator.vector";

  /**
   * Flags of this JVM that a forked one has too: they choose what computes, and where files lie.
   */
  private static final List<String> INHERITED =
      List.of("-XX:UseAVX=", "-XX:MaxVectorSize=", "-Dcapsnet.", "-Djava.io.tmpdir=");

  private ForkedJvm() {}

  /**
   * What a process said on both streams, and how it ended.
   *
   * @param status its exit status
   * @param lines what it said
   */
  public record Outcome(int status, List<String> lines) {

    /**
     * What followed a word.
     *
     * @param word the begin of lines
     * @return the rest of each such line
     */
    public List<String> after(String word) {
      return lines.stream()
          .filter(line -> line.startsWith(word))
          .map(line -> line.substring(word.length()))
          .toList();
    }
  }

  /**
   * Runs a main to its end, on this JVM's class path, with the Vector API if this JVM has it and
   * with the kernels, products and vectors that it was started with.
   *
   * @param main the class
   * @param flags of the JVM, which go before those that it inherits
   * @param arguments of the main
   * @return what came of it
   */
  public static Outcome run(Class<?> main, List<String> flags, String... arguments)
      throws IOException, InterruptedException {
    return run(main, flags, environment -> {}, arguments);
  }

  /**
   * The same in another environment.
   *
   * @param main the class
   * @param flags of the JVM
   * @param environment changes the variables that the process inherits from this one
   * @param arguments of the main
   * @return what came of it
   */
  public static Outcome run(
      Class<?> main,
      List<String> flags,
      Consumer<Map<String, String>> environment,
      String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx512m");
    if (ModuleLayer.boot().findModule(VECTOR).isPresent()) {
      command.add("--add-modules=" + VECTOR);
    }
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(flag -> INHERITED.stream().anyMatch(flag::startsWith))
        .forEach(command::add);
    command.addAll(flags);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    environment.accept(builder.environment());
    Process process = builder.start();
    List<String> lines = process.inputReader(StandardCharsets.UTF_8).lines().toList();
    return new Outcome(process.waitFor(), lines);
  }
}
