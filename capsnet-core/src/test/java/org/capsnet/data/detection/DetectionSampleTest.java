package org.capsnet.data.detection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.capsnet.data.RandomFlip;
import org.capsnet.data.SampleTransform;
import org.capsnet.data.picture.ByteImage;
import org.junit.jupiter.api.Test;

class DetectionSampleTest {

  private static final int HEIGHT = 24;
  private static final int WIDTH = 32;

  /** A sample of one white rectangle on black. */
  private static DetectionSample rectangle(int left, int top, int right, int bottom) {
    byte[] pixels = new byte[HEIGHT * WIDTH];
    for (int y = top; y < bottom; y++) {
      for (int x = left; x < right; x++) {
        pixels[y * WIDTH + x] = (byte) 255;
      }
    }
    return new DetectionSample(
        new ByteImage(pixels, 1, HEIGHT, WIDTH),
        List.of(new LabeledBox(2, pixelBox(left, top, right, bottom, WIDTH, HEIGHT), true)));
  }

  private static Box pixelBox(
      double left, double top, double right, double bottom, double width, double height) {
    return Box.ofCorners(left / width, top / height, right / width, bottom / height);
  }

  private static DetectionSample random(Random random) {
    int left = random.nextInt(WIDTH - 3);
    int top = random.nextInt(HEIGHT - 3);
    return rectangle(
        left,
        top,
        left + 3 + random.nextInt(WIDTH - left - 2),
        top + 3 + random.nextInt(HEIGHT - top - 2));
  }

  /** The box about all that is more than half white, found in the pixels. */
  private static Optional<Box> found(ByteImage image) {
    int left = Integer.MAX_VALUE;
    int top = Integer.MAX_VALUE;
    int right = -1;
    int bottom = -1;
    for (int y = 0; y < image.height(); y++) {
      for (int x = 0; x < image.width(); x++) {
        if (image.get(0, y, x) > 127) {
          left = Math.min(left, x);
          right = Math.max(right, x + 1);
          top = Math.min(top, y);
          bottom = Math.max(bottom, y + 1);
        }
      }
    }
    return right < 0
        ? Optional.empty()
        : Optional.of(pixelBox(left, top, right, bottom, image.width(), image.height()));
  }

  private static void assertClose(Box box, Box expected, double dx, double dy) {
    assertThat(box.left()).isCloseTo(expected.left(), within(dx));
    assertThat(box.right()).isCloseTo(expected.right(), within(dx));
    assertThat(box.top()).isCloseTo(expected.top(), within(dy));
    assertThat(box.bottom()).isCloseTo(expected.bottom(), within(dy));
  }

  @Test
  void flipsAndACropByHand() {
    DetectionSample sample = rectangle(4, 6, 16, 12);
    assertThat(sample.flippedHorizontally().objects())
        .containsExactly(new LabeledBox(2, pixelBox(16, 6, 28, 12, WIDTH, HEIGHT), true));
    assertThat(sample.flippedVertically().objects())
        .containsExactly(new LabeledBox(2, pixelBox(4, 12, 16, 18, WIDTH, HEIGHT), true));
    DetectionSample cut = sample.cropped(8, 8, 8, 16, 0.4);
    assertThat(cut.image().shape()).containsExactly(1, 8, 16);
    assertThat(cut.objects()).hasSize(1);
    assertClose(cut.objects().get(0).box(), pixelBox(0, 0, 8, 4, 16, 8), 1e-12, 1e-12);
    // 8 of 12 columns and 4 of 6 rows are left: 4/9 of the box.
    assertThat(sample.cropped(8, 8, 8, 16, 0.45).objects()).isEmpty();
    assertThat(sample.cropped(12, 0, 8, 16, 1e-9).objects()).isEmpty();
    assertThat(sample.cropped(6, 4, 6, 12, 1).objects()).hasSize(1);
  }

  @Property(tries = 100, seed = "1")
  void boxesStayOnWhatTheyMark(@ForAll long seed) {
    Random random = new Random(seed);
    DetectionSample sample = random(random);
    SampleTransform<DetectionSample> flip = new RandomFlip<>(0.5, 0.5);
    DetectionSample flipped = flip.apply(sample, random);
    assertClose(flipped.objects().get(0).box(), found(flipped.image()).get(), 1e-9, 1e-9);
    DetectionSample twice = flipped.flippedHorizontally().flippedHorizontally();
    assertThat(twice.image()).isEqualTo(flipped.image());
    assertClose(twice.objects().get(0).box(), flipped.objects().get(0).box(), 1e-12, 1e-12);

    DetectionSample cropped = new RandomCrop(0.4, 1e-6).apply(sample, random);
    assertThat(cropped.image().shape()).containsExactly(1, HEIGHT, WIDTH);
    for (LabeledBox object : cropped.objects()) {
      assertThat(object.difficult()).isTrue();
      assertThat(object.label()).isEqualTo(2);
      // Stretching moves an edge by no more than a pixel.
      assertClose(object.box(), found(cropped.image()).orElseThrow(), 1.0 / WIDTH, 1.0 / HEIGHT);
    }
    if (cropped.objects().isEmpty()) {
      assertThat(found(cropped.image())).isEmpty();
    }
  }

  /** A share of no area is no number. */
  @Test
  void anObjectWithoutAreaIsNotLostInACrop() {
    LabeledBox point = new LabeledBox(0, new Box(0.5, 0.5, 0, 0), false);
    DetectionSample sample =
        new DetectionSample(rectangle(0, 0, WIDTH, HEIGHT).image(), List.of(point));
    assertThat(sample.cropped(4, 8, HEIGHT - 8, WIDTH - 16, 1).objects()).containsExactly(point);
    assertThat(sample.cropped(0, 0, 4, 4, 0.1).objects()).isEmpty();
  }

  @Test
  void cropsComeEverywhereAndOfEverySize() {
    DetectionSample sample = rectangle(0, 0, WIDTH, HEIGHT);
    Random random = new Random(1);
    RandomCrop crop = new RandomCrop(0.5, 0.1);
    for (int i = 0; i < 20; i++) {
      DetectionSample cut = crop.apply(sample, random);
      assertClose(cut.objects().get(0).box(), Box.IMAGE, 1e-9, 1e-9);
    }
    DetectionSample corner = rectangle(0, 0, 3, 3);
    int kept = 0;
    for (int i = 0; i < 1000; i++) {
      kept += crop.apply(corner, random).objects().size();
    }
    assertThat(kept).isBetween(100, 600);
  }

  @Test
  void resizingKeepsShares() {
    DetectionSample sample = rectangle(8, 6, 16, 12).resized(48, 16);
    assertThat(sample.image().shape()).containsExactly(1, 48, 16);
    assertThat(sample.objects().get(0).box()).isEqualTo(Box.ofCorners(0.25, 0.25, 0.5, 0.5));
    assertClose(sample.objects().get(0).box(), found(sample.image()).get(), 1e-9, 1e-9);
  }

  @Test
  void refusesWhatMakesNoSense() {
    DetectionSample sample = rectangle(0, 0, 4, 4);
    assertThatThrownBy(() -> sample.cropped(0, 0, 4, 4, 0))
        .hasMessage("minVisible: expected above 0 to 1, got 0.0");
    assertThatThrownBy(() -> sample.cropped(20, 0, 5, 4, 1))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> new RandomCrop(1.2, 0.5))
        .hasMessage("minScale: expected above 0 to 1, got 1.2");
    assertThatThrownBy(() -> new LabeledBox(-1, Box.IMAGE, false))
        .hasMessage("label: expected 0 or more, got -1");
  }
}
