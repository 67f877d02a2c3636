package org.capsnet.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.capsnet.data.LabeledImages;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkSizeTest {

  private static LabeledImages images(int count, int channels, int height, int width) {
    return new LabeledImages(
        new byte[count * channels * height * width],
        channels,
        height,
        width,
        IntStream.range(0, count).map(i -> i % 5).toArray(),
        List.of("a", "b", "c", "d", "e"));
  }

  private static CapsNetArchitecture sized(int count, int channels, int height, int width) {
    return CapsNet.builderFor(images(count, channels, height, width)).architecture();
  }

  @ParameterizedTest
  @ValueSource(ints = {28, 32})
  void smallImagesGetThePapersNetwork(int side) {
    for (int count : List.of(1, 6000)) {
      assertThat(sized(count, 1, side, side))
          .isEqualTo(CapsNet.builder().image(1, side, side).classes(5).architecture());
    }
    LabeledImages digits =
        new LabeledImages(
            new byte[784],
            1,
            28,
            28,
            new int[1],
            IntStream.range(0, 10).mapToObj(Integer::toString).toList());
    assertThat(CapsNet.builderFor(digits).architecture()).isEqualTo(CapsNetArchitecture.mnist());
  }

  /** The paper's would have 12 to 400 million parameters here. */
  @ParameterizedTest
  @CsvSource({
    "3, 33, 33",
    "3, 48, 48",
    "3, 64, 64",
    "1, 96, 64",
    "3, 120, 120",
    "3, 224, 224",
    "3, 300, 20",
    "1, 500, 5",
    "1, 640, 480"
  })
  void largerImagesGetASmallNetworkOfAnyShape(int channels, int height, int width) {
    CapsNetArchitecture a = sized(10, channels, height, width);
    CapsNetSummary summary = new CapsNetSummary(a);
    assertThat(Math.max(a.gridHeight(), a.gridWidth())).isBetween(3, 8);
    assertThat(summary.parameters()).isBetween(50_000L, 1_000_000L);
    assertThat(summary.trainingBytes(32)).isLessThan(2L << 30);
    assertThat(a.reconstructs()).isFalse();
  }

  @Test
  void manyImagesGetALargerOne() {
    long few = new CapsNetSummary(sized(4999, 1, 40, 40)).parameters();
    long many = new CapsNetSummary(sized(5000, 1, 40, 40)).parameters();
    assertThat(many).isBetween(2 * few, 4 * few);
  }

  @Test
  void theChoiceIsTold() {
    try (ImageClassifier classifier = ImageClassifier.forImages(images(10, 3, 120, 120))) {
      assertThat(classifier)
          .hasToString("CapsNet for images 3×120×120, 5 classes, 483,920 parameters");
    }
  }

  // ---------------------------------------------------------------- memory

  @Test
  void whatFitsNoMemoryIsRefusedBeforeItIsMade() {
    CapsNet.Builder huge = CapsNet.builder().image(3, 10_000, 10_000).withoutDecoder();
    assertThatThrownBy(huge::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the parameters take ");
  }

  @Test
  void theBatchThatWouldFitIsNamed() {
    CapsNetSummary paper =
        new CapsNetSummary(CapsNet.builder().image(3, 120, 120).classes(5).architecture());
    assertThat(paper.parameters()).isGreaterThan(100_000_000);
    long large = 64L << 30;
    paper.requireMemory(32, large, large);
    assertThatThrownBy(() -> paper.requireMemory(32, paper.trainingBytes(8), large))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("training with batches of 32 takes ")
        .hasMessageEndingWith("Batches of 8 would fit");
    assertThatThrownBy(() -> paper.requireMemory(32, large, paper.scratchBytes(32) - 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(" on the heap. Batches of ");
    assertThatThrownBy(() -> paper.requireMemory(32, paper.trainingBytes(1) - 1, large))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("No batch would fit: take smaller images");
  }
}
