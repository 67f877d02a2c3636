package org.capsnet.data.digits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.capsnet.data.picture.ByteImage;
import org.junit.jupiter.api.Test;

class DigitFrameTest {

  /** White where a rectangle is, dark elsewhere. */
  private static ByteImage rectangle(int side, int top, int left, int height, int width) {
    byte[] pixels = new byte[side * side];
    for (int i = 0; i < pixels.length; i++) {
      int y = i / side - top;
      int x = i % side - left;
      pixels[i] = (byte) (y >= 0 && y < height && x >= 0 && x < width ? 255 : 0);
    }
    return new ByteImage(pixels, 1, side, side);
  }

  @Test
  void theLongerSideFillsTheBoxAndTheMiddleIsTheMiddle() {
    ByteImage framed = DigitFrame.MNIST.of(rectangle(100, 3, 60, 80, 40));
    assertThat(framed).isEqualTo(rectangle(28, 4, 9, 20, 10));
    assertThat(DigitFrame.MNIST.of(rectangle(100, 3, 60, 8, 4))).isEqualTo(framed);
    assertThat(DigitFrame.MNIST.of(rectangle(10, 0, 0, 10, 1)))
        .isEqualTo(rectangle(28, 4, 13, 20, 2));
  }

  @Test
  void theCentreOfMassIsInTheMiddleNotThatOfTheBox() {
    byte[] heavyLeft = rectangle(40, 0, 0, 40, 40).bytes();
    for (int i = 0; i < heavyLeft.length; i++) {
      if (i % 40 >= 10) {
        heavyLeft[i] = 40;
      }
    }
    ByteImage framed = DigitFrame.MNIST.of(new ByteImage(heavyLeft, 1, 40, 40));
    double mass = 0;
    double x = 0;
    for (int i = 0; i < 28 * 28; i++) {
      int value = framed.get(0, i / 28, i % 28);
      mass += value;
      x += value * (i % 28 + 0.5);
    }
    assertThat(x / mass).isCloseTo(14, within(0.5));
    assertThat(framed.get(0, 14, 8)).isGreaterThan(200);
    assertThat(framed.get(0, 14, 27)).isPositive();
  }

  /** Its centre of mass cannot be in the middle without a part of it outside. */
  @Test
  void nothingIsCutOff() {
    byte[] corner = rectangle(28, 0, 0, 28, 28).bytes();
    Arrays.fill(corner, (byte) 60);
    corner[0] = (byte) 255;
    ByteImage digit = new ByteImage(corner, 1, 28, 28);
    assertThat(DigitFrame.MNIST.centred(digit)).isEqualTo(digit);
  }

  @Test
  void nothingIsNothing() {
    ByteImage dark = new ByteImage(new byte[28 * 28], 1, 28, 28);
    assertThat(DigitFrame.MNIST.of(rectangle(50, 0, 0, 0, 0))).isEqualTo(dark);
    assertThat(DigitFrame.MNIST.centred(rectangle(50, 0, 0, 0, 0))).isEqualTo(dark);
  }

  @Test
  void otherSizesHaveTheSameShare() {
    assertThat(DigitFrame.like(28, 28)).isEqualTo(DigitFrame.MNIST);
    assertThat(DigitFrame.like(56, 70)).isEqualTo(new DigitFrame(56, 70, 40));
    assertThat(DigitFrame.like(1, 1)).isEqualTo(new DigitFrame(1, 1, 1));
    ByteImage framed = new DigitFrame(10, 20, 8).of(rectangle(30, 0, 0, 15, 15));
    assertThat(framed.shape()).containsExactly(1, 10, 20);
    assertThat(framed.get(0, 1, 6)).isEqualTo(255);
  }

  @Test
  void whatDoesNotFitIsRefused() {
    assertThatThrownBy(() -> new DigitFrame(28, 20, 21))
        .hasMessage("box: expected 1 to 20, got 21");
    assertThatThrownBy(() -> new DigitFrame(0, 20, 1)).hasMessageContaining("height and width");
    assertThatThrownBy(() -> DigitFrame.MNIST.centred(rectangle(30, 0, 0, 29, 2)))
        .hasMessage("digit: expected at most 28 × 28 pixels, got 29 × 2");
    ByteImage colours = new ByteImage(new byte[3], 3, 1, 1);
    assertThatThrownBy(() -> DigitFrame.MNIST.of(colours))
        .hasMessage("channels: expected 1, got 3");
    assertThatThrownBy(() -> DigitFrame.MNIST.centred(colours))
        .hasMessage("channels: expected 1, got 3");
  }
}
