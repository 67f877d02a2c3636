package org.capsnet.examples.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.module.ModuleFinder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A second JVM with the flags by which the library computes best. A jar's manifest cannot ask for
 * them, the Vector API's module above all, and {@code java -jar capsnet.jar} should need no more.
 * The first JVM has read the arguments by then, and does no more than wait. Flags that were given
 * to it come after the others, and so prevail.
 */
final class Restart {

  private static final String VECTOR = "jdk.incubator.vector";

  /** Of the second JVM, which must not start a third where there is no such module. */
  private static final String RESTARTED = "capsnet.restarted";

  /** From this one on a JVM warns of native code and of memory that is accessed past it. */
  private static final int WARNING_VERSION = 24;

  private Restart() {}

  /** Whether this JVM lacks the flags, and has the module that one of them asks for. */
  static boolean isDue() {
    return System.getProperty(RESTARTED) == null
        && ModuleLayer.boot().findModule(VECTOR).isEmpty()
        && ModuleFinder.ofSystem().find(VECTOR).isPresent();
  }

  /**
   * Runs the same command in a second JVM, on the same streams.
   *
   * @return its exit status
   */
  static int run(String... args) {
    try {
      Process second = new ProcessBuilder(command(args)).inheritIO().start();
      // Ctrl-C reaches both, other signals only this one; the second may have a checkpoint to
      // write.
      Thread end = new Thread(() -> end(second));
      Runtime.getRuntime().addShutdownHook(end);
      return second.waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void end(Process second) {
    second.destroy();
    second.onExit().join();
  }

  static List<String> command(String... args) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags());
    if (Runtime.version().feature() >= WARNING_VERSION) {
      command.add("--enable-native-access=ALL-UNNAMED");
      command.add("--sun-misc-unsafe-memory-access=allow");
    }
    command.add("-Djava.awt.headless=true");
    command.add("-D" + RESTARTED + "=true");
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Capsnet.class.getName()));
    command.addAll(List.of(args));
    return command;
  }

  /** Those of the tests and the examples, which the build writes into the jar. */
  private static List<String> flags() throws IOException {
    try (InputStream in = Restart.class.getResourceAsStream("/compute.jvm")) {
      if (in == null) {
        throw new IOException("this jar lacks its file compute.jvm");
      }
      return List.of(new String(in.readAllBytes(), StandardCharsets.UTF_8).strip().split("\\s+"));
    }
  }
}
