package org.capsnet.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.capsnet.data.picture.ByteImage;
import org.junit.jupiter.api.Test;

class AugmentationTest {

  private static float[] random(int size) {
    Random random = new Random(size);
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = random.nextFloat();
    }
    return values;
  }

  private static float[] applied(Augmentation to, float[] image, int c, int h, int w, long seed) {
    float[] copy = image.clone();
    to.apply(copy, c, h, w, new Random(seed));
    return copy;
  }

  private static float shifted(float[] image, int h, int w, int c, int y, int x) {
    return y < 0 || y >= h || x < 0 || x >= w ? 0 : image[(c * h + y) * w + x];
  }

  @Property(tries = 200, seed = "1")
  void aShiftIsWholeAndInItsRange(
      @ForAll @IntRange(max = 8) int most,
      @ForAll @IntRange(min = 1, max = 6) int h,
      @ForAll @IntRange(min = 1, max = 6) int w,
      @ForAll long seed) {
    float[] image = random(2 * h * w);
    float[] moved = applied(new RandomShift(most), image, 2, h, w, seed);
    List<float[]> possible = new ArrayList<>();
    for (int down = -most; down <= most; down++) {
      for (int right = -most; right <= most; right++) {
        float[] expected = new float[image.length];
        for (int i = 0; i < image.length; i++) {
          expected[i] = shifted(image, h, w, i / (h * w), i / w % h - down, i % w - right);
        }
        possible.add(expected);
      }
    }
    assertThat(possible).contains(moved);
  }

  @Test
  void aFlipExchangesLeftAndRight() {
    float[] image = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    float[] flipped = applied(new HorizontalFlip(), image, 2, 2, 3, 1);
    assertThat(flipped).containsExactly(3, 2, 1, 6, 5, 4, 9, 8, 7, 12, 11, 10);
    assertThat(applied(new HorizontalFlip(), flipped, 2, 2, 3, 1)).containsExactly(image);
  }

  @Test
  void aRotationIsClockwiseAboutTheCentre() {
    ByteImage image = new ByteImage(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9}, 1, 3, 3);
    assertThat(Warp.rotation(3, 3, 90).bilinear(image))
        .isEqualTo(new ByteImage(new byte[] {7, 4, 1, 8, 5, 2, 9, 6, 3}, 1, 3, 3));
    assertThat(Warp.rotation(3, 3, -180).bilinear(image))
        .isEqualTo(new ByteImage(new byte[] {9, 8, 7, 6, 5, 4, 3, 2, 1}, 1, 3, 3));
    assertThat(Warp.rotation(3, 3, 0).bilinear(image)).isEqualTo(image);
  }

  @Test
  void everyShiftHappens() {
    float[] image = new float[49];
    image[24] = 1;
    boolean[] seen = new boolean[49];
    for (int seed = 0; seed < 1000; seed++) {
      float[] moved = applied(new RandomShift(2), image, 1, 7, 7, Seeds.stream(seed).nextLong());
      for (int i = 0; i < 49; i++) {
        seen[i] |= moved[i] == 1;
      }
    }
    for (int i = 0; i < 49; i++) {
      assertThat(seen[i]).isEqualTo(Math.abs(i / 7 - 3) <= 2 && Math.abs(i % 7 - 3) <= 2);
    }
  }

  /** Every square around a pixel, as far as it lies in the image, and nothing else. */
  @Property(tries = 200, seed = "1")
  void aCutOutBlanksASquareAroundAPixel(
      @ForAll @IntRange(max = 8) int side,
      @ForAll @IntRange(min = 1, max = 6) int h,
      @ForAll @IntRange(min = 1, max = 6) int w,
      @ForAll long seed) {
    float[] image = random(2 * h * w);
    float[] cut = applied(new CutOut(side), image, 2, h, w, seed);
    List<float[]> possible = new ArrayList<>();
    for (int centre = 0; centre < h * w; centre++) {
      float[] expected = image.clone();
      for (int i = 0; i < image.length; i++) {
        int down = i / w % h - (centre / w - side / 2);
        int right = i % w - (centre % w - side / 2);
        if (down >= 0 && down < side && right >= 0 && right < side) {
          expected[i] = 0;
        }
      }
      possible.add(expected);
    }
    assertThat(possible).contains(cut);
    assertThatThrownBy(() -> new CutOut(-1)).hasMessage("side: expected 0 or more, got -1");
  }

  @Test
  void cutOutsAreEverywhere() {
    float[] image = new float[15];
    Arrays.fill(image, 1);
    boolean[] seen = new boolean[15];
    for (int seed = 0; seed < 1000; seed++) {
      float[] cut = applied(new CutOut(1), image, 1, 3, 5, Seeds.stream(seed).nextLong());
      for (int i = 0; i < 15; i++) {
        seen[i] |= cut[i] == 0;
      }
    }
    assertThat(seen).containsOnly(true);
  }

  /** Of 1,000 draws: in the image, of the area and the ratio that were asked for. */
  @Test
  void erasingReplacesARectangleByNoise() {
    int h = 20;
    int w = 30;
    float[] image = new float[2 * h * w];
    Arrays.fill(image, 2); // which no noise is
    for (int seed = 0; seed < 1000; seed++) {
      float[] erased =
          applied(new RandomErasing(0.1, 0.3, 0.5), image, 2, h, w, Seeds.stream(seed).nextLong());
      int top = h;
      int left = w;
      int bottom = 0;
      int right = 0;
      int count = 0;
      for (int i = 0; i < h * w; i++) {
        if (erased[i] != 2) {
          assertThat(erased[i]).isBetween(0f, 1f);
          assertThat(erased[h * w + i]).isBetween(0f, 1f).isNotEqualTo(erased[i]);
          top = Math.min(top, i / w);
          left = Math.min(left, i % w);
          bottom = Math.max(bottom, i / w + 1);
          right = Math.max(right, i % w + 1);
          count++;
        }
      }
      assertThat(count).isEqualTo((bottom - top) * (right - left));
      assertThat((double) count / (h * w)).isBetween(0.1 * 0.86, 0.3 * 1.14); // sides are rounded
      assertThat((double) (bottom - top) / (right - left)).isBetween(0.5 * 0.85, 2 * 1.15);
    }
  }

  @Test
  void wrongErasingsAreRefused() {
    assertThatThrownBy(() -> new RandomErasing(0, 0.4, 0.3))
        .hasMessage("minArea: expected above 0, got 0.0");
    assertThatThrownBy(() -> new RandomErasing(0.2, 0.1, 0.3))
        .hasMessage("maxArea: expected at least 0.2 and at most 1, got 0.1");
    assertThatThrownBy(() -> new RandomErasing(0.02, 0.4, 2))
        .hasMessage("minAspect: expected above 0 and at most 1, got 2.0");
  }

  @Test
  void anAffineThatChangesNothingChangesNothing() {
    float[] image = random(2 * 5 * 4);
    assertThat(applied(new RandomAffine(0, 1, 1, 0, 0), image, 2, 5, 4, 1))
        .containsExactly(image, within(1e-6f));
  }

  @Test
  void scalingByTwoSpreadsTheMiddle() {
    float[] image = new float[25];
    image[12] = 1;
    float[] scaled = applied(new RandomAffine(0, 2, 2, 0, 0), image, 1, 5, 5, 1);
    assertThat(scaled)
        .containsExactly(
            new float[] {
              0, 0, 0, 0, 0, 0, .25f, .5f, .25f, 0, 0, .5f, 1, .5f, 0, 0, .25f, .5f, .25f, 0, 0, 0,
              0, 0, 0
            },
            within(1e-6f));
  }

  @Property(tries = 100, seed = "1")
  void anAffineStaysBetweenTheExtremesAndFollowsItsSeed(@ForAll long seed) {
    float[] image = random(3 * 9 * 7);
    RandomAffine affine = new RandomAffine(180, 0.5, 1.5, 30, 3);
    float[] changed = applied(affine, image, 3, 9, 7, seed);
    assertThat(changed).isEqualTo(applied(affine, image, 3, 9, 7, seed));
    for (float value : changed) {
      assertThat(value).isBetween(0f, 1f);
    }
  }

  @Property(tries = 100, seed = "1")
  void turningKeepsTheMassOfAnImageWithMargin(@ForAll long seed) {
    float[] image = new float[31 * 31];
    for (int y = 11; y < 20; y++) {
      for (int x = 11; x < 20; x++) {
        image[y * 31 + x] = 1;
      }
    }
    float[] turned = applied(new RandomAffine(180, 1, 1, 20, 2), image, 1, 31, 31, seed);
    double mass = 0;
    for (float value : turned) {
      mass += value;
    }
    assertThat(mass).isCloseTo(81, within(4.0));
  }

  @Test
  void oneAfterTheOther() {
    float[] image = {1, 2};
    Augmentation plusOne = (values, c, h, w, random) -> values[0] += 1;
    Augmentation twice = (values, c, h, w, random) -> values[0] *= 2;
    assertThat(applied(plusOne.then(twice), image, 1, 1, 2, 0)).containsExactly(4, 2);
    assertThat(applied(Augmentation.none(), image, 1, 1, 2, 0)).containsExactly(1, 2);
  }

  @Test
  void sometimesLeavesTheOthersAsTheyAre() {
    Augmentation plusOne = (values, c, h, w, random) -> values[0] += 1;
    SampleTransform<Integer> next = (sample, random) -> sample + 1;
    Random random = new Random(3);
    float[] sum = {0};
    int samples = 0;
    for (int i = 0; i < 1000; i++) {
      plusOne.sometimes(0.3).apply(sum, 1, 1, 1, random);
      samples = next.sometimes(0.3).apply(samples, random);
    }
    assertThat(sum[0]).isBetween(250f, 350f);
    assertThat(samples).isBetween(250, 350);
    assertThat(applied(plusOne.sometimes(0), new float[1], 1, 1, 1, 0)).containsExactly(0);
    assertThat(applied(plusOne.sometimes(1), new float[1], 1, 1, 1, 0)).containsExactly(1);
    assertThat(next.sometimes(0).apply(4, random)).isEqualTo(4);
    assertThat(next.sometimes(1).apply(4, random)).isEqualTo(5);
    assertThatThrownBy(() -> plusOne.sometimes(1.5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("probability: expected 0 to 1, got 1.5");
    assertThatThrownBy(() -> next.sometimes(Double.NaN))
        .hasMessage("probability: expected 0 to 1, got NaN");
  }

  @Test
  void refusesRangesThatMakeNoSense() {
    assertThatThrownBy(() -> new RandomShift(-1))
        .hasMessage("pixels: expected 0 to 1073741823, got -1");
    assertThatThrownBy(() -> new RandomShift(1 << 30))
        .hasMessage("pixels: expected 0 to 1073741823, got 1073741824");
    assertThatThrownBy(() -> new RandomAffine(181, 1, 1, 0, 0)).hasMessageContaining("degrees");
    assertThatThrownBy(() -> new RandomAffine(0, 0, 1, 0, 0)).hasMessageContaining("minScale");
    assertThatThrownBy(() -> new RandomAffine(0, 1, 0.5, 0, 0)).hasMessageContaining("maxScale");
    assertThatThrownBy(() -> new RandomAffine(0, 1, 1, 90, 0)).hasMessageContaining("shear");
    assertThatThrownBy(() -> new RandomAffine(0, 1, 1, 0, Double.NaN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("translation: expected 0 or more, got NaN");
  }
}
