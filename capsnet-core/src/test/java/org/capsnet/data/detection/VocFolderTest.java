package org.capsnet.data.detection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.capsnet.data.OnFault;
import org.capsnet.io.FormatException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VocFolderTest {

  private static final String DOG = object("dog", 0, "10 20 50 40");
  private static final String CAT = object("cat", 1, "0 0 100 80");

  @TempDir Path folder;

  @BeforeEach
  void makeFolders() throws IOException {
    Files.createDirectories(folder.resolve("Annotations"));
    Files.createDirectories(folder.resolve("JPEGImages"));
  }

  /** Corners: xmin ymin xmax ymax; a dot for one that is missing. */
  private static String object(String name, int difficult, String corners) {
    StringBuilder box = new StringBuilder();
    List<String> values = List.of(corners.split(" ", 4));
    String[] tags = {"xmin", "ymin", "xmax", "ymax"};
    for (int i = 3; i >= 0; i--) { // in another order than the usual
      if (!values.get(i).equals(".")) {
        box.append("<%s>%s</%s>".formatted(tags[i], values.get(i), tags[i]));
      }
    }
    return "<object><name>%s</name><difficult>%s</difficult><part><name>head</name><bndbox/></part><bndbox>%s</bndbox></object>"
        .formatted(name, difficult, box);
  }

  private static String annotation(String file, String size, String... objects) {
    return "<annotation><filename>%s</filename>%s%s</annotation>"
        .formatted(file, size, String.join("", objects));
  }

  private static String size(int width, int height) {
    return "<size><width>%s</width><height>%s</height><depth>3</depth></size>"
        .formatted(width, height);
  }

  private Path xml(String name, String content) throws IOException {
    return Files.writeString(folder.resolve("Annotations").resolve(name + ".xml"), content);
  }

  private void picture(String file) throws IOException {
    BufferedImage picture = new BufferedImage(100, 80, BufferedImage.TYPE_INT_RGB);
    String format = file.endsWith("png") ? "png" : "jpg";
    ImageIO.write(picture, format, folder.resolve("JPEGImages").resolve(file).toFile());
  }

  private void whole(String name, String... objects) throws IOException {
    xml(name, annotation(name + ".jpg", size(100, 80), objects));
    picture(name + ".jpg");
  }

  private VocFolder.Part read(OnFault onFault) throws IOException {
    return VocFolder.open(folder, onFault).readAll(3, 40, 50);
  }

  private void assertFault(String message) throws IOException {
    assertThatThrownBy(() -> read(OnFault.FAIL))
        .isInstanceOf(FormatException.class)
        .hasMessage(message);
    whole("good", DOG);
    VocFolder opened = VocFolder.open(folder, OnFault.SKIP);
    VocFolder.Part part = opened.readAll(3, 40, 50);
    assertThat(part.names()).contains("good");
    assertThat(List.of(opened.skipped(), part.skipped()).stream().flatMap(List::stream))
        .containsExactly(message);
  }

  // ---------------------------------------------------------------- good

  @Test
  void readsPicturesWithTheirObjects() throws IOException {
    whole("b", DOG, CAT);
    whole("a");
    xml("c", annotation("C:\\pictures\\other.png", "", CAT));
    picture("other.png");
    VocFolder.Part part = read(OnFault.FAIL);
    assertThat(part.classNames()).containsExactly("cat", "dog");
    assertThat(part.names()).containsExactly("a", "b", "c");
    assertThat(part.skipped()).isEmpty();
    assertThat(part.samples().get(0).objects()).isEmpty();
    DetectionSample sample = part.samples().get(1);
    assertThat(sample.image().shape()).containsExactly(3, 40, 50);
    assertThat(sample.objects())
        .containsExactly(
            new LabeledBox(1, Box.ofCorners(0.1, 0.25, 0.5, 0.5), false),
            new LabeledBox(0, Box.IMAGE, true));
    assertThat(part.samples().get(2).objects()).hasSize(1);
  }

  @Test
  void readsSplitsInTheirOrder() throws IOException {
    whole("a", DOG);
    whole("b", CAT);
    whole("c", DOG);
    assertThat(VocFolder.open(folder, OnFault.FAIL).splits()).isEmpty();
    Path main = Files.createDirectories(folder.resolve("ImageSets").resolve("Main"));
    Files.writeString(main.resolve("train.txt"), "c\r\na  1\n\n");
    Files.writeString(main.resolve("test.txt"), "b\nd\n");
    VocFolder voc = VocFolder.open(folder, OnFault.FAIL);
    assertThat(voc.splits()).containsExactly("test", "train");
    VocFolder.Part train = voc.read("train", 1, 8, 10);
    assertThat(train.names()).containsExactly("c", "a");
    assertThat(train.classNames()).containsExactly("cat", "dog");
    assertThat(train.samples().get(0).objects().get(0).label()).isEqualTo(1);
    assertThatThrownBy(() -> voc.read("test", 1, 8, 10))
        .hasMessage(main.resolve("test.txt") + ": d has no annotation that can be read");
    assertThat(VocFolder.open(folder, OnFault.SKIP).read("test", 1, 8, 10).names())
        .containsExactly("b");
    assertThatThrownBy(() -> voc.read("val", 1, 8, 10))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageEndingWith("val.txt: expected one of [test, train]");
  }

  @Test
  void classesCanBeChosenAndOrdered() throws IOException {
    whole("a", DOG, CAT, object("cow", 0, "0 0 500 500"));
    VocFolder voc = VocFolder.open(folder, OnFault.FAIL);
    VocFolder chosen = voc.withClasses(List.of("dog", "cat"));
    VocFolder.Part part = chosen.readAll(1, 8, 10);
    assertThat(part.classNames()).containsExactly("dog", "cat");
    assertThat(part.samples().get(0).objects()).extracting(LabeledBox::label).containsExactly(0, 1);
    assertThatThrownBy(() -> voc.withClasses(List.of("Dog")))
        .hasMessage("class: expected one of [cat, cow, dog], got Dog");
    assertThatThrownBy(() -> voc.withClasses(List.of()))
        .hasMessage("classes: expected one or more, got none");
  }

  /** Files that count from 0 and files that count from 1 differ by that. */
  @Test
  void aPixelOverTheBorderIsForgiven() throws IOException {
    whole("a", object("dog", 0, "-1 0 101 81"));
    Box box = read(OnFault.FAIL).samples().get(0).objects().get(0).box();
    assertThat(box.area()).isCloseTo(1, within(1e-12));
  }

  // ---------------------------------------------------------------- bad

  @Test
  void malformedXml() throws IOException {
    Path file = xml("bad", "<annotation>\n<object></annotation>");
    assertThatThrownBy(() -> read(OnFault.FAIL))
        .isInstanceOf(FormatException.class)
        .hasMessageStartingWith(file + ": malformed XML: line 2: ");
    whole("good", DOG);
    VocFolder voc = VocFolder.open(folder, OnFault.SKIP);
    assertThat(voc.skipped()).singleElement().asString().startsWith(file + ": malformed XML: ");
    assertThat(voc.readAll(1, 4, 5).names()).containsExactly("good");
    for (String content : List.of("", "no XML", "<annotation/>\u0000", "<annotation")) {
      Files.writeString(file, content);
      assertThatThrownBy(() -> read(OnFault.FAIL))
          .isInstanceOf(FormatException.class)
          .hasMessageStartingWith(file + ": malformed XML: ");
    }
    Files.write(file, new byte[] {'<', 'a', '>', (byte) 0xFF, (byte) 0xFE, '<', '/', 'a', '>'});
    assertThatThrownBy(() -> read(OnFault.FAIL)).hasMessageStartingWith(file + ": malformed XML: ");
  }

  @Test
  void anotherDocument() throws IOException {
    Path file = xml("bad", "<html/>");
    assertFault(file + ": expected <annotation>, got <html>");
  }

  /** Neither another file is read nor a bomb unpacked. */
  @Test
  void entitiesAreRefused() throws IOException {
    Path secret = Files.writeString(folder.resolve("secret.txt"), "dog");
    String bomb =
        "<!DOCTYPE annotation [<!ENTITY a \"dogdogdogdog\"><!ENTITY b \"&a;&a;&a;&a;\">]>"
            + "<annotation><object><name>&b;</name></object></annotation>";
    String external =
        "<!DOCTYPE annotation [<!ENTITY s SYSTEM \"%s\">]><annotation><object><name>&s;</name></object></annotation>"
            .formatted(secret.toUri());
    String outside = "<!DOCTYPE annotation SYSTEM \"%s\"><annotation/>".formatted(secret.toUri());
    for (String content : List.of(bomb, external, outside)) {
      Path file = xml("bad", content);
      assertThatThrownBy(() -> read(OnFault.FAIL))
          .isInstanceOf(FormatException.class)
          .hasMessageStartingWith(file + ": malformed XML: line 1: DOCTYPE is disallowed");
    }
  }

  @Test
  void aMissingPicture() throws IOException {
    Path file = xml("bad", annotation("../bad.jpg", size(100, 80), DOG));
    assertFault(file + ": its picture is not in JPEGImages");
  }

  @Test
  void aPictureThatIsNone() throws IOException {
    xml("bad", annotation("bad.jpg", size(100, 80), DOG));
    Path picture = Files.writeString(folder.resolve("JPEGImages").resolve("bad.jpg"), "none");
    assertFault(picture + ": it is not a picture that this JVM can read");
  }

  @Test
  void aPictureOfAnotherSize() throws IOException {
    Path file = xml("bad", annotation("bad.jpg", size(80, 100), DOG));
    picture("bad.jpg");
    assertFault(file + ": its boxes are for a picture of 80 × 100 pixels, which has 100 × 80");
  }

  @Test
  void aSizeOfZeroSaysNothing() throws IOException {
    xml("zero", annotation("zero.jpg", size(0, 0), DOG));
    picture("zero.jpg");
    assertThat(read(OnFault.FAIL).samples()).hasSize(1);
    Path file = xml("zero", annotation("zero.jpg", "<size><width>wide</width></size>", DOG));
    assertFault(file + ": width of the picture: expected a number, got wide");
  }

  private void assertBoxFault(String corners, String message) throws IOException {
    whole("bad", DOG, object("dog", 0, corners), CAT);
    assertFault(folder.resolve("Annotations").resolve("bad.xml") + ": object 2 (dog)" + message);
    VocFolder.Part part = read(OnFault.SKIP);
    assertThat(part.samples().get(0).objects()).hasSize(2);
  }

  @Test
  void aBoxOutsideThePicture() throws IOException {
    assertBoxFault(
        "90 10 110 20",
        ": its box (90.0, 10.0) to (110.0, 20.0) lies outside the picture of 100 × 80 pixels");
  }

  @Test
  void aBoxAboveThePicture() throws IOException {
    assertBoxFault(
        "90 -9 95 20",
        ": its box (90.0, -9.0) to (95.0, 20.0) lies outside the picture of 100 × 80 pixels");
  }

  @Test
  void aBoxWithoutArea() throws IOException {
    assertBoxFault("30 10 30 20", ": its box has no area: (30.0, 10.0) to (30.0, 20.0)");
  }

  @Test
  void aBoxWithItsCornersSwapped() throws IOException {
    assertBoxFault("30 20 40 10", ": its box has no area: (30.0, 20.0) to (40.0, 10.0)");
  }

  @Test
  void aBoxThatOnlyTouchesThePicture() throws IOException {
    assertBoxFault(
        "100 10 101 20", ": its box has no area in the picture: (100.0, 10.0) to (101.0, 20.0)");
  }

  @Test
  void aBoxWithoutACorner() throws IOException {
    assertBoxFault("30 . 40 20", ": its box has no ymin");
  }

  @Test
  void aCornerThatIsNoNumber() throws IOException {
    assertBoxFault("30 NaN 40 20", ": ymin: expected a number, got NaN");
  }

  @Test
  void anObjectWithoutAName() throws IOException {
    whole("bad", DOG, object("", 0, "1 2 3 4"));
    assertFault(folder.resolve("Annotations").resolve("bad.xml") + ": object 2: it has no name");
  }

  @Test
  void foldersThatAreNone() throws IOException {
    Path none = folder.resolve("none");
    assertThatThrownBy(() -> VocFolder.open(none, OnFault.SKIP))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessage(
            none.resolve("JPEGImages")
                + ": expected a folder with Annotations and JPEGImages in it");
    assertThatThrownBy(() -> VocFolder.open(folder, OnFault.SKIP))
        .isInstanceOf(FormatException.class)
        .hasMessage(
            folder.resolve("Annotations") + ": expected XML files with objects in them, got none");
  }
}
