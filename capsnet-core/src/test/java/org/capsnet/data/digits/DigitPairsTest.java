package org.capsnet.data.digits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.capsnet.data.Augmentation;
import org.capsnet.data.LabeledImages;
import org.capsnet.data.SampleIterator;
import org.capsnet.data.SampleSource;
import org.capsnet.data.picture.ByteImage;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

class DigitPairsTest {

  private static final List<String> NAMES = List.of("a", "b", "c", "none");

  /** Five images of 2×3 whose pixels say which they are; classes 0, 0, 2, 1, 1, and 3 has none. */
  private static LabeledImages digits() {
    byte[] pixels = new byte[30];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (40 * (i / 6 + 1) + i % 6);
    }
    return new LabeledImages(pixels, 1, 2, 3, new int[] {0, 0, 2, 1, 1}, NAMES);
  }

  /** Which of the images it is, and where it lies: [number, top, left]. */
  private static List<Integer> found(ByteImage drawing) {
    for (int i = 0; i < 5; i++) {
      for (int top = 0; top < drawing.height() - 1; top++) {
        for (int left = 0; left < drawing.width() - 2; left++) {
          ByteImage placed =
              digits().byteImage(i).placed(top, left, drawing.height(), drawing.width());
          if (drawing.equals(placed)) {
            return List.of(i, top, left);
          }
        }
      }
    }
    throw new AssertionError("none of the digits, moved");
  }

  @Test
  void theImageIsTheSumOfBothUpTo255() {
    ByteImage first = new ByteImage(new byte[] {0, 100, (byte) 200, (byte) 255}, 1, 2, 2);
    ByteImage second = new ByteImage(new byte[] {7, 100, 56, 1}, 1, 2, 2);
    DigitPair pair = new DigitPair(first, 3, second, 1);
    assertThat(pair.image().bytes())
        .containsExactly(new byte[] {7, (byte) 200, (byte) 255, (byte) 255});
    DigitPair flipped = pair.flippedHorizontally();
    assertThat(flipped.image()).isEqualTo(pair.image().flippedHorizontally());
    assertThat(flipped.second().bytes()).containsExactly(100, 7, 1, 56);
    assertThat(pair.flippedVertically().first()).isEqualTo(first.flippedVertically());
    assertThat(pair.resized(1, 1).first().get(0, 0, 0)).isEqualTo(139);
  }

  @Test
  void eachDigitInTurnMeetsOneOfAnotherClassAndBothAreMoved() {
    DigitPairs pairs = new DigitPairs(digits(), 1, 5);
    int[][] met = new int[5][5];
    Set<List<Integer>> places = new HashSet<>();
    for (int n = 0; n < 3000; n++) {
      DigitPair pair = pairs.apply(n);
      List<Integer> first = found(pair.first());
      List<Integer> second = found(pair.second());
      assertThat(first.get(0)).isEqualTo(n % 5);
      assertThat(pair.firstLabel()).isEqualTo(digits().label(first.get(0)));
      assertThat(pair.secondLabel()).isEqualTo(digits().label(second.get(0)));
      met[first.get(0)][second.get(0)]++;
      places.add(List.of(first.get(1), first.get(2), second.get(1), second.get(2)));
      assertThat(pair.image().shape()).containsExactly(1, 4, 5);
    }
    assertThat(places).hasSize(81); // each of nine places with each of nine
    int[][] expected = {
      {0, 0, 200, 200, 200},
      {0, 0, 200, 200, 200},
      {150, 150, 0, 150, 150},
      {200, 200, 200, 0, 0},
      {200, 200, 200, 0, 0}
    };
    for (int i = 0; i < 25; i++) {
      int number = expected[i / 5][i % 5];
      assertThat(met[i / 5][i % 5]).isCloseTo(number, within(number / 4));
    }
  }

  @Test
  void aNumberGivesOnePair() {
    DigitPairs pairs = new DigitPairs(digits(), 4, 1);
    assertThat(new DigitPairs(digits(), 4, 1).apply(77)).isEqualTo(pairs.apply(77));
    assertThat(new DigitPairs(digits(), 4, 2).apply(77)).isNotEqualTo(pairs.apply(77));
    assertThat(pairs.apply(82)).isNotEqualTo(pairs.apply(77)); // the same first digit
    assertThat(found(pairs.apply(60_000_000_002L).first()).get(0)).isEqualTo(2);
    assertThat(found(pairs.apply(-1).first()).get(0)).isEqualTo(4);
    DigitPair still = new DigitPairs(digits(), 0, 1).apply(3);
    assertThat(still.first()).isEqualTo(digits().byteImage(3));
  }

  /** Each by itself, before it is moved, and the drawing is of the digit as it is then. */
  @Test
  void digitsMayBeChangedAtRandom() {
    Augmentation paler =
        (image, channels, height, width, random) -> {
          assertThat(List.of(channels, height, width)).containsExactly(1, 2, 3);
          float share = 0.25f + 0.5f * random.nextFloat();
          for (int i = 0; i < image.length; i++) {
            image[i] *= share;
          }
        };
    DigitPairs plain = new DigitPairs(digits(), 1, 5);
    DigitPairs changed = plain.changed(paler);
    Set<Double> shares = new HashSet<>();
    for (int n = 0; n < 20; n++) {
      DigitPair pair = changed.apply(n);
      assertThat(pair).isEqualTo(plain.changed(paler).apply(n));
      assertThat(pair.firstLabel()).isEqualTo(plain.apply(n).firstLabel());
      assertThat(pair.image().shape()).containsExactly(1, 4, 5);
      double before = sum(digits().byteImage(n % 5));
      double first = sum(pair.first()) / before;
      assertThat(first).isBetween(0.24, 0.76);
      shares.add(first);
      shares.add(sum(pair.second()));
    }
    assertThat(shares).hasSizeGreaterThan(35);
    assertThat(plain.apply(3)).isEqualTo(new DigitPairs(digits(), 1, 5).apply(3)); // as it was
    assertThat(changed.labels()).isEqualTo(plain.labels());
  }

  private static double sum(ByteImage image) {
    double sum = 0;
    for (byte pixel : image.bytes()) {
      sum += pixel & 0xFF;
    }
    return sum;
  }

  @Test
  void batchesHaveBothClassesAndBothDrawings() {
    DigitPairs pairs = new DigitPairs(digits(), 1, 3);
    SampleIterator<DigitPair> batches =
        SampleIterator.builder(SampleSource.endless(pairs, 5), pairs.labels(), 5).build();
    batches.next();
    batches.reset();
    DataSet second = batches.next();
    INDArray labels = second.getLabels();
    assertThat(labels.shape()).containsExactly(5, 2, 4 + 20);
    PairLabels layout = pairs.labels();
    assertThat(layout).isEqualTo(new PairLabels(NAMES, 4, 5));
    for (int i = 0; i < 5; i++) {
      DigitPair pair = pairs.apply(5 + i);
      assertThat(second.getFeatures().slice(i)).isEqualTo(pair.image().toArray());
      for (int c = 0; c < 4; c++) {
        assertThat(layout.digit(labels, 0).getInt(i, c)).isEqualTo(c == pair.firstLabel() ? 1 : 0);
        assertThat(layout.digit(labels, 1).getInt(i, c)).isEqualTo(c == pair.secondLabel() ? 1 : 0);
        boolean there = c == pair.firstLabel() || c == pair.secondLabel();
        assertThat(layout.present(labels).getInt(i, c)).isEqualTo(there ? 1 : 0);
      }
      assertThat(layout.drawing(labels, 0).shape()).containsExactly(5, 1, 4, 5);
      assertThat(layout.drawing(labels, 0).slice(i)).isEqualTo(pair.first().toArray());
      assertThat(layout.drawing(labels, 1).slice(i)).isEqualTo(pair.second().toArray());
    }
    assertThat(batches.getLabels()).isEqualTo(NAMES);
  }

  @Test
  void refusesWhatMakesNoPairs() {
    LabeledImages one = digits().subset(0, 1);
    assertThatThrownBy(() -> new DigitPairs(one, 4, 0))
        .hasMessageStartingWith(
            "digits: expected grey images of two classes or more, got 2 images");
    LabeledImages colour =
        new LabeledImages(new byte[6], 3, 1, 1, new int[] {0, 1}, List.of("a", "b"));
    assertThatThrownBy(() -> new DigitPairs(colour, 4, 0)).hasMessageContaining("got 2 images [3");
    assertThatThrownBy(() -> new DigitPairs(digits(), -1, 0))
        .hasMessage("shift: expected 0 to 16384, got -1");
    assertThatThrownBy(() -> new DigitPairs(digits(), 1 << 30, 0))
        .hasMessage("shift: expected 0 to 16384, got 1073741824");
    ByteImage dot = new ByteImage(new byte[1], 1, 1, 1);
    assertThatThrownBy(() -> new DigitPair(dot, 1, dot, 1))
        .hasMessage("labels: expected two different numbers from 0, got 1 and 1");
    assertThatThrownBy(() -> new DigitPair(dot, 1, dot.placed(0, 0, 1, 2), 2))
        .hasMessageStartingWith("digits: expected two grey images of one size, got ");
    DigitPair pair = new DigitPair(dot, 0, dot, 4);
    assertThatThrownBy(() -> new PairLabels(NAMES, 1, 1).encode(pair, new float[10]))
        .hasMessage("label: expected 0 to 3, got 4");
    assertThatThrownBy(() -> new PairLabels(NAMES, 1, 2).encode(pair, new float[12]))
        .hasMessage("drawing: expected 1 × 2 pixels, got 1 × 1");
    assertThatThrownBy(() -> new PairLabels(List.of("a"), 1, 2))
        .hasMessage("classNames: expected two or more, got [a]");
  }
}
