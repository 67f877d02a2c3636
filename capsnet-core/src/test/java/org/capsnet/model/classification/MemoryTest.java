package org.capsnet.model.classification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.util.List;
import java.util.stream.Stream;
import org.capsnet.autograd.Variable;
import org.capsnet.model.Conv;
import org.capsnet.model.ImageShape;
import org.capsnet.model.Primary;
import org.capsnet.testing.ForkedJvm;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What the process holds, which the Java heap does not show. */
class MemoryTest {

  /**
   * Models of 23 MiB, 70 with what training keeps, and threads that work in 150: kept, they would
   * come to more than twice the bound. Dropped ones wait for 256 MiB of them, and a collection.
   */
  @ParameterizedTest
  @CsvSource({"closed, 20, 100", "dropped, 40, 400", "trained, 12, 250", "threads, 12, 300"})
  void memoryComesBack(String what, int rounds, int most) throws Exception {
    assertThat(grown(List.of(), what, rounds)).isLessThan(most);
  }

  /** Of 1,500 predictions from 8 threads, the features of the last 1,050 would take 160 MiB. */
  @ParameterizedTest
  @ValueSource(strings = {"fused", "portable"})
  void predictionsLeaveNothing(String kernels) throws Exception {
    assertThat(grown(List.of("-Dcapsnet.kernels=" + kernels), "predictions", 10)).isLessThan(100);
  }

  /** The same through a predictor, which puts them together. */
  @Test
  void servingLeavesNothing() throws Exception {
    assertThat(grown(List.of(), "served", 10)).isLessThan(100);
  }

  /** By how many MiB resident memory grew. */
  private static int grown(List<String> flags, String what, int rounds) throws Exception {
    Assumptions.assumeTrue(Files.exists(MemoryMain.STATUS), "Linux tells resident memory");
    List<String> all =
        Stream.concat(
                flags.stream(),
                Stream.of(
                    "-Xmx96m",
                    "-Dorg.bytedeco.javacpp.maxbytes=0",
                    "-Dorg.bytedeco.javacpp.maxphysicalbytes=0"))
            .toList();
    ForkedJvm.Outcome outcome =
        ForkedJvm.run(MemoryMain.class, all, what, Integer.toString(rounds));
    assertThat(outcome.status()).as("%s", outcome.lines()).isZero();
    return Integer.parseInt(outcome.after("grown ").get(0));
  }

  private static CapsNet tiny() {
    return CapsNet.Config.paper()
        .with("image", new ImageShape(1, 8, 8))
        .with("classes", 2)
        .with("stem", List.of(new Conv(2, 3, 1)))
        .with("primary", new Primary(2, 2, 3, 2))
        .with("decoder", List.of(4))
        .build(0);
  }

  @Test
  void aClosedModelSaysSo() {
    CapsNet net = tiny();
    ImageClassifier classifier = new ImageClassifier(net, List.of("a", "b"));
    INDArray image = Nd4j.zeros(DataType.FLOAT, 1, 8, 8);
    assertThat(classifier.predict(image).className()).isIn("a", "b");
    List<INDArray> arrays = List.copyOf(net.state().values());
    classifier.close();
    classifier.close();
    assertThat(arrays).allMatch(INDArray::wasClosed);
    assertThatThrownBy(() -> classifier.predict(image))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the module of this parameter was closed");
    assertThatThrownBy(net::state).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> net.classify(Variable.constant(image.reshape(1, 1, 8, 8))))
        .isInstanceOf(IllegalStateException.class);
  }
}
