package org.capsnet.data.digits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.capsnet.data.LabeledImages;
import org.capsnet.data.picture.ByteImage;
import org.junit.jupiter.api.Test;

class AffineDigitsTest {

  /** An L: 5×5, a stroke down the second column and a foot to the right. */
  private static final ByteImage L =
      new ByteImage(
          new byte[] {
            0, 9, 0, 0, 0,
            0, 9, 0, 0, 0,
            0, 9, 0, 0, 0,
            0, 9, 8, 7, 0,
            0, 0, 0, 0, 0
          },
          1,
          5,
          5);

  private static LabeledImages repeated(ByteImage image, int count) {
    byte[] pixels = new byte[count * image.height() * image.width()];
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      System.arraycopy(image.bytes(), 0, pixels, i * image.bytes().length, image.bytes().length);
      labels[i] = i % 3;
    }
    return new LabeledImages(
        pixels, 1, image.height(), image.width(), labels, List.of("a", "b", "c"));
  }

  @Test
  void turnsSlantsAndStretchesByHand() {
    assertThat(AffineDigits.warp(5, 0, 0, 1, 1).bilinear(L)).isEqualTo(L);
    // A quarter turn clockwise, as y points down: the stroke lies along the second row.
    assertThat(AffineDigits.warp(5, Math.PI / 2, 0, 1, 1).nearest(L).bytes())
        .containsExactly(
            0, 0, 0, 0, 0, //
            0, 9, 9, 9, 9, //
            0, 8, 0, 0, 0, //
            0, 7, 0, 0, 0, //
            0, 0, 0, 0, 0);
    // Each row is moved to the right by one pixel for each row above the middle.
    assertThat(AffineDigits.warp(5, 0, 1, 1, 1).nearest(L).bytes())
        .containsExactly(
            0, 0, 0, 9, 0, //
            0, 0, 9, 0, 0, //
            0, 9, 0, 0, 0, //
            9, 8, 7, 0, 0, //
            0, 0, 0, 0, 0);
    // Twice as wide about the middle column, half as high about the middle row.
    assertThat(AffineDigits.warp(5, 0, 0, 2, 0.5).bilinear(L).bytes())
        .containsExactly(
            0, 0, 0, 0, 0, //
            9, 5, 0, 0, 0, //
            9, 5, 0, 0, 0, //
            0, 0, 0, 0, 0, //
            0, 0, 0, 0, 0);
  }

  @Test
  void unchangedDigitsLieAnywhereAllPlacesAlike() {
    int count = 3 * 1200;
    AffineDigits moved = new AffineDigits(6, 0, 0, 1, 1);
    LabeledImages images = moved.of(repeated(L, count), 5);
    ByteImage ink = L.trimmed(1).orElseThrow(); // 4 × 3
    int[] places = new int[3 * 4];
    for (int i = 0; i < count; i++) {
      ByteImage image = images.byteImage(i);
      for (int place = 0; place < places.length; place++) {
        places[place] += image.equals(ink.placed(place / 4, place % 4, 6, 6)) ? 1 : 0;
      }
      assertThat(images.label(i)).isEqualTo(i % 3);
    }
    assertThat(Arrays.stream(places).sum()).isEqualTo(count);
    for (int place : places) {
      assertThat(place).isCloseTo(300, within(80));
    }
    assertThat(images.classNames()).containsExactly("a", "b", "c");
  }

  /** A block of 10 by 10 keeps its ink, as far as its area is changed. */
  @Test
  void theChangesOfAffnistStayInTheirRanges() {
    byte[] block = new byte[100];
    Arrays.fill(block, (byte) 200);
    ByteImage square = new ByteImage(block, 1, 10, 10).placed(9, 9, 28, 28);
    LabeledImages images = AffineDigits.AFFNIST.of(repeated(square, 600), 1);
    assertThat(List.of(images.height(), images.width(), images.count()))
        .containsExactly(40, 40, 600);
    double least = 1e9;
    double most = 0;
    int widest = 0;
    for (int i = 0; i < 600; i++) {
      double sum = 0;
      for (byte pixel : images.byteImage(i).bytes()) {
        sum += (pixel & 0xFF) / 200.0;
      }
      least = Math.min(least, sum);
      most = Math.max(most, sum);
      widest = Math.max(widest, images.byteImage(i).trimmed(1).orElseThrow().width());
    }
    // The area is that of the square times both factors: shear and turns do not change it.
    assertThat(least).isBetween(62.0, 72.0);
    assertThat(most).isBetween(135.0, 146.0);
    // 10 wide and high, stretched by 1.2, slanted by 0.2 of the height and turned by 20 degrees.
    assertThat(widest).isBetween(16, 20);
  }

  @Test
  void aSeedGivesTheSameImages() {
    LabeledImages digits = repeated(L, 4);
    AffineDigits style = new AffineDigits(12, 30, 0.1, 0.9, 1.1);
    LabeledImages images = style.of(digits, 8);
    for (int i = 0; i < 4; i++) {
      assertThat(style.of(digits, 8).byteImage(i)).isEqualTo(images.byteImage(i));
      assertThat(style.of(digits, 9).byteImage(i)).isNotEqualTo(images.byteImage(i));
      assertThat(style.of(digits.take(i + 1), 8).byteImage(i)).isEqualTo(images.byteImage(i));
    }
  }

  @Test
  void anEmptyImageStaysEmptyAndWhatDoesNotFitIsRefused() {
    LabeledImages dark = repeated(new ByteImage(new byte[9], 1, 3, 3), 2);
    assertThat(AffineDigits.AFFNIST.of(dark, 1).byteImage(1).trimmed(1)).isEmpty();
    assertThatThrownBy(() -> new AffineDigits(3, 0, 0, 1, 1).of(repeated(L, 1), 1))
        .hasMessage("digit 0: expected at most 3 × 3 pixels when changed, got 4 × 3");
    assertThatThrownBy(() -> new AffineDigits(0, 0, 0, 1, 1))
        .hasMessage("side: expected 1 or more, got 0");
    assertThatThrownBy(() -> new AffineDigits(9, 181, 0, 1, 1))
        .hasMessage("degrees: expected 0 to 180, got 181.0");
    assertThatThrownBy(() -> new AffineDigits(9, 0, -1, 1, 1))
        .hasMessage("shear: expected 0 or more, got -1.0");
    assertThatThrownBy(() -> new AffineDigits(9, 0, 0, 0, 1))
        .hasMessage("minScale: expected above 0, got 0.0");
    assertThatThrownBy(() -> new AffineDigits(9, 0, 0, 1, 0.5))
        .hasMessage("maxScale: expected at least 1.0, got 0.5");
  }
}
