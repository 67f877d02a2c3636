package org.capsnet.model.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Random;
import org.capsnet.autograd.Convolution;
import org.capsnet.autograd.Variable;
import org.capsnet.model.Conv;
import org.capsnet.nn.Init;
import org.capsnet.nn.Shape;
import org.capsnet.testing.GradientCheck;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;

class FeatureExtractorTest {

  private static final List<Conv> STAGES =
      List.of(Conv.same(3, 5, 1), Conv.same(4, 3, 2), Conv.same(2, 3, 1));

  private static FeatureExtractor extractor() {
    return new FeatureExtractor(Shape.of(2, 7, 9), STAGES, Init.of(new Random(1), DataType.DOUBLE));
  }

  @Test
  void aStageIsAConvolutionNormalizedAndRectified() {
    FeatureExtractor extractor = extractor();
    extractor.eval(); // running statistics of 0 and 1: normalization divides by √(1 + 1e-5)
    Variable images = Variable.constant(GradientCheck.random(new Random(2), 2, 2, 7, 9));
    List<Variable> maps = extractor.maps(images);
    assertThat(maps).hasSize(STAGES.size());
    Variable below = images;
    for (int k = 0; k < STAGES.size(); k++) {
      Variable expected =
          Convolution.conv2d(
                  below,
                  Variable.constant(extractor.state().get(k + ".0.weight")),
                  Variable.constant(extractor.state().get(k + ".0.bias")),
                  STAGES.get(k).spec())
              .dividedBy(Math.sqrt(1 + 1e-5))
              .relu();
      assertThat(maps.get(k).value().equalsWithEps(expected.value(), 1e-12)).as("%s", k).isTrue();
      below = expected;
    }
    assertThat(maps.get(1).value().shape()).containsExactly(2, 4, 4, 5);
    assertThat(extractor.shapes())
        .containsExactly(Shape.of(3, 7, 9), Shape.of(4, 4, 5), Shape.of(2, 4, 5));
    assertThat(extractor.output()).isEqualTo(Shape.of(2, 4, 5));
    assertThat(extractor.forward(images).value().equalsWithEps(below.value(), 1e-12)).isTrue();
  }

  @Test
  void aStageMustBeOne() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Conv.same(1, 4, 1))
        .withMessage("kernel: expected an odd number, got 4");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Conv.same(0, 3, 1))
        .withMessage("convolution channels: expected at least 1, got 0");
  }
}
