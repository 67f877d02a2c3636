package org.capsnet.data.detection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.capsnet.data.LabeledImages;
import org.junit.jupiter.api.Test;

class DigitScenesTest {

  /** Three classes of 12 by 12: a bar, a frame and a block with grey blur about them. */
  private static LabeledImages digits() {
    byte[] pixels = new byte[3 * 144];
    for (int i = 0; i < 144; i++) {
      int y = i / 12;
      int x = i % 12;
      boolean inside = y > 1 && y < 10 && x > 2 && x < 9;
      boolean frame = inside && (y < 4 || y > 7 || x < 5 || x > 6);
      pixels[i] = (byte) (y > 1 && y < 10 && (x == 5 || x == 6) ? 255 : 20);
      pixels[144 + i] = (byte) (frame ? 255 : 0);
      pixels[288 + i] = (byte) (inside ? 255 : 40);
    }
    return new LabeledImages(pixels, 1, 12, 12, new int[] {0, 1, 2}, List.of("0", "1", "2"));
  }

  private static DigitScenes.Settings settings(int fragments, double maxCovered) {
    return new DigitScenes.Settings(80, 4, 14, 40, fragments, maxCovered);
  }

  private static final int SCENES = 300;

  @Test
  void aNumberGivesOneSceneAndAnotherAnother() {
    DigitScenes scenes = new DigitScenes(digits(), 4);
    DetectionSample scene = scenes.apply(17);
    assertThat(new DigitScenes(digits(), 4).apply(17)).isEqualTo(scene);
    assertThat(scenes.apply(18)).isNotEqualTo(scene);
    assertThat(new DigitScenes(digits(), 5).apply(17)).isNotEqualTo(scene);
    assertThat(scenes.apply(1L << 40).image().shape()).containsExactly(1, 80, 80);
  }

  @Test
  void digitsAreDistinctOfManySizesAndNoneIsCoveredTooMuch() {
    DigitScenes scenes = new DigitScenes(digits(), 1, settings(8, 0.5));
    int[] counts = new int[5];
    int[] classes = new int[3];
    double longest = 0;
    double shortest = 1;
    for (int i = 0; i < SCENES; i++) {
      List<LabeledBox> objects = scenes.apply(i).objects();
      counts[objects.size()]++;
      assertThat(objects.stream().map(LabeledBox::label)).doesNotHaveDuplicates();
      for (LabeledBox object : objects) {
        classes[object.label()]++;
        Box box = object.box();
        assertThat(box.clipped().area()).isCloseTo(box.area(), within(1e-12));
        for (LabeledBox other : objects) {
          if (other.label() != object.label()) {
            assertThat(box.intersection(other.box())).isLessThanOrEqualTo(0.5001 * box.area());
          }
        }
        double side = Math.max(box.width(), box.height());
        longest = Math.max(longest, side);
        shortest = Math.min(shortest, side);
      }
    }
    assertThat(counts[0]).isZero();
    assertThat(counts[4]).isZero(); // there are only three classes
    assertThat(counts[1]).isBetween(60, 140);
    assertThat(counts[2]).isBetween(60, 140);
    assertThat(counts[3]).isBetween(60, 140);
    assertThat(IntStream.of(classes).min().getAsInt()).isGreaterThan(150);
    assertThat(shortest).isBetween(12 / 80.0, 15 / 80.0);
    assertThat(longest).isBetween(38 / 80.0, 41 / 80.0);
  }

  /** Alone on the canvas, the box is the one about all ink. */
  @Test
  void boxesAreTightAboutTheInk() {
    DigitScenes.Settings alone = new DigitScenes.Settings(80, 1, 14, 40, 0, 0.5);
    DigitScenes scenes = new DigitScenes(digits(), 2, alone);
    for (int i = 0; i < 50; i++) {
      DetectionSample scene = scenes.apply(i);
      assertThat(scene.objects()).hasSize(1);
      Box box = scene.objects().get(0).box();
      for (int y = 0; y < 80; y++) {
        for (int x = 0; x < 80; x++) {
          if (scene.image().get(0, y, x) >= DigitScenes.INK) {
            assertThat((x + 0.5) / 80).isBetween(box.left(), box.right());
            assertThat((y + 0.5) / 80).isBetween(box.top(), box.bottom());
          }
        }
      }
      assertThat(hasInk(scene, rows(box.top(), 0), columns(box))).isTrue();
      assertThat(hasInk(scene, rows(box.bottom(), -1), columns(box))).isTrue();
      assertThat(hasInk(scene, rows(box), rows(box.left(), 0))).isTrue();
      assertThat(hasInk(scene, rows(box), rows(box.right(), -1))).isTrue();
    }
  }

  private static int pixel(double edge) {
    return (int) Math.round(edge);
  }

  private static int[] rows(double edge, int offset) {
    return new int[] {pixel(80 * edge) + offset};
  }

  private static int[] rows(Box box) {
    return IntStream.range(pixel(80 * box.top()), pixel(80 * box.bottom())).toArray();
  }

  private static int[] columns(Box box) {
    return IntStream.range(pixel(80 * box.left()), pixel(80 * box.right())).toArray();
  }

  private static boolean hasInk(DetectionSample scene, int[] rows, int[] columns) {
    return IntStream.of(rows)
        .anyMatch(
            y ->
                IntStream.of(columns).anyMatch(x -> scene.image().get(0, y, x) >= DigitScenes.INK));
  }

  @Test
  void clutterLiesAboutOutsideTheBoxes() {
    int[] lit = new int[2];
    for (int with = 0; with < 2; with++) {
      DigitScenes scenes = new DigitScenes(digits(), 3, settings(8 * with, 0.5));
      for (int i = 0; i < 20; i++) {
        lit[with] += litOutside(scenes.apply(i));
      }
    }
    assertThat(lit[0]).isZero();
    assertThat(lit[1]).isGreaterThan(20 * 100);
  }

  private static int litOutside(DetectionSample scene) {
    int lit = 0;
    for (int i = 0; i < 6400; i++) {
      int y = i / 80;
      int x = i % 80;
      Box pixel = new Box((x + 0.5) / 80, (y + 0.5) / 80, 0.001, 0.001);
      boolean inBox = scene.objects().stream().anyMatch(o -> o.box().intersection(pixel) > 0);
      lit += !inBox && scene.image().get(0, y, x) >= DigitScenes.INK ? 1 : 0;
    }
    return lit;
  }

  @Test
  void refusesWhatMakesNoScene() {
    LabeledImages colour = new LabeledImages(new byte[3], 3, 1, 1, new int[1], List.of("only"));
    assertThatThrownBy(() -> new DigitScenes(colour, 0))
        .hasMessageStartingWith("digits: expected grey images, got");
    assertThatThrownBy(() -> new DigitScenes.Settings(30, 4, 14, 40, 8, 0.5))
        .hasMessage("sizes: expected 4 ≤ minSize ≤ maxSize ≤ canvas, got 14, 40, 30");
    assertThatThrownBy(() -> new DigitScenes.Settings(80, 0, 14, 40, 8, 0.5))
        .hasMessageContaining("got 0, 8");
    assertThatThrownBy(() -> settings(8, 1.5)).hasMessage("maxCovered: expected 0 to 1, got 1.5");
  }
}
