package org.capsnet.data.detection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

class BoxTest {

  @Test
  void cornersAndCentreAreTwoWaysToSayOneBox() {
    Box box = Box.ofCorners(0.25, 0.5, 0.75, 0.625);
    assertThat(box).isEqualTo(new Box(0.5, 0.5625, 0.5, 0.125));
    assertThat(new double[] {box.left(), box.top(), box.right(), box.bottom(), box.area()})
        .containsExactly(0.25, 0.5, 0.75, 0.625, 0.0625);
  }

  /** Two squares of 2 by 2 that share one unit of the 7 they cover. */
  @Test
  void intersectionOverUnionByHand() {
    Box first = Box.ofCorners(0, 0, 0.5, 0.5);
    Box second = Box.ofCorners(0.25, 0.25, 0.75, 0.75);
    assertThat(first.intersection(second)).isEqualTo(0.0625);
    assertThat(first.intersectionOverUnion(second)).isCloseTo(1 / 7.0, within(1e-15));
    assertThat(first.intersectionOverUnion(first)).isEqualTo(1);
    assertThat(first.intersectionOverUnion(Box.IMAGE)).isEqualTo(0.25);
    assertThat(first.intersectionOverUnion(Box.ofCorners(0.5, 0, 1, 0.5))).isZero();
    assertThat(first.intersectionOverUnion(Box.ofCorners(0.75, 0, 1, 0.5))).isZero();
    Box point = new Box(0.25, 0.25, 0, 0);
    assertThat(point.intersectionOverUnion(point)).isZero();
    assertThat(point.intersectionOverUnion(first)).isZero();
  }

  @Property(tries = 200, seed = "1")
  void intersectionOverUnionIsSymmetricAndAtMostOne(
      @ForAll @DoubleRange(min = -1, max = 1) double left,
      @ForAll @DoubleRange(min = -1, max = 1) double top,
      @ForAll @DoubleRange(min = 0, max = 2) double width,
      @ForAll @DoubleRange(min = 0, max = 2) double height) {
    Box box = Box.ofCorners(left, top, left + width, top + height);
    double ratio = box.intersectionOverUnion(Box.IMAGE);
    assertThat(ratio).isBetween(0.0, 1 + 1e-12).isEqualTo(Box.IMAGE.intersectionOverUnion(box));
    assertThat(box.clipped().area()).isCloseTo(box.intersection(Box.IMAGE), within(1e-12));
  }

  @Test
  void clippingKeepsWhatLiesInTheImage() {
    assertThat(Box.ofCorners(-0.5, 0.25, 0.5, 1.5).clipped())
        .isEqualTo(Box.ofCorners(0, 0.25, 0.5, 1));
    assertThat(Box.ofCorners(-0.5, 0.25, -0.25, 0.5).clipped().area()).isZero();
  }

  @Test
  void refusesWhatIsNoBox() {
    assertThatThrownBy(() -> new Box(0.5, Double.NaN, 0.1, 0.1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("centre: expected finite numbers, got (0.5, NaN)");
    assertThatThrownBy(() -> new Box(0.5, 0.5, -0.1, 0.2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("width and height: expected 0 or more, got -0.1, 0.2");
    assertThatThrownBy(() -> Box.ofCorners(0.5, 0, 0.25, 1)).hasMessageContaining("got -0.25, 1.0");
    assertThatThrownBy(() -> new Box(0.5, 0.5, Double.POSITIVE_INFINITY, 0.2))
        .hasMessageContaining("got Infinity");
  }
}
