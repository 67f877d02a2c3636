package org.capsnet.data.objects;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.capsnet.data.LabeledImages;
import org.capsnet.io.FormatException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On files of four pairs. */
class SmallNorbTest {

  private static final String TRAIN = "smallnorb-5x46789x9x18x6x2x96x96-training-";
  private static final String TEST = "smallnorb-5x01235x9x18x6x2x96x96-testing-";
  private static final int COUNT = 4;
  private static final int SIDE = 96;

  /** Instance, elevation, azimuth and lighting of each pair. */
  private static final int[] INFO = {4, 0, 0, 5, 6, 2, 4, 0, 9, 3, 6, 1, 7, 8, 34, 3};

  private static final int[] CLASSES = {0, 4, 2, 1};

  @TempDir Path folder;

  /** Pair i: left all 10·i, right 10·i + 1, and a white pixel at row 2, column 5 of the right. */
  private static byte[] pixels() {
    byte[] pixels = new byte[COUNT * 2 * SIDE * SIDE];
    for (int image = 0; image < 2 * COUNT; image++) {
      int at = image * SIDE * SIDE;
      Arrays.fill(pixels, at, at + SIDE * SIDE, (byte) (10 * (image / 2) + image % 2));
      pixels[at + 2 * SIDE + 5] = (byte) (image % 2 == 1 ? 255 : 0);
    }
    return pixels;
  }

