package org.capsnet.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ComponentsTest {

  private interface Colour {}

  private record Grey(double light) implements Colour {}

  private record Size(int rows, int columns) {
    Size {
      if (rows < 1) {
        throw new IllegalArgumentException("rows: expected at least 1, got " + rows);
      }
    }
  }

  private record Picture(
      Size size, @Nullable List<Size> tiles, Colour colour, long seed, boolean wide) {
    Picture {
      tiles = tiles == null ? null : List.copyOf(tiles);
    }
  }

  private static final Picture PICTURE =
      new Picture(new Size(2, 3), List.of(new Size(4, 5)), new Grey(0.5), 7, true);

  @Test
  void oneComponentIsAnotherAndTheRestAsBefore() {
    Picture seven = Components.with(PICTURE, "wide", false);
    assertThat(seven)
        .isEqualTo(new Picture(PICTURE.size(), PICTURE.tiles(), PICTURE.colour(), 7, false));
    assertThat(Components.with(PICTURE, "seed", 8L).seed()).isEqualTo(8);
    assertThat(Components.with(PICTURE, "colour", new Grey(1)).colour()).isEqualTo(new Grey(1));
    assertThat(Components.with(PICTURE, "tiles", List.of()).tiles()).isEmpty();
    assertThat(Components.with(PICTURE, "tiles", null).tiles()).isNull();
  }

  @Test
  void aPathReachesIntoRecordsAlsoThroughAnInterface() {
    assertThat(Components.with(PICTURE, "size.columns", 9).size()).isEqualTo(new Size(2, 9));
    assertThat(Components.with(PICTURE, "colour.light", 0.25).colour()).isEqualTo(new Grey(0.25));
    assertThat(PICTURE.size()).isEqualTo(new Size(2, 3));
  }

  private static void assertRefused(String path, Object value, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Components.with(PICTURE, path, value))
        .withMessage(message);
  }

  @Test
  void whatIsNotThereIsAnErrorThatSaysWhatIs() {
    assertRefused(
        "hue",
        1,
        "ComponentsTest.Picture: expected one of size, tiles, colour, seed, wide, got hue");
    assertRefused("size.rank", 1, "ComponentsTest.Size: expected one of rows, columns, got rank");
    assertRefused(
        "",
        1,
        "ComponentsTest.Picture: expected one of size, tiles, colour, seed, wide, got an empty"
            + " name");
    assertRefused("seed.low", 1, "seed: expected a record with low, got 7, of Long");
  }

  @Test
  void aValueOfAnotherTypeIsAnErrorThatNamesBoth() {
    assertRefused("seed", 8, "ComponentsTest.Picture.seed: expected long, got 8, of Integer");
    assertRefused("size.rows", "2", "ComponentsTest.Size.rows: expected int, got 2, of String");
    assertRefused("size.rows", null, "ComponentsTest.Size.rows: expected int, got null");
    assertRefused(
        "colour", null, "ComponentsTest.Picture.colour: expected ComponentsTest.Colour, got null");
    assertThatThrownBy(() -> Components.with(PICTURE, "tiles", List.of(new Size(1, 1), 2)))
        .hasMessage(
            "ComponentsTest.Picture.tiles: expected List<ComponentsTest.Size>,"
                + " got [Size[rows=1, columns=1], 2], of List");
    Picture unset = Components.with(PICTURE, "tiles", null);
    assertThatThrownBy(() -> Components.with(unset, "tiles.rows", 1))
        .hasMessage("tiles: expected a record with rows, got null");
    assertThatThrownBy(() -> Components.with("text", "length", 1))
        .hasMessage("expected a record with length, got text, of String");
  }

  /** In its own words, and not wrapped. */
  @Test
  void whatTheRecordRefusesIsRefused() {
    assertThatThrownBy(() -> Components.with(PICTURE, "size.rows", 0))
        .isExactlyInstanceOf(IllegalArgumentException.class)
        .hasNoCause()
        .hasMessage("rows: expected at least 1, got 0");
  }
}
