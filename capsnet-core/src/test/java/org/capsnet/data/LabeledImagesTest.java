package org.capsnet.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.capsnet.data.picture.ByteImage;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class LabeledImagesTest {

  private static final List<String> AB = List.of("a", "b");

  @Test
  void saysWhatItHolds() {
    LabeledImages images =
        new LabeledImages(new byte[] {0, 51, (byte) 255, 5, 6, 7}, 1, 1, 3, new int[] {1, 0}, AB);
    assertThat(images.count()).isEqualTo(2);
    assertThat(images.label(0)).isEqualTo(1);
    assertThat(images.classNames()).isEqualTo(AB);
    assertThat(images.classCounts()).containsExactly(1, 1);
    assertThat(images).hasToString("2 images [1, 1, 3], classes [a, b]");
    INDArray image = images.image(0);
    assertThat(image.shape()).containsExactly(1, 1, 3);
    assertThat(image.reshape(3).toFloatVector()).containsExactly(0, 0.2f, 1);
  }

  @Test
  void refusesSizesThatDoNotFit() {
    assertThatThrownBy(() -> new LabeledImages(new byte[7], 1, 2, 2, new int[] {0, 1}, AB))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("pixels: expected [2, 1, 2, 2] = 8 bytes, got 7");
    assertThatThrownBy(() -> new LabeledImages(new byte[0], 1, 0, 2, new int[0], AB))
        .hasMessage("channels, height and width: expected 1 or more, got 1, 0, 2");
  }

  @Test
  void refusesLabelsWithoutAClass() {
    assertThatThrownBy(() -> new LabeledImages(new byte[2], 1, 1, 1, new int[] {0, 2}, AB))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("label of image 1: expected 0 to 1, got 2");
    assertThatThrownBy(() -> new LabeledImages(new byte[1], 1, 1, 1, new int[] {-1}, AB))
        .hasMessage("label of image 0: expected 0 to 1, got -1");
  }

  @Test
  void onACanvasEachImageIsInTheMiddle() {
    LabeledImages images =
        new LabeledImages(new byte[] {1, 2, 3, 4, 5, 6}, 1, 1, 3, new int[] {1, 0}, AB);
    LabeledImages larger = images.onCanvas(4, 4);
    assertThat(larger).hasToString("2 images [1, 4, 4], classes [a, b]");
    assertThat(larger.label(0)).isEqualTo(1);
    assertThat(larger.byteImage(1).bytes())
        .containsExactly(0, 0, 0, 0, 4, 5, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    assertThat(larger.byteImage(0)).isEqualTo(images.byteImage(0).placed(1, 0, 4, 4));
    assertThatThrownBy(() -> images.onCanvas(1, 2)).isInstanceOf(IndexOutOfBoundsException.class);
    int count = 100_000;
    LabeledImages many = new LabeledImages(new byte[count], 1, 1, 1, new int[count], AB);
    assertThatThrownBy(() -> many.onCanvas(160, 160))
        .hasMessage("images: 100000 of image [1, 160, 160] are more than an array holds");
    assertThat(images.take(0).onCanvas(5, 5).count()).isZero();
    assertThatThrownBy(() -> images.withImages(i -> images.byteImage(i).cropped(0, i, 1, 2 - i)))
        .hasMessage("image 1: expected one as the first, image [1, 1, 2], got image [1, 1, 1]");
  }

  /** Translated MNIST: with shifts of up to the margin an image lies anywhere and is never cut. */
  @Test
  void shiftsOnACanvasLoseNothing() {
    LabeledImages images = Pictures.random(30, 1, 3, 3, 2).onCanvas(7, 7);
    ImageIterator moved =
        ImageIterator.builder(images, 30).augment(new RandomShift(2)).seed(3).build();
    INDArray batch = moved.next().getFeatures();
    Set<String> places = new HashSet<>();
    for (int i = 0; i < 30; i++) {
      ByteImage image = ByteImage.of(batch.slice(i).dup('c').data().asFloat(), 1, 7, 7);
      ByteImage drawing = images.byteImage(i).cropped(2, 2, 3, 3);
      for (int place = 0; place < 25; place++) {
        if (image.equals(drawing.placed(place / 5, place % 5, 7, 7))) {
          places.add(i + " at " + place);
        }
      }
    }
    assertThat(places).hasSize(30);
    assertThat(places.stream().map(place -> place.replaceAll(".* ", "")).distinct().count())
        .isGreaterThan(12);
  }

  @Test
  void takesTheFirst() {
    LabeledImages images = Pictures.random(10, 2, 3, 4, 3);
    LabeledImages taken = images.take(4);
    assertThat(taken.count()).isEqualTo(4);
    assertThat(taken.image(3)).isEqualTo(images.image(3));
    assertThat(taken.label(3)).isEqualTo(images.label(3));
    assertThat(images.subset(7, 2).image(1)).isEqualTo(images.image(2));
    assertThatThrownBy(() -> images.take(11)).hasMessage("n: expected 0 to 10, got 11");
    assertThatThrownBy(() -> images.label(10)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Property(tries = 100, seed = "1")
  void aSplitIsStratifiedAndLosesNothing(
      @ForAll @IntRange(max = 200) int count,
      @ForAll @IntRange(min = 1, max = 7) int classes,
      @ForAll @DoubleRange(min = 0.01, max = 0.99) double fraction,
      @ForAll long seed) {
    byte[] pixels = new byte[count];
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      pixels[i] = (byte) i;
      labels[i] = i * i % classes;
    }
    List<String> names = Pictures.random(0, 1, 1, 1, classes).classNames();
    LabeledImages images = new LabeledImages(pixels, 1, 1, 1, labels, names);
    LabeledImages.Split split = images.split(fraction, seed);

    Map<Float, Integer> seen = new HashMap<>();
    for (LabeledImages part : List.of(split.first(), split.second())) {
      for (int i = 0; i < part.count(); i++) {
        seen.merge(part.image(i).getFloat(0), part.label(i), (a, b) -> -1);
      }
    }
    assertThat(seen).hasSize(count).doesNotContainValue(-1);
    int[] all = images.classCounts();
    int[] first = split.first().classCounts();
    for (int c = 0; c < classes; c++) {
      assertThat(Math.abs(first[c] - fraction * all[c])).isLessThanOrEqualTo(1);
      if (all[c] >= 2) {
        assertThat(first[c]).isBetween(1, all[c] - 1);
      }
    }
  }

  @Test
  void aSplitFollowsItsSeed() {
    LabeledImages images = Pictures.numbered(100);
    assertThat(firstPixels(images.split(0.5, 1).first()))
        .isEqualTo(firstPixels(images.split(0.5, 1).first()))
        .isNotEqualTo(firstPixels(images.split(0.5, 2).first()));
    assertThatThrownBy(() -> images.split(1, 0))
        .hasMessage("fraction: expected above 0 and below 1, got 1.0");
  }

  private static float[] firstPixels(LabeledImages images) {
    float[] pixels = new float[images.count()];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = images.image(i).getFloat(0);
    }
    return pixels;
  }

  @Test
  void amongMoreClassesTheLabelsAreThoseOfTheOthers() {
    LabeledImages images = new LabeledImages(new byte[] {1, 2}, 1, 1, 1, new int[] {1, 0}, AB);
    LabeledImages among = images.amongClasses(List.of("b", "c", "a"));
    assertThat(among.classNames()).containsExactly("b", "c", "a");
    assertThat(among.label(0)).isZero();
    assertThat(among.label(1)).isEqualTo(2);
    assertThat(among.byteImage(1).get(0, 0, 0)).isEqualTo(2);
    assertThatThrownBy(() -> images.amongClasses(List.of("b", "c")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("classes: expected some of [b, c], got [a]");
  }
}
