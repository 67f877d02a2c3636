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
import org.junit.jupiter.api.Timeout;
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
        .hasMessage("classes: expected one or more, each once, got none");
    assertThatThrownBy(() -> voc.withClasses(List.of("dog", "dog")))
        .hasMessage("classes: expected one or more, each once, got [dog, dog]");
  }

  private Box onlyBox(String corners) throws IOException {
    whole("a", object("dog", 0, corners));
    return read(OnFault.FAIL).samples().get(0).objects().get(0).box();
  }

  private static void assertBox(Box box, double... corners) {
    double[] found = {box.left(), box.top(), box.right(), box.bottom()};
    assertThat(found).containsExactly(corners, within(1e-12));
  }

  @Test
  void whatReachesOverTheBorderIsCutOff() throws IOException {
    assertBox(onlyBox("-1 0 101 81"), 0, 0, 1, 1);
    assertBox(onlyBox("90 -9 95 30"), 0.9, 0, 0.95, 0.375);
    assertBox(onlyBox("90 10 110 20"), 0.9, 0.125, 1, 0.25);
  }

  @Test
  void cornersComeInAnyOrder() throws IOException {
    for (String corners : List.of("30 20 50 60", "50 20 30 60", "30 60 50 20", "50 60 30 20")) {
      assertBox(onlyBox(corners), 0.3, 0.25, 0.5, 0.75);
    }
  }

  @Test
  void sizesMayBeDecimals() throws IOException {
    xml("a", annotation("a.jpg", "<size><width>100.0</width><height>8e1</height></size>", DOG));
    picture("a.jpg");
    assertThat(read(OnFault.FAIL).samples()).hasSize(1);
    String half = "<size><width>100.5</width><height>80</height></size>";
    Path file = xml("a", annotation("a.jpg", half, DOG));
    assertFault(file + ": width of the picture: expected a number, got 100.5");
  }

  @Test
  void endingsMayBeInUpperCase() throws IOException {
    whole("a", DOG);
    whole("b", CAT);
    Path annotations = folder.resolve("Annotations");
    Files.move(annotations.resolve("a.xml"), annotations.resolve("a.XML"));
    Files.writeString(list("train.TXT"), "a\nb\n");
    VocFolder voc = VocFolder.open(folder, OnFault.FAIL);
    assertThat(voc.splits()).containsExactly("train");
    assertThat(voc.read("train", 1, 8, 10).names()).containsExactly("a", "b");
    assertThat(voc.classNames()).containsExactly("cat", "dog");
  }

  private Path list(String name) throws IOException {
    return Files.createDirectories(folder.resolve("ImageSets").resolve("Main")).resolve(name);
  }

  private List<String> listed(String content) throws IOException {
    Files.writeString(list("train.txt"), content);
    return VocFolder.open(folder, OnFault.FAIL).read("train", 1, 8, 10).names();
  }

  @Test
  void namesInListsComeInManyForms() throws IOException {
    for (String name : List.of("a", "my dog", "my dog 1", "v1.5")) {
      whole(name, DOG);
    }
    assertThat(listed("\uFEFFa\nmy dog\n")).containsExactly("a", "my dog");
    assertThat(listed("a.jpg\r\nmy dog.xml\r\n")).containsExactly("a", "my dog");
    assertThat(listed("a -1\nmy dog\t+1\n")).containsExactly("a", "my dog");
    assertThat(listed("a.jpg  0\n")).containsExactly("a");
    assertThat(listed("my dog 1\nmy dog 0")).containsExactly("my dog 1", "my dog");
    assertThat(listed("my dog 1 1")).containsExactly("my dog 1");
    assertThat(listed("v1.5")).containsExactly("v1.5");
    assertThat(listed("v1.5.jpg")).containsExactly("v1.5");
    assertThat(listed("JPEGImages/a.jpg\nD:\\voc\\my dog 1")).containsExactly("a", "my dog 1");
  }

  @Test
  void aPictureThatAListNamesAgainCountsOnce() throws IOException {
    whole("a", DOG);
    whole("b", DOG);
    String content = "a\n" + "b\n".repeat(100_000) + "a.jpg\n";
    Path list = list("train.txt");
    String message = list + ": lines that name a picture again: 100000, the first of them b";
    assertThatThrownBy(() -> listed(content)).hasMessage(message);
    VocFolder.Part part = VocFolder.open(folder, OnFault.SKIP).read("train", 1, 8, 10);
    assertThat(part.names()).containsExactly("a", "b");
    assertThat(part.skipped()).containsExactly(message);
  }

  /** Where {@code x 1} cannot be read, {@code x} with a flag must not stand in for it. */
  @Test
  void aNameThatIsThereIsNotReadAsAnotherWithAFlag() throws IOException {
    whole("x", DOG);
    Path bad = xml("x 1", "<annotation");
    picture("y 1.jpg");
    whole("y", DOG);
    Path list = Files.writeString(list("train.txt"), "x 1\ny 1\nx\n");
    VocFolder voc = VocFolder.open(folder, OnFault.SKIP);
    assertThat(voc.skipped()).singleElement().asString().startsWith(bad + ": ");
    VocFolder.Part part = voc.read("train", 1, 8, 10);
    assertThat(part.names()).containsExactly("x");
    assertThat(part.skipped())
        .containsExactly(
            list + ": x 1 has no annotation that can be read",
            list + ": y 1 has no annotation that can be read");
  }

  @Test
  void aListThatIsNoText() throws IOException {
    whole("a", DOG);
    Path list = Files.write(list("train.txt"), new byte[] {'a', (byte) 0xFF, '\n'});
    assertThatThrownBy(() -> VocFolder.open(folder, OnFault.SKIP).read("train", 1, 8, 10))
        .isInstanceOf(FormatException.class)
        .hasMessage(list + ": it is not text in UTF-8");
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

  /** The picture goes with the object: without it, it would teach background at that place. */
  private void assertBoxFault(String corners, String message) throws IOException {
    whole("bad", DOG, object("dog", 0, corners), CAT);
    assertFault(folder.resolve("Annotations").resolve("bad.xml") + ": object 2 (dog)" + message);
    assertThat(read(OnFault.SKIP).names()).containsExactly("good");
    VocFolder cats = VocFolder.open(folder, OnFault.FAIL).withClasses(List.of("cat"));
    assertThat(cats.readAll(1, 4, 5).names()).containsExactly("bad", "good");
  }

  @Test
  void aBoxMostlyOutsideThePicture() throws IOException {
    assertBoxFault(
        "90 10 111 20",
        ": its box (90.0, 10.0) to (111.0, 20.0) lies mostly outside the picture of 100 × 80"
            + " pixels");
  }

  @Test
  void aBoxAsLargeAsADouble() throws IOException {
    assertBoxFault(
        "-1e308 10 1e308 20",
        ": its box (-1.0E308, 10.0) to (1.0E308, 20.0) lies mostly outside the picture of 100 × 80"
            + " pixels");
  }

  @Test
  void aBoxWithoutArea() throws IOException {
    assertBoxFault("30 10 30 20", ": its box has no area: (30.0, 10.0) to (30.0, 20.0)");
  }

  @Test
  void aBoxThatOnlyTouchesThePicture() throws IOException {
    assertBoxFault(
        "100 10 101 20",
        ": its box (100.0, 10.0) to (101.0, 20.0) lies mostly outside the picture of 100 × 80"
            + " pixels");
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
    assertThat(read(OnFault.SKIP).names()).containsExactly("good");
  }

  @Test
  void anObjectWithTwoBoxesOrNames() throws IOException {
    String two = DOG.replace("</object>", "<bndbox><xmin>1</xmin></bndbox></object>");
    Path file = xml("bad", annotation("bad.jpg", "", CAT, two));
    picture("bad.jpg");
    assertFault(file + ": object 2: it has more than one <xmin>");
    xml("bad", annotation("bad.jpg", "", DOG.replace("<name>dog", "<name>cat</name><name>dog")));
    assertFault(file + ": object 1: it has more than one <name>");
    xml("bad", annotation("bad.jpg", "", DOG.replace("<name>dog", "<name>d<b>o</b>g")));
    assertFault(file + ": expected text in <name>, got <b>");
  }

  @Test
  void twoFilesOfOneName() throws IOException {
    whole("bad", DOG);
    Path second = folder.resolve("Annotations").resolve("bad.XML");
    Files.writeString(second, annotation("bad.jpg", size(100, 80), CAT));
    Path later = folder.resolve("Annotations").resolve("bad.xml");
    assertFault(later + ": another annotation has this name: neither is taken");
    assertThat(read(OnFault.SKIP).names()).containsExactly("good");
    Files.delete(second);
    picture("bad.png");
    assertThat(read(OnFault.FAIL).names()).contains("bad"); // it names the one that ends in .jpg
    xml("bad", annotation("other.jpg", size(100, 80), DOG));
    Path pictures = folder.resolve("JPEGImages");
    assertFault(
        later
            + ": several pictures may belong to it: [%s, %s]"
                .formatted(pictures.resolve("bad.jpg"), pictures.resolve("bad.png")));
  }

  // ---------------------------------------------------------------- bombs

  @Test
  void tagsWithinEachOther() throws IOException {
    String deep = "<a>".repeat(10_000) + "dog" + "</a>".repeat(10_000);
    Path file = xml("bad", annotation("bad.jpg", "", DOG.replace("<name>dog", "<name>" + deep)));
    assertFault(file + ": expected text in <name>, got <a>");
    xml("bad", "<annotation>" + deep + "</annotation>");
    assertFault(
        file + ": expected at most 1048576 elements, 64 within each other, and it has more");
  }

  @Test
  void elementsWithoutEnd() throws IOException {
    Path file = xml("bad", "<annotation>" + "<object/>".repeat(140_000) + "</annotation>");
    assertFault(file + ": expected at most 131072 objects, and it has more");
    xml("bad", "<annotation>" + "<a/>".repeat(1_100_000) + "</annotation>");
    assertFault(
        file + ": expected at most 1048576 elements, 64 within each other, and it has more");
    xml("bad", annotation("n".repeat(1001), "", DOG));
    assertFault(file + ": expected at most 1000 characters in <filename>, and it has more");
  }

  @Test
  @Timeout(60) // a search through the list of classes for each object took minutes
  void manyClasses() throws IOException {
    String[] objects = new String[70_000];
    for (int i = 0; i < objects.length; i++) {
      objects[i] =
          "<object><name>c%05d</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>9</xmax><ymax>9</ymax></bndbox></object>"
              .formatted(i);
    }
    whole("a", objects);
    DetectionSample sample = read(OnFault.FAIL).samples().get(0);
    assertThat(sample.objects().get(69_999).label()).isEqualTo(69_999);
  }

  /** Who reads no log must learn why nothing is left. */
  @Test
  void nothingThatCanBeRead() throws IOException {
    Path first = xml("a", annotation("a.jpg", "", DOG));
    xml("b", annotation("b.jpg", "", CAT));
    assertThatThrownBy(() -> read(OnFault.SKIP))
        .isInstanceOf(FormatException.class)
        .hasMessage(
            folder
                + ": none of its 2 pictures can be read; 2 skipped, the first because: "
                + first
                + ": its picture is not in JPEGImages");
    Path empty = Files.writeString(list("train.txt"), "\n");
    assertThatThrownBy(() -> VocFolder.open(folder, OnFault.SKIP).read("train", 1, 8, 10))
        .hasMessage(empty + ": none of its 0 pictures can be read");
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
