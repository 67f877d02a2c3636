package org.capsnet.data.objects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.capsnet.data.LabeledImages;
import org.capsnet.io.FormatException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a file of the right sizes, in which pixels say where they are. */
class Coil20Test {

  private static final int COUNT = 1440;

  @TempDir Path folder;

  private final byte[] x = new byte[COUNT * 1024];
  private final byte[] y = new byte[COUNT];

  private Path file() throws IOException {
    for (int i = 0; i < COUNT; i++) {
      y[i] = (byte) (i / 72 + 1);
      set(i, 0, 0, i / 72);
      set(i, 0, 1, i % 72);
      set(i, 3, 7, 255);
    }
    return write();
  }

  /** As MATLAB lays out the pixels of an image in a row: column by column. */
  private void set(int image, int row, int column, int value) {
    x[image + COUNT * (32 * column + row)] = (byte) value;
  }

  private Path write() throws IOException {
    MatBytes mat = new MatBytes(ByteOrder.LITTLE_ENDIAN);
    mat.packed(mat.array(6, "X", new int[] {COUNT, 1024}, 2, x));
    mat.packed(mat.array(6, "Y", new int[] {COUNT, 1}, 2, y));
    return Files.write(folder.resolve("COIL20.mat"), mat.file());
  }

  @Test
  void objectsStandUprightAndTurnByFiveDegrees() throws IOException {
    ViewedImages all = Coil20.read(file());
    LabeledImages images = all.images();
    assertThat(images.byteImage(0).shape()).containsExactly(1, 32, 32);
    assertThat(images.classNames()).hasSize(20).startsWith("1", "2").endsWith("20");
    assertThat(images.classCounts()).containsOnly(72);
    for (int i : new int[] {0, 1, 71, 72, 1439}) {
      assertThat(images.label(i)).isEqualTo(i / 72);
      assertThat(images.byteImage(i).get(0, 0, 0)).isEqualTo(i / 72);
      assertThat(images.byteImage(i).get(0, 0, 1)).isEqualTo(i % 72);
      assertThat(images.byteImage(i).get(0, 3, 7)).isEqualTo(255);
      assertThat(all.views().get(i)).isEqualTo(new View(0, 0, 5 * (i % 72), 0));
    }
  }

  private static Set<Integer> azimuths(LabeledImages images) {
    return IntStream.range(0, images.count())
        .mapToObj(i -> 5 * images.byteImage(i).get(0, 0, 1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void viewpointsAreForTrainingFamiliarOrNovel() throws IOException {
    ViewpointSplit split = Coil20.split(Coil20.read(file()), 20);
    assertThat(azimuths(split.train())).containsExactly(0, 10, 20, 340, 350);
    assertThat(azimuths(split.familiar())).containsExactly(5, 15, 345, 355);
    assertThat(azimuths(split.novel())).hasSize(63).contains(25, 180, 335);
    for (LabeledImages part : List.of(split.train(), split.familiar(), split.novel())) {
      assertThat(part.classCounts()).containsOnly(azimuths(part).size());
    }
    assertThatThrownBy(() -> Coil20.split(Coil20.read(file()), 180))
        .hasMessage("degrees: expected 5 to 175, got 180");
  }

  @Test
  void nearIsMeasuredAcrossZero() {
    View view = new View(0, 0, 350, 0);
    assertThat(view.isWithin(10, 0)).isTrue();
    assertThat(view.isWithin(9, 0)).isFalse();
    assertThat(view.isWithin(20, 330)).isTrue();
    assertThat(view.isWithin(30, 20)).isTrue();
    assertThat(view.isWithin(179, 170)).isFalse();
    assertThat(view.isWithin(180, 170)).isTrue();
    assertThatThrownBy(() -> new View(0, 0, 360, 0)).isInstanceOf(IndexOutOfBoundsException.class);
    LabeledImages images =
        new LabeledImages(new byte[] {1, 2}, 1, 1, 1, new int[] {0, 0}, List.of("a"));
    assertThatThrownBy(() -> new ViewedImages(images, List.of(view)))
        .hasMessage("views: expected one for each of 2 images, got 1");
  }

  private void assertFault(String fault) throws IOException {
    Path file = write();
    assertThatThrownBy(() -> Coil20.read(file))
        .isInstanceOf(FormatException.class)
        .hasMessage(file + ": " + fault);
  }

  @Test
  void otherNumbersAreFaults() throws IOException {
    file();
    y[7] = 0;
    assertFault("Y of image 7: expected whole numbers from 1 to 20, got 0.0");
    y[7] = 2;
    assertFault("Y: expected 72 images of object 2, got more");
  }

  @Test
  void otherArraysAreFaults() throws IOException {
    file();
    MatBytes mat = new MatBytes(ByteOrder.BIG_ENDIAN);
    byte[] half = mat.numbers(8).putDouble(0.5).array();
    byte[] one = mat.array(6, "X", new int[] {1, 1}, 9, half);
    byte[] label = mat.array(6, "Y", new int[] {1, 1}, 2, new byte[1]);
    Path file = Files.write(folder.resolve("f.mat"), mat.plain(one).plain(label).file());
    assertThatThrownBy(() -> Coil20.read(file))
        .isInstanceOf(FormatException.class)
        .hasMessage(file + ": X: expected [1440, 1024], got [1, 1]");
    MatBytes other = new MatBytes(ByteOrder.BIG_ENDIAN);
    byte[] fractions = new byte[4 * COUNT * 1024];
    fractions[4] = 0x3F; // 0.5, the second number
    other.packed(other.array(7, "X", new int[] {COUNT, 1024}, 7, fractions));
    other.packed(other.array(6, "Y", new int[] {COUNT, 1}, 2, y));
    Path scaled = Files.write(folder.resolve("g.mat"), other.file());
    assertThatThrownBy(() -> Coil20.read(scaled))
        .hasMessage(scaled + ": X of image 1: expected whole numbers from 0 to 255, got 0.5");
  }
}
