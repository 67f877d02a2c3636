package org.capsnet.bench.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.offset;

import java.nio.file.Path;
import java.util.List;
import org.capsnet.bench.process.Isa;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxContestantTest {

  @TempDir Path folder;

  @Test
  void predictsAsThisLibraryDoes() throws Exception {
    System.setProperty(OnnxContestant.THREADS, "1");
    Path file = folder.resolve("fixture.safetensors");
    Fixture fixture = Fixture.random(Contest.EFFICIENT, 3);
    fixture.write(file);
    OnnxContestant.export(Contest.EFFICIENT, fixture, file);
    float[] expected = CapsNetContestant.of(Contest.EFFICIENT, fixture).prediction(3).get();
    try (Contestant onnx = OnnxContestant.read(file)) {
      assertThat(onnx.prediction(3).get()).containsExactly(expected, offset(1e-5f));
      assertThat(onnx.facts()).containsKey("ONNX Runtime");
    } finally {
      System.clearProperty(OnnxContestant.THREADS);
    }
  }

  @Test
  void isLeftOutWhereVectorsAreToBeNarrower() {
    assertThat(plan(List.of(Peer.CAPSNET, Peer.ONNX), Isa.AVX2).peers())
        .containsExactly(Peer.CAPSNET);
    assertThat(plan(List.of(Peer.CAPSNET, Peer.ONNX), Isa.NATIVE).peers())
        .containsExactly(Peer.CAPSNET, Peer.ONNX);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> plan(List.of(Peer.ONNX), Isa.AVX2))
        .withMessageStartingWith("contestants: ");
  }

  private static Plan plan(List<Peer> peers, Isa isa) {
    return new Plan(peers, List.of(Contest.EFFICIENT), isa, 1, 2, 1, Plan.Calls.FEWEST);
  }
}
