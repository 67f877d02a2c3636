package org.capsnet.bench.peer;

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
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class ProtocolTest {

  /** Loses less at every step, and cannot route. */
  private static final class Fake implements Contestant {

    @Override
    public DoubleSupplier training(int batch) {
      double[] loss = {batch};
      return () -> loss[0]--;
    }

    @Override
    public Supplier<float[]> prediction(int batch) {
      return () -> new float[batch];
    }

    @Override
    public DoubleSupplier routing(int batch) {
      throw new IllegalArgumentException("no\nrouting");
    }

    @Override
    public void close() {}
  }

  private static List<String> replies(String... requests) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new Server(new Fake())
        .serve(
            new BufferedReader(new StringReader(String.join("\n", requests))),
            new PrintStream(out, true, StandardCharsets.UTF_8));
    return out.toString(StandardCharsets.UTF_8).lines().toList();
  }

  @Test
  void requestsSurviveTheirLine() {
    Request request = new Request(Request.Kind.TRAIN, 128, 5);
    assertThat(request.line()).isEqualTo("train 128 5");
    assertThat(Request.parse(request.line())).isEqualTo(request);
  }

  @Test
  void refusesOtherLines() {
    assertThatIllegalArgumentException().isThrownBy(() -> Request.parse("train 128"));
    assertThatIllegalArgumentException().isThrownBy(() -> Request.parse("sing 1 1"));
    assertThatIllegalArgumentException().isThrownBy(() -> Reply.numbers("hello"));
  }

  @Test
  void numbersSurviveTheirLine() {
    assertThat(Reply.numbers(Reply.ok(0.1, 1e-9))).containsExactly(0.1, 1e-9);
    assertThat(Reply.numbers(Reply.ok())).isEmpty();
  }

  @Test
  void stepsGoOnFromRequestToRequest() throws IOException {
    assertThat(replies("losses 8 2", "losses 8 1")).containsExactly("ok", "ok 8.0 7.0", "ok 6.0");
  }

  @Test
  void timesEveryCall() throws IOException {
    assertThat(Reply.numbers(replies("predict 4 3").get(1))).hasSize(3);
  }

  @Test
  void aFailureIsALineAndNotTheEnd() throws IOException {
    List<String> replies = replies("route 1 1", "lengths 2 1");
    assertThatIllegalStateException()
        .isThrownBy(() -> Reply.numbers(replies.get(1)))
        .withMessageContaining("no routing");
    assertThat(replies.get(2)).isEqualTo("ok 0.0 0.0");
  }

  @Test
  void nothingIsAnsweredAfterTheEnd() throws IOException {
    assertThat(replies("quit 0 0", "lengths 1 1")).containsExactly("ok");
  }
}
