package org.capsnet.data.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.capsnet.data.ElasticDeformation;
import org.capsnet.data.LabeledImages;
import org.capsnet.data.Warp;
import org.capsnet.data.medical.SegmentationLabels;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ByteImageTest {

  /** 1 2 3 over 4 5 6. */
  private static final ByteImage SMALL = new ByteImage(new byte[] {1, 2, 3, 4, 5, 6}, 1, 2, 3);

  private static ByteImage random(int channels, int height, int width) {
    byte[] pixels = new byte[channels * height * width];
    new Random(height).nextBytes(pixels);
    return new ByteImage(pixels, channels, height, width);
  }

  @Test
  void turnsAndFlipsByHand() {
    assertThat(SMALL.flippedHorizontally().bytes()).containsExactly(3, 2, 1, 6, 5, 4);
    assertThat(SMALL.flippedVertically().bytes()).containsExactly(4, 5, 6, 1, 2, 3);
    ByteImage turned = SMALL.quarterTurned();
    assertThat(turned.shape()).containsExactly(1, 3, 2);
    assertThat(turned.bytes()).containsExactly(3, 6, 2, 5, 1, 4);
    assertThat(SMALL.cropped(0, 1, 2, 2).bytes()).containsExactly(2, 3, 5, 6);
  }

  @Test
  void placesAndTrimsByHand() {
    assertThat(SMALL.placed(1, 0, 3, 4).bytes())
        .containsExactly(0, 0, 0, 0, 1, 2, 3, 0, 4, 5, 6, 0);
    ByteImage deep = new ByteImage(new byte[] {0, 0, 0, 3, 0, 0, 0, 0, 0, 4, 0, 0}, 2, 2, 3);
    assertThat(deep.placed(0, 1, 2, 4).bytes())
        .containsExactly(0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0);
    assertThat(deep.trimmed(1)).hasValue(new ByteImage(new byte[] {3, 4}, 2, 1, 1));
    assertThat(deep.placed(1, 1, 4, 5).trimmed(4))
        .hasValue(new ByteImage(new byte[] {3, 4}, 2, 1, 1));
    assertThat(SMALL.trimmed(4)).hasValue(SMALL.cropped(1, 0, 1, 3));
    assertThat(SMALL.trimmed(7)).isEmpty();
    assertThat(new ByteImage(new byte[] {-1, 0}, 1, 1, 2).trimmed(255))
        .hasValue(new ByteImage(new byte[] {-1}, 1, 1, 1));
    assertThatThrownBy(() -> SMALL.placed(0, 2, 2, 4))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Property(tries = 50, seed = "1")
  void twoFlipsAndFourTurnsAreTheIdentity(
      @ForAll @IntRange(min = 1, max = 3) int channels,
      @ForAll @IntRange(min = 1, max = 7) int height,
      @ForAll @IntRange(min = 1, max = 7) int width) {
    ByteImage image = random(channels, height, width);
    assertThat(image.flippedHorizontally().flippedHorizontally()).isEqualTo(image);
    assertThat(image.flippedVertically().flippedVertically()).isEqualTo(image);
    ByteImage half = image.quarterTurned().quarterTurned();
    assertThat(half).isEqualTo(image.flippedHorizontally().flippedVertically());
    assertThat(half.quarterTurned().quarterTurned()).isEqualTo(image);
  }

  @Test
  void resizingAveragesAnImageAndPicksFromAMask() {
    ByteImage stripes = new ByteImage(new byte[] {0, 100, 0, 100}, 1, 1, 4);
    // A triangle 4 pixels wide: (0·0.75 + 100·0.75 + 0·0.25) / 1.75, and mirrored.
    assertThat(stripes.resized(1, 2).bytes()).containsExactly(43, 57);
    assertThat(stripes.resizedToNearest(1, 2).bytes()).containsExactly(100, 100);
    assertThat(SMALL.resizedToNearest(4, 6).bytes())
        .containsExactly(1, 1, 2, 2, 3, 3, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 4, 4, 5, 5, 6, 6);
    assertThat(SMALL.resizedToNearest(4, 6).resizedToNearest(2, 3)).isEqualTo(SMALL);
    assertThat(SMALL.resized(2, 3)).isSameAs(SMALL);
  }

  @Test
  void valuesAreFromZeroToOneAndBack() {
    ByteImage image = new ByteImage(new byte[] {0, 51, (byte) 255}, 3, 1, 1);
    assertThat(image.toArray().shape()).containsExactly(3, 1, 1);
    assertThat(image.toArray().ravel().toFloatVector()).containsExactly(0, 0.2f, 1);
    assertThat(ByteImage.of(new float[] {-1, 0.2f, 7}, 3, 1, 1)).isEqualTo(image);
    assertThat(image.get(2, 0, 0)).isEqualTo(255);
  }

  @Test
  void refusesSizesThatDoNotFit() {
    assertThatThrownBy(() -> new ByteImage(new byte[5], 1, 2, 3))
        .hasMessage("pixels: expected [1, 2, 3] = 6 bytes, got 5");
    assertThatThrownBy(() -> new ByteImage(new byte[0], 1, 0, 3))
        .hasMessage("channels, height and width: expected 1 or more, got 1, 0, 3");
    assertThatThrownBy(() -> SMALL.cropped(1, 0, 2, 2))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> SMALL.get(0, 0, 3)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> SMALL.resized(0, 3))
        .hasMessage("height and width: expected 1 or more, got 0, 3");
  }

  /** 46341² is just above 2³¹, and 65536² is 2³²: in int they would be negative and 0. */
  @ParameterizedTest
  @ValueSource(ints = {46341, 65536})
  void aSizeOfMoreNumbersThanAnArrayHasIsRefused(int side) {
    ByteImage image = new ByteImage(new byte[4], 1, 2, 2);
    String message =
        "channels, height and width: expected at most 2147483639 values, got 1 × %1$d × %1$d"
            .formatted(side);
    assertThatThrownBy(() -> image.resized(side, side)).hasMessage(message);
    assertThatThrownBy(() -> image.resizedToNearest(side, side)).hasMessage(message);
    assertThatThrownBy(() -> new ByteImage(new byte[0], 1, side, side)).hasMessage(message);
    assertThatThrownBy(() -> Warp.of(side, side, (x, y, from) -> {})).hasMessage(message);
    assertThatThrownBy(() -> new LabeledImages(new byte[0], 1, side, side, new int[0], List.of()))
        .hasMessage(message);
    assertThatThrownBy(() -> new SegmentationLabels(List.of(), 1, side, side)).hasMessage(message);
    assertThatThrownBy(
            () ->
                ImageFile.read(new BufferedImage(2, 2, BufferedImage.TYPE_INT_RGB), 1, side, side))
        .hasMessage(message);
    assertThatThrownBy(() -> new ElasticDeformation(1, 1).draw(side, side, new Random(1)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
