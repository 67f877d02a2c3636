package org.capsnet.model.classification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import org.capsnet.data.LabeledImages;
import org.capsnet.model.ImageShape;
import org.capsnet.model.Summary;
import org.capsnet.nn.Init;
import org.capsnet.nn.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;

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

  private static CapsNet.Config sized(int count, int channels, int height, int width) {
    return CapsNet.Config.sizedFor(images(count, channels, height, width));
  }

  @ParameterizedTest
  @ValueSource(ints = {28, 32})
  void smallImagesGetThePapersNetwork(int side) {
    for (int count : List.of(1, 6000)) {
      assertThat(sized(count, 1, side, side))
          .isEqualTo(
              CapsNet.Config.paper()
                  .with("image", new ImageShape(1, side, side))
                  .with("classes", 5));
    }
    LabeledImages digits =
        new LabeledImages(
            new byte[784],
            1,
            28,
            28,
            new int[1],
            IntStream.range(0, 10).mapToObj(Integer::toString).toList());
    assertThat(CapsNet.Config.sizedFor(digits)).isEqualTo(CapsNet.Config.paper());
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
    CapsNet.Config a = sized(10, channels, height, width);
    Summary summary = a.build(Init.shapesOnly(DataType.FLOAT)).summary();
    Shape grid = a.build(Init.shapesOnly(DataType.FLOAT)).encoder().output();
    assertThat(Math.max(grid.size(2), grid.size(3))).isBetween(3L, 8L);
    assertThat(summary.parameters()).isBetween(50_000L, 1_000_000L);
    assertThat(summary.trainingBytes(32)).isLessThan(2L << 30);
    assertThat(a.decoder()).isNull();
  }

  @Test
  void manyImagesGetALargerOne() {
    long few = sized(4999, 1, 40, 40).build(Init.shapesOnly(DataType.FLOAT)).summary().parameters();
    long many =
        sized(5000, 1, 40, 40).build(Init.shapesOnly(DataType.FLOAT)).summary().parameters();
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
    CapsNet.Config huge =
        CapsNet.Config.paper()
            .with("image", new ImageShape(3, 10_000, 10_000))
            .with("decoder", null);
    assertThatThrownBy(() -> huge.build(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the parameters take ");
  }
}