  private static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(content);
    }
    return bytes.toByteArray();
  }

  private Path file(String part, String what) {
    return folder.resolve(part + what + ".mat");
  }

  @BeforeEach
  void write() throws IOException {
    for (String part : new String[] {TRAIN, TEST}) {
      byte[] dat = NorbBytes.bytes(new int[] {COUNT, 2, SIDE, SIDE}, pixels());
      Files.write(file(part, "dat"), dat);
      Files.write(file(part, "cat"), NorbBytes.ints(new int[] {COUNT}, CLASSES));
      Files.write(file(part, "info"), NorbBytes.ints(new int[] {COUNT, 4}, INFO));
    }
  }

  private ViewedImages train(int side) throws IOException {
    return SmallNorb.in(folder).train(side);
  }

  @Test
  void readsPairsClassesAndViews() throws IOException {
    ViewedImages train = train(SIDE);
    LabeledImages images = train.images();
    assertThat(images)
        .hasToString("4 images [2, 96, 96], classes [animal, human, airplane, truck, car]");
    for (int i = 0; i < COUNT; i++) {
      assertThat(images.label(i)).isEqualTo(CLASSES[i]);
      assertThat(images.byteImage(i).get(0, 95, 95)).isEqualTo(10 * i);
      assertThat(images.byteImage(i).get(1, 95, 95)).isEqualTo(10 * i + 1);
      assertThat(images.byteImage(i).get(1, 2, 5)).isEqualTo(255);
      assertThat(images.byteImage(i).get(0, 2, 5)).isZero();
    }
    assertThat(train.views())
        .containsExactly(
            new View(4, 30, 0, 5),
            new View(6, 40, 40, 0),
            new View(9, 45, 60, 1),
            new View(7, 70, 340, 3));
  }

  @Test
  void resizesAsItReads() throws IOException {
    LabeledImages whole = train(SIDE).images();
    for (int side : new int[] {48, 32, 1}) {
      LabeledImages small = train(side).images();
      for (int i = 0; i < COUNT; i++) {
        assertThat(small.byteImage(i)).isEqualTo(whole.byteImage(i).resized(side, side));
      }
    }
    assertThatThrownBy(() -> train(97)).hasMessage("side: expected 1 to 96, got 97");
    assertThatThrownBy(() -> train(0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void filesMayBeCompressed() throws IOException {
    ViewedImages plain = SmallNorb.in(folder).test(24);
    for (String what : new String[] {"dat", "cat", "info"}) {
      byte[] content = Files.readAllBytes(file(TEST, what));
      Files.delete(file(TEST, what));
      Files.write(folder.resolve(TEST + what + ".mat.gz"), gzip(content));
    }
    ViewedImages packed = SmallNorb.in(folder).test(24);
    assertThat(packed.views()).isEqualTo(plain.views());
    assertThat(packed.images().byteImage(3)).isEqualTo(plain.images().byteImage(3));
    Path dat = folder.resolve(TEST + "dat.mat.gz");
    byte[] whole = Files.readAllBytes(dat);
    Files.write(dat, Arrays.copyOf(whole, whole.length / 2));
    assertThatThrownBy(() -> SmallNorb.in(folder).test(24))
        .isInstanceOf(FormatException.class)
        .hasMessage(dat + ": the gzip stream is cut short");
  }

  @Test
  void splitsByTheViewsOfThePaper() throws IOException {
    ViewedImages train = train(1);
    ViewedImages test = SmallNorb.in(folder).test(1).where(view -> view.instance() != 4);
    ViewpointSplit azimuth = SmallNorb.byAzimuth(train, test);
    assertThat(azimuth.train().count()).isEqualTo(3); // 0, 40 and 340
    assertThat(azimuth.familiar().count()).isEqualTo(2);
    assertThat(azimuth.novel().classCounts()).containsExactly(0, 0, 1, 0, 0);
    ViewpointSplit elevation = SmallNorb.byElevation(train, test);
    assertThat(elevation.train().classCounts()).containsExactly(1, 0, 0, 0, 1);
    assertThat(elevation.familiar().classCounts()).containsExactly(0, 0, 0, 0, 1);
    assertThat(elevation.novel().classCounts()).containsExactly(0, 1, 1, 0, 0);
  }

  private void assertFault(String what, byte[] content, String fault) throws IOException {
    byte[] whole = Files.readAllBytes(file(TRAIN, what));
    Files.write(file(TRAIN, what), content);
    assertThatThrownBy(() -> train(48))
        .isInstanceOf(FormatException.class)
        .hasMessageStartingWith(file(TRAIN, what) + ": ")
        .hasMessageContaining(fault);
    Files.write(file(TRAIN, what), whole);
  }

  @Test
  void otherMatricesAreFaults() throws IOException {
    int[] four = {COUNT};
    byte[] cat = NorbBytes.ints(four, CLASSES);
    assertFault("dat", cat, "expected a matrix of bytes (0x1E3D4C55), got integers (0x1E3D4C54)");
    byte[] other = cat.clone();
    other[0] = 0x51;
    assertFault("cat", other, "(0x1E3D4C54), got single precision (0x1E3D4C51)");
    assertFault("cat", "<html>".getBytes(UTF_8), "got another format (0x6D74683C)");
    assertFault("cat", new byte[3], "it is cut short within its header");
    assertFault("cat", Arrays.copyOf(cat, 19), "it is cut short within its header");
    assertFault("cat", NorbBytes.ints(new int[] {2, 2}, CLASSES), "expected 1 sizes, got 2");
    assertFault("cat", NorbBytes.ints(new int[] {0}), "expected sizes of 1 or more, got [0]");
    assertFault("cat", NorbBytes.ints(new int[] {1 << 30}, 1), "its header states [1073741824, 4]");
    assertFault("cat", Arrays.copyOf(cat, cat.length - 1), "expected 16 bytes of data, got 15");
    assertFault("cat", Arrays.copyOf(cat, cat.length + 1), "more follows the 16 bytes");
    assertFault(
        "cat", NorbBytes.ints(four, 0, 1, 5, 0), "class of image 2: expected 0 to 4, got 5");
    assertFault("cat", NorbBytes.ints(four, 0, 1, 2, -1), "class of image 3: expected 0 to 4");
    assertFault(
        "info", NorbBytes.ints(new int[] {3, 4}, new int[12]), "expected [4, 4], got [3, 4]");
    String[] stated = {"instance", "elevation", "azimuth", "lighting"};
    int[] limits = {10, 9, 36, 6};
    for (int i = 0; i < 4; i++) {
      int[] info = INFO.clone();
      info[4 + i] = limits[i];
      assertFault(
          "info",
          NorbBytes.ints(new int[] {COUNT, 4}, info),
          "%s of image 1: expected 0 to %s, got %s".formatted(stated[i], limits[i] - 1, limits[i]));
    }
  }

  @Test
  void pixelsThatAreTooFewOrTooManyAreFaults() throws IOException {
    byte[] dat = Files.readAllBytes(file(TRAIN, "dat"));
    assertFault(
        "dat",
        Arrays.copyOf(dat, dat.length - 1),
        "it is cut short: expected 4 pairs of images, got 3");
    assertFault("dat", Arrays.copyOf(dat, dat.length + 1), "more follows its 4 pairs");
    assertFault(
        "dat", Arrays.copyOf(dat, 24), "it is cut short: expected 4 pairs of images, got 0");
    assertFault(
        "dat",
        NorbBytes.bytes(new int[] {COUNT, 2, SIDE, 95}, new byte[9]),
        "expected [4, 2, 96, 96], got [4, 2, 96, 95]");
    Files.delete(file(TRAIN, "info"));
    assertThatThrownBy(() -> train(48))
        .isInstanceOf(IOException.class)
        .hasMessage(
            folder
                + " lacks a file: expected "
                + TRAIN
                + "info.mat in it, compressed with gzip"
                + " (.gz) or not");
  }
}
