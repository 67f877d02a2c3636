package org.capsnet.bench.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LineServerTest {

  /** The length of a request, unless that is nothing. */
  static final class Lengths {
    public static void main(String[] args) throws IOException {
      LineServer.run(
          () -> {
            if (args.length > 0) {
              throw new IllegalArgumentException("not with " + args[0]);
            }
            System.out.println("a library prints");
            return LineServerTest::length;
          });
    }
  }

  private static double[] length(String request) {
    if (request.isEmpty()) {
      throw new IllegalArgumentException("no\nrequest");
    }
    return new double[] {request.length()};
  }

  private static final Launch LAUNCH = new Launch(List.of("-Xmx64m"), Map.of(), Isa.NATIVE);

  private static LineProcess start(Object... arguments) throws IOException {
    return new LineProcess("lengths", LAUNCH.process(Lengths.class, arguments));
  }

  @Test
  void aProcessAnswersLineByLine() throws IOException {
    try (LineProcess process = start()) {
      assertThat(process.ask("abc")).containsExactly(3);
      assertThatIllegalStateException()
          .isThrownBy(() -> process.ask(""))
          .withMessageStartingWith("lengths: ")
          .withMessageEndingWith("no request");
      assertThat(process.ask("ab")).containsExactly(2);
    }
  }

  @Test
  void aProcessThatCannotBeSetUpSaysWhy() {
    assertThatIllegalStateException()
        .isThrownBy(() -> start("this"))
        .withMessage("lengths: java.lang.IllegalArgumentException: not with this");
  }

  @Test
  void aFailureIsALineAndNotTheEnd() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    LineServer server = LineServerTest::length;
    server.serve(
        new BufferedReader(new StringReader("\nabcd")),
        new PrintStream(out, true, StandardCharsets.UTF_8));
    assertThat(out.toString(StandardCharsets.UTF_8).lines())
        .containsExactly("ok", "error java.lang.IllegalArgumentException: no request", "ok 4.0");
  }

  @Test
  void numbersSurviveTheirLine() {
    assertThat(Reply.numbers(Reply.ok(0.1, 1e-9))).containsExactly(0.1, 1e-9);
    assertThat(Reply.numbers(Reply.ok())).isEmpty();
    assertThatIllegalArgumentException().isThrownBy(() -> Reply.numbers("hello"));
  }
}
