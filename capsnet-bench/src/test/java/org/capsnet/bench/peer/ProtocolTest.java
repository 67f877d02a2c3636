package org.capsnet.bench.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
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
      throw new UnsupportedOperationException();
    }

    @Override
    public Map<String, String> facts() {
      return Map.of();
    }

    @Override
    public void close() {}
  }

  private final Server server = new Server(new Fake());

  @Test
  void requestsSurviveTheirLine() {
    Request request = new Request(Request.Kind.TRAIN, 128, 5);
    assertThat(request.line()).isEqualTo("train 128 5");
    assertThat(Request.parse(request.line())).isEqualTo(request);
  }

  @Test
  void refusesOtherLines() {
    assertThatIllegalArgumentException().isThrownBy(() -> server.answer("train 128"));
    assertThatIllegalArgumentException().isThrownBy(() -> server.answer("sing 1 1"));
  }

  @Test
  void stepsGoOnFromRequestToRequest() {
    assertThat(server.answer("losses 8 2")).containsExactly(8, 7);
    assertThat(server.answer("losses 8 1")).containsExactly(6);
  }

  @Test
  void timesEveryCall() {
    assertThat(server.answer("predict 4 3")).hasSize(3);
  }

  @Test
  void givesTheLengthsOfOnePrediction() {
    assertThat(server.answer("lengths 2 1")).containsExactly(0, 0);
  }
}
