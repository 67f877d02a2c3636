package org.capsnet.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import org.capsnet.examples.options.Runner;
import picocli.CommandLine;

/**
 * What came of an example that was called as from a shell, but for the end of the JVM.
 *
 * @param status the exit status
 * @param out what it printed
 * @param err what it complained of
 */
public record Outcome(int status, String out, String err) {

  static Outcome of(Callable<Integer> example, String... args) {
    return of(Runner.line(example), args);
  }

  /** What came of a command line. */
  public static Outcome of(CommandLine line, String... args) {
    PrintStream stdout = System.out;
    PrintStream stderr = System.err;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    try {
      int status = line.execute(args);
      return new Outcome(
          status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(stdout);
      System.setErr(stderr);
    }
  }

  /** The last line that a successful run printed. */
  public String lastLine() {
    assertThat(status).as("%s%n%s", out, err).isZero();
    return out.lines().reduce((a, b) -> b).orElseThrow();
  }

  /** Requires a failure that is told in one line and nothing else. */
  public void requireComplaint(String start) {
    assertThat(status).isNotZero();
    assertThat(err.lines()).as(err).hasSize(1);
    assertThat(err).startsWith(start);
    assertThat(out).isEmpty();
  }
}
