package org.capsnet.bench;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.capsnet.bench.process.ComputeJvm;
import org.openjdk.jmh.Main;

/**
 * JMH with its own options, whose forked JVMs have the flags of the build's tests and examples
 * ({@link ComputeJvm#FLAGS}) unless {@code -jvmArgs} gives others.
 */
public final class Benchmarks {

  private static final String FLAGS_OPTION = "-jvmArgs";

  private Benchmarks() {}

  /**
   * Runs benchmarks.
   *
   * @param args JMH's, see {@code -h}
   * @throws IOException if a result cannot be written
   */
  public static void main(String[] args) throws IOException {
    Main.main(withFlags(args));
  }

  static String[] withFlags(String... args) {
    if (List.of(args).contains(FLAGS_OPTION)) {
      return args;
    }
    Stream<String> flags = Stream.of(FLAGS_OPTION, String.join(" ", ComputeJvm.FLAGS));
    return Stream.concat(flags, Stream.of(args)).toArray(String[]::new);
  }
}
