package org.capsnet.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.random.RandomGenerator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Changes of colour and intensity. */
class LightTest {

  private static final Offset<Float> CLOSE = within(1e-5f);

  /** Gives 1 - 2⁻⁵³ or so for each draw: the greatest factor. */
  private static final RandomGenerator MOST = () -> -1L;

  private static float[] applied(Augmentation to, int channels, float... image) {
    float[] copy = image.clone();
    to.apply(copy, channels, 1, image.length / channels, MOST);
    return copy;
  }

  @Test
  void brightnessContrastAndSaturationByHand() {
    assertThat(applied(new ColorJitter(0.5, 0, 0), 1, 0.2f, 0.4f, 0.9f))
        .containsExactly(new float[] {0.3f, 0.6f, 1}, CLOSE);
    // About the mean, 0.5.
    assertThat(applied(new ColorJitter(0, 0.5, 0), 1, 0.4f, 0.6f))
        .containsExactly(new float[] {0.35f, 0.65f}, CLOSE);
    // Grey 0.299 · 0.6 + 0.587 · 0.4 + 0.114 · 0.5 = 0.4712; twice as far from it.
    assertThat(applied(new ColorJitter(0, 0, 1), 3, 0.6f, 0.4f, 0.5f))
        .containsExactly(new float[] {0.7288f, 0.3288f, 0.5288f}, CLOSE);
    assertThat(applied(new ColorJitter(0, 0, 1), 1, 0.6f))
        .containsExactly(new float[] {0.6f}, CLOSE);
  }

  @Property(tries = 50, seed = "1")
  void jitterStaysInRangeAndNoneIsNone(@ForAll long seed) {
    float[] image = new float[3 * 20];
    Random random = new Random(seed);
    for (int i = 0; i < image.length; i++) {
      image[i] = random.nextFloat();
    }
    float[] changed = image.clone();
    new ColorJitter(1, 1, 1).apply(changed, 3, 4, 5, random);
    for (float value : changed) {
      assertThat(value).isBetween(0f, 1f);
    }
    float[] same = image.clone();
    new ColorJitter(0, 0, 0).apply(same, 3, 4, 5, random);
    assertThat(same).containsExactly(image, CLOSE);
  }

  @Test
  void standardIntensityHasMeanZeroAndVarianceOne() {
    assertThat(applied(Intensity.standard(), 1, 1, 3)).containsExactly(-1, 1);
    // Mean 2, variance (4 + 0 + 0 + 4) / 4 = 2, over both channels.
    float root = (float) Math.sqrt(2);
    assertThat(applied(Intensity.standard(), 2, 0, 2, 2, 4))
        .containsExactly(new float[] {-root, 0, 0, root}, CLOSE);
    assertThat(applied(Intensity.standard(), 1, 0.3f, 0.3f)).containsExactly(0, 0);
  }

  @Test
  void percentilesCutOffTheExtremes() {
    // Of 0, 1, …, 4 the 25th percentile is 1 and the 75th 3.
    assertThat(applied(Intensity.percentiles(25, 75), 1, 4, 0, 2, 1, 3))
        .containsExactly(1, 0, 0.5f, 0, 1);
    // Between values: the 10th percentile of 0 and 1 is 0.1.
    assertThat(applied(Intensity.percentiles(10, 100), 1, 0, 1)).containsExactly(0, 1);
    assertThat(applied(Intensity.percentiles(0, 90), 1, 0, 0.45f, 1))
        .containsExactly(new float[] {0, 0.45f / 0.89f, 1}, CLOSE);
    assertThat(applied(Intensity.percentiles(1, 99), 1, 7, 7)).containsExactly(0, 0);
  }

  @Test
  void refusesWhatMakesNoSense() {
    assertThatThrownBy(() -> new ColorJitter(0, 1.5, 0))
        .hasMessage("contrast: expected 0 to 1, got 1.5");
    assertThatThrownBy(() -> Intensity.percentiles(90, 10))
        .hasMessage("percentiles: expected 0 ≤ low < high ≤ 100, got 90.0, 10.0");
    assertThatThrownBy(() -> new RandomFlip<>(-0.1, 0))
        .hasMessage("horizontal: expected 0 to 1, got -0.1");
  }
}
