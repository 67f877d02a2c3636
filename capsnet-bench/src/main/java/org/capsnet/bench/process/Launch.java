package org.capsnet.bench.process;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * How a JVM is started, on this JVM's class path.
 *
 * @param flags of the JVM
 * @param environment variables beside those of this process, whose {@code OMP_WAIT_POLICY} it does
 *     not take over
 * @param isa the widest vectors that it may use
 */
public record Launch(List<String> flags, Map<String, String> environment, Isa isa) {

  private static final String ADD_MODULES = "--add-modules";

  /** Copies what it is given. */
  public Launch {
    flags = List.copyOf(flags);
    environment = Map.copyOf(environment);
  }

  /**
   * {@return the same with more flags}
   *
   * @param more behind the others
   */
  public Launch withFlags(List<String> more) {
    return new Launch(Stream.concat(flags.stream(), more.stream()).toList(), environment, isa);
  }

  /** {@return the same without the JDK's incubating Vector API} */
  public Launch withoutVectorApi() {
    return new Launch(
        flags.stream().filter(flag -> !flag.startsWith(ADD_MODULES)).toList(), environment, isa);
  }

  /**
   * {@return the same with more variables}
   *
   * @param more by name
   */
  public Launch withEnvironment(Map<String, String> more) {
    Map<String, String> all = new TreeMap<>(environment);
    all.putAll(more);
    return new Launch(flags, all, isa);
  }

  /**
   * A process that has not begun, with the standard error of this one.
   *
   * @param main the class
   * @param arguments its arguments
   * @return the process
   */
  public ProcessBuilder process(Class<?> main, Object... arguments) {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
    command.addAll(flags);
    command.addAll(isa.jvmFlags());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    Map<String, String> variables = builder.environment();
    variables.remove("OMP_WAIT_POLICY"); // each has its own, or none
    isa.applyTo(variables);
    variables.putAll(environment);
    return builder;
  }

  /**
   * Runs a main to its end.
   *
   * @param main the class
   * @param arguments its arguments
   * @return what it printed
   * @throws IOException if the process fails, or is interrupted
   */
  public List<String> run(Class<?> main, Object... arguments) throws IOException {
    Process process = process(main, arguments).start();
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      List<String> lines = out.lines().toList();
      int status = process.waitFor();
      if (status != 0) {
        throw new IOException(main.getSimpleName() + ": ended with status " + status);
      }
      return lines;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      process.destroy();
    }
  }
}
