package org.capsnet.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.capsnet.data.picture.ByteImage;
import org.junit.jupiter.api.Test;

/** Warps and the fields they are drawn from. */
class FieldsTest {

  private static final ByteImage RAMP = new ByteImage(new byte[] {0, 10, 20, 30, 40, 50}, 1, 2, 3);

  private static Warp moved(double right, double down) {
    return Warp.of(
        2,
        3,
        (x, y, from) -> {
          from[0] = x - right;
          from[1] = y - down;
        });
  }

  @Test
  void bilinearAndNearestByHand() {
    assertThat(moved(0, 0).bilinear(RAMP)).isEqualTo(RAMP);
    assertThat(moved(0, 0).nearest(RAMP)).isEqualTo(RAMP);
    // Half a pixel to the left: between neighbours, and half of the last, as zero is outside.
    assertThat(moved(-0.5, 0).bilinear(RAMP).bytes()).containsExactly(5, 15, 10, 35, 45, 25);
    assertThat(moved(-0.4, 0).nearest(RAMP)).isEqualTo(RAMP);
    assertThat(moved(-0.6, 0).nearest(RAMP).bytes()).containsExactly(10, 20, 0, 40, 50, 0);
    assertThat(moved(0, 1).nearest(RAMP).bytes()).containsExactly(0, 0, 0, 0, 10, 20);
  }

  @Test
  void beyondTheBorderAMirroredWarpFindsTheImage() {
    assertThat(moved(-1, 0).mirrored().nearest(RAMP).bytes())
        .containsExactly(10, 20, 10, 40, 50, 40);
    assertThat(moved(2, 1).mirrored().bilinear(RAMP).bytes())
        .containsExactly(50, 40, 30, 20, 10, 0);
    assertThat(moved(400, 0).mirrored().nearest(RAMP)).isEqualTo(RAMP);
  }

  /** As a mapping finds them that divides by 0. */
  @Test
  void placesThatAreNowhereGiveZero() {
    double[] nowhere = {
      Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.NaN, 1e40, -1e40, 0x1p32
    };
    for (double place : nowhere) {
      for (boolean across : new boolean[] {true, false}) {
        Warp warp =
            Warp.of(
                2,
                3,
                (x, y, from) -> {
                  from[0] = across ? place : x;
                  from[1] = across ? y : place;
                });
        assertThat(warp.bilinear(RAMP).bytes()).containsOnly(0);
        assertThat(warp.nearest(RAMP).bytes()).containsOnly(0);
        if (!Double.isFinite(place)) {
          assertThat(warp.mirrored().bilinear(RAMP).bytes()).containsOnly(0);
          assertThat(warp.mirrored().mirrored().nearest(RAMP).bytes()).containsOnly(0);
        }
      }
    }
  }

  /** The image of a mask's numbers, nearest and bilinear, differs only where numbers meet. */
  @Property(tries = 20, seed = "1")
  void anImageAndItsMaskStayInStep(@ForAll long seed) {
    int size = 24;
    byte[] disc = new byte[size * size];
    for (int i = 0; i < disc.length; i++) {
      disc[i] = (byte) (Math.hypot(i % size - 12, i / size - 11) < 8 ? 200 : 0);
    }
    ByteImage image = new ByteImage(disc, 1, size, size);
    RandomField[] fields = {new RandomAffine(180, 0.8, 1.2, 10, 3), new ElasticDeformation(1.5, 5)};
    for (RandomField field : fields) {
      Warp warp = field.draw(size, size, new Random(seed)).mirrored();
      byte[] smooth = warp.bilinear(image).bytes();
      byte[] sharp = warp.nearest(image).bytes();
      int apart = 0;
      for (int i = 0; i < disc.length; i++) {
        apart += Math.abs((smooth[i] & 255) - (sharp[i] & 255)) > 150 ? 1 : 0;
      }
      assertThat(apart).isLessThan(size * size / 50);
    }
  }

  @Test
  void anElasticFieldMovesPixelsAsFarAsItSaysAndNeighboursAlike() {
    int size = 64;
    double squares = 0;
    double differences = 0;
    double sum = 0;
    float[] columns = new float[size * size];
    for (int i = 0; i < columns.length; i++) {
      columns[i] = i % size;
    }
    int inside = 0;
    for (int seed = 0; seed < 20; seed++) {
      float[] moved = columns.clone();
      new ElasticDeformation(2, 4).draw(size, size, new Random(seed)).mirrored().apply(moved, 1);
      for (int y = 0; y < size; y++) {
        for (int x = 12; x < size - 13; x++) {
          double shift = moved[y * size + x] - x;
          double next = moved[y * size + x + 1] - x - 1;
          sum += shift;
          squares += shift * shift;
          differences += (shift - next) * (shift - next);
          inside++;
        }
      }
    }
    assertThat(sum / inside).isCloseTo(0, within(0.2));
    assertThat(Math.sqrt(squares / inside)).isCloseTo(2, within(0.2));
    // The correlation at distance 1 of noise smoothed by a Gaussian is exp(-1 / (4 · 4²)).
    double expected = 2 * 4 * (1 - Math.exp(-1 / 64.0));
    assertThat(differences / inside).isCloseTo(expected, within(0.1 * expected));
  }

  @Test
  void aWarpIsAFunctionOfItsRandomNumbers() {
    ElasticDeformation field = new ElasticDeformation(2, 3);
    ByteImage image = Pictures.random(1, 3, 16, 16, 1).byteImage(0);
    ByteImage once = field.draw(16, 16, new Random(5)).bilinear(image);
    assertThat(field.draw(16, 16, new Random(5)).bilinear(image)).isEqualTo(once);
    assertThat(field.draw(16, 16, new Random(6)).bilinear(image)).isNotEqualTo(once);
  }

  @Test
  void refusesWhatMakesNoSense() {
    assertThatThrownBy(() -> moved(0, 0).bilinear(new ByteImage(new byte[4], 1, 2, 2)))
        .hasMessage("image: expected 2 × 3 pixels, got 2 × 2");
    assertThatThrownBy(() -> new ElasticDeformation(-1, 2))
        .hasMessage("pixels: expected 0 or more, got -1.0");
    assertThatThrownBy(() -> new ElasticDeformation(1, 0.5))
        .hasMessage("smoothness: expected 1 or more, below 1000, got 0.5");
  }
}
