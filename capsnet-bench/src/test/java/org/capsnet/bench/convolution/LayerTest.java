package org.capsnet.bench.convolution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LayerTest {

  private static final Layer STRIDED = new Layer(2, 3, 8, 5, 3, 2, 1, 1);
  private static final Layer DEPTHWISE = new Layer(2, 4, 9, 4, 5, 1, 0, 4);

  @Test
  void aLayerSurvivesItsLine() {
    assertThat(Layer.parse(DEPTHWISE.line())).isEqualTo(DEPTHWISE);
    assertThatIllegalArgumentException().isThrownBy(() -> Layer.parse("1 2 3"));
  }

  @Test
  void countsAMultiplicationAndAnAdditionForEachTap() {
    assertThat(STRIDED.resultShape()).containsExactly(2, 5, 4, 4);
    assertThat(STRIDED.gigaflop() * 1e9).isCloseTo(2 * 2 * 5 * 16 * 27, Offset.offset(1e-6));
    assertThat(DEPTHWISE.gigaflop() * 1e9).isCloseTo(2 * 2 * 4 * 25 * 25, Offset.offset(1e-6));
  }

  @Test
  void saysWhatItIs() {
    assertThat(STRIDED.title()).isEqualTo("3×3, 3 → 5 on 8×8, stride 2");
    assertThat(DEPTHWISE.title()).isEqualTo("depthwise 5×5, 4 → 4 on 9×9, no padding");
  }

  @Test
  void allLibrariesGetTheSameOperands() {
    assertThat(STRIDED.images()).hasSize(2 * 3 * 64).containsExactly(STRIDED.images());
    assertThat(STRIDED.weights()).hasSize(5 * 27).doesNotContain(STRIDED.images());
  }

  private static float[][] results(Computed layer) {
    try (layer) {
      layer.forward();
      layer.backward();
      return layer.results();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"2 3 8 5 3 2 1 1", "2 4 9 4 5 1 0 4", "1 2 6 3 5 1 2 1"})
  void thisLibraryAndNd4jComputeTheSame(String line) {
    Layer layer = Layer.parse(line);
    float[][] ours = results(new CapsNetLayer(layer));
    float[][] theirs = results(new Nd4jLayer(layer));
    for (int i = 0; i < ours.length; i++) {
      assertThat(ours[i]).containsExactly(theirs[i], Offset.offset(1e-4f));
    }
  }
}
