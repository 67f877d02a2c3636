package org.capsnet.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.within;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.assertj.core.api.Condition;
import org.capsnet.data.picture.ImageFile;
import org.capsnet.data.picture.PictureFiles;
import org.capsnet.io.FormatException;
import org.capsnet.testing.ForkedJvm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;

class ImageFolderTest {

  @TempDir Path folder;

  private static BufferedImage filled(int type, int width, int height, Color color) {
    BufferedImage picture = new BufferedImage(width, height, type);
    Graphics2D graphics = picture.createGraphics();
    graphics.setColor(color);
    graphics.fillRect(0, 0, width, height);
    graphics.dispose();
    return picture;
  }

  private Path write(BufferedImage picture, String name) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    String format = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    assertThat(ImageIO.write(picture, format, file.toFile())).isTrue();
    return file;
  }

  private Path red(String name) throws IOException {
    return write(filled(BufferedImage.TYPE_INT_RGB, 9, 7, Color.RED), name);
  }

  private ImageFolder.Result read(OnFault onFault) throws IOException {
    return ImageFolder.read(folder, 3, 4, 4, onFault);
  }

  // ---------------------------------------------------------------- folders

  @Test
  void readsAMixtureOfSizesAndFormats() throws IOException {
    write(filled(BufferedImage.TYPE_INT_RGB, 40, 30, Color.RED), "rot/b.png");
    write(filled(BufferedImage.TYPE_INT_RGB, 5, 50, Color.RED), "rot/A.JPG");
    write(filled(BufferedImage.TYPE_INT_RGB, 3, 3, Color.BLUE), "blau/one.bmp");
    write(filled(BufferedImage.TYPE_BYTE_GRAY, 8, 8, Color.WHITE), "grün/x.jpeg");
    Files.writeString(folder.resolve("rot/notes.txt"), "not a picture");
    Files.writeString(folder.resolve("rot/.hidden.png"), "not one either");
    Files.writeString(folder.resolve("readme.md"), "beside the classes");
    Files.createDirectories(folder.resolve(".thumbnails"));
    Files.createDirectories(folder.resolve("rot/deeper.png"));
    write(filled(BufferedImage.TYPE_INT_RGB, 9, 7, Color.RED), "rot/more/still/c.gif");
    write(filled(BufferedImage.TYPE_INT_RGB, 3, 3, Color.RED), "rot/more/d.tif");
    write(filled(BufferedImage.TYPE_INT_RGB, 3, 3, Color.RED), "__MACOSX/rot/c.png");
    write(filled(BufferedImage.TYPE_INT_RGB, 3, 3, Color.RED), "rot/__MACOSX/c.png");
    Files.writeString(folder.resolve("rot/Thumbs.db"), "not a picture either");

    ImageFolder.Result result = read(OnFault.FAIL);
    LabeledImages images = result.images();
    assertThat(images.classNames()).containsExactly("blau", "grün", "rot");
    assertThat(images.classCounts()).containsExactly(1, 1, 4);
    assertThat(result.files())
        .extracting(file -> file.getFileName().toString())
        .containsExactly("one.bmp", "x.jpeg", "A.JPG", "b.png", "d.tif", "c.gif");
    assertThat(result.unreadable()).isEmpty();
    assertThat(result.ignored())
        .containsExactlyInAnyOrder(
            folder.resolve("readme.md"),
            folder.resolve("rot/notes.txt"),
            folder.resolve("rot/Thumbs.db"));
    assertColour(images.image(0), 0, 0, 1);
    assertColour(images.image(1), 1, 1, 1);
    assertColour(images.image(2), 1, 0, 0);
    for (int i = 3; i < 6; i++) {
      assertColour(images.image(i), 1, 0, 0);
    }
  }

  @Test
  void picturesThatCannotBeReadAreNamedAndNotOverlooked() throws IOException {
    red("a/good.png");
    red("b/good.png");
    Path webp = folder.resolve("a/photo.webp");
    Files.writeString(webp, "RIFF\40\0\0\0WEBPVP8 ", StandardCharsets.ISO_8859_1);
    assertThat(read(OnFault.SKIP).unreadable())
        .containsOnlyKeys(webp)
        .hasValueSatisfying(
            new Condition<>(message -> message.contains("WEBP"), "names the format"));
    assertThatThrownBy(() -> read(OnFault.FAIL)).hasMessageStartingWith(webp + ": ");
  }

  @Test
  void thePartsOfADataSetAreNotClasses() throws IOException {
    red("train/cats/1.png");
    red("train/dogs/1.png");
    red("test/cats/1.png");
    assertThatThrownBy(() -> read(OnFault.SKIP))
        .isInstanceOf(FormatException.class)
        .hasMessage(
            folder
                + ": its sub-folders [test, train] are parts of a data set and not classes: read"
                + " each of them");
    red("cats/1.png");
    assertThat(read(OnFault.SKIP).images().classNames()).containsExactly("cats", "test", "train");
  }

  @Test
  void aLinkThatLeadsBackIsAFault() throws IOException {
    red("a/1.png");
    red("b/1.png");
    Path link = folder.resolve("b/again");
    Files.createSymbolicLink(link, folder);
    assertThatThrownBy(() -> read(OnFault.SKIP))
        .isInstanceOf(FormatException.class)
        .hasMessage(link + ": it is a link to a folder that it is in");
  }

  /** Each by itself leads only over to the other, until the system follows no more links. */
  @Test
  void linksBetweenClassesThatLeadBackAreAFault() throws IOException {
    red("a/1.png");
    red("b/1.png");
    Files.createSymbolicLink(folder.resolve("a/over"), folder.resolve("b"));
    Files.createSymbolicLink(folder.resolve("b/over"), folder.resolve("a"));
    assertThatThrownBy(() -> read(OnFault.SKIP))
        .isInstanceOf(FormatException.class)
        .hasMessage(folder.resolve("a/over/over") + ": it is a link to a folder that it is in");
  }

  @Test
  void aLinkToNothingIsSkippedAndNamed() throws IOException {
    red("a/1.png");
    red("b/1.png");
    Path link = folder.resolve("b/2.png");
    Files.createSymbolicLink(link, folder.resolve("nothing.png"));
    ImageFolder.Result result = read(OnFault.SKIP);
    assertThat(result.files()).hasSize(2);
    assertThat(result.unreadable())
        .containsExactly(entry(link, link + ": it is a link to nothing"));
    assertThatThrownBy(() -> read(OnFault.FAIL)).isInstanceOf(FormatException.class);
  }

  /** The opening of a pipe that nobody writes to never returns; a folder stands for it here. */
  @Test
  void whatIsNoFileIsNotOpened() {
    assertThatThrownBy(() -> ImageFile.read(folder, 3, 2, 2))
        .isInstanceOf(FormatException.class)
        .hasMessage(folder + ": it is not a file but a folder, a pipe or a device");
  }

  /** Reads a folder where the locale has letters of ASCII alone, and names the classes. */
  static final class NamingMain {

    private NamingMain() {}

    /** Takes the folder. */
    public static void main(String[] args) throws IOException {
      try {
        ImageFolder.Result result = ImageFolder.read(Path.of(args[0]), 1, 2, 2, OnFault.FAIL);
        System.out.write(
            ("classes " + result.images().classNames() + "\n").getBytes(StandardCharsets.UTF_8));
        System.out.println("counts " + Arrays.toString(result.images().classCounts()));
        System.out.println("stem " + PictureFiles.stem(result.files().get(0)).length());
      } catch (FormatException e) {
        System.out.println("fault " + e.getMessage());
      }
    }
  }

  private ForkedJvm.Outcome readInPosix() throws IOException, InterruptedException {
    return ForkedJvm.run(
        NamingMain.class,
        List.of(),
        environment -> environment.put("LC_ALL", "POSIX"),
        folder.toString());
  }

  @Test
  void namesAreReadWhateverTheLocale() throws IOException, InterruptedException {
    red("grün/ö.png");
    red("groß/ä.png");
    red("日本/1+1 %41.png");
    ForkedJvm.Outcome outcome = readInPosix();
    assertThat(outcome.after("classes "))
        .as(outcome.toString())
        .containsExactly("[groß, grün, 日本]");
    assertThat(outcome.after("counts ")).containsExactly("[1, 1, 1]");
    assertThat(outcome.after("stem ")).containsExactly("1");
  }

  /** Two of them would be one class. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void aClassWhoseNameCannotBeReadIsAFault() throws IOException, InterruptedException {
    for (String letter : List.of("\\344", "\\366")) {
      Path picture = red("picture.png");
      String script = "d=\"$1/$(printf '" + letter + "')\"; mkdir \"$d\"; cp \"$2\" \"$d\"";
      Process process =
          new ProcessBuilder("sh", "-c", script, "sh", folder.toString(), picture.toString())
              .inheritIO()
              .start();
      assertThat(process.waitFor()).isZero();
    }
    ForkedJvm.Outcome outcome = readInPosix();
    assertThat(outcome.after("fault "))
        .as(outcome.toString())
        .hasSize(1)
        .first()
        .asString()
        .contains("its name is not valid UTF-8");
  }

  private static void assertColour(INDArray image, double red, double green, double blue) {
    double[] expected = {red, green, blue};
    for (int c = 0; c < 3; c++) {
      assertThat(image.slice(c).meanNumber().doubleValue()).isCloseTo(expected[c], within(0.02));
      assertThat(image.slice(c).stdNumber().doubleValue()).isCloseTo(0, within(0.02));
    }
  }

  @Test
  void unreadableFilesAreSkippedAndNamedOrAnError() throws IOException {
    red("a/good.png");
    red("b/good.png");
    Path empty = Files.createFile(folder.resolve("a/empty.png"));
    Path text = Files.writeString(folder.resolve("b/text.jpg"), "<html>not found</html>");

    ImageFolder.Result result = read(OnFault.SKIP);
    assertThat(result.images().classCounts()).containsExactly(1, 1);
    assertThat(result.unreadable()).containsOnlyKeys(empty, text);
    assertThat(result.unreadable().get(text)).contains("not a picture");
    assertThatThrownBy(() -> read(OnFault.FAIL))
        .isInstanceOf(FormatException.class)
        .hasMessageStartingWith(empty + ": ");
  }

  @Test
  void saysWhatIsWrongWithAFolder() throws IOException {
    assertThatThrownBy(() -> ImageFolder.read(folder.resolve("none"), 3, 4, 4, OnFault.SKIP))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining("expected a folder with one sub-folder for each class");
    assertThatThrownBy(() -> read(OnFault.SKIP))
        .isInstanceOf(FormatException.class)
        .hasMessageStartingWith(folder + ": ")
        .hasMessageEndingWith("got none");
    red("flat.png");
    assertThatThrownBy(() -> read(OnFault.SKIP)).hasMessageEndingWith("got none");
    red("cats/one.png");
    assertThatThrownBy(() -> read(OnFault.SKIP)).hasMessageEndingWith("got only cats");
    Files.createDirectories(folder.resolve("dogs"));
    assertThatThrownBy(() -> read(OnFault.SKIP))
        .isInstanceOf(FormatException.class)
        .hasMessage(
            folder.resolve("dogs")
                + ": this class has no pictures: expected files ending in .bmp, .dib, .gif, .jfif,"
                + " .jpe, .jpeg, .jpg, .png, .tif, .tiff");
    Files.writeString(folder.resolve("dogs/one.png"), "no");
    assertThatThrownBy(() -> read(OnFault.SKIP))
        .hasMessage(
            "%s: none of its 1 pictures can be read; 1 skipped, the first because: %s: it"
                    .formatted(folder.resolve("dogs"), folder.resolve("dogs/one.png"))
                + " is not a picture that this JVM can read");
  }

  @Test
  void refusesSizesThatMakeNoSense() throws IOException {
    red("a/1.png");
    red("b/1.png");
    assertThatThrownBy(() -> ImageFolder.read(folder, 2, 4, 4, OnFault.SKIP))
        .hasMessage("channels: expected 1 or 3, got 2");
    assertThatThrownBy(() -> ImageFolder.read(folder, 1, 0, 4, OnFault.SKIP))
        .hasMessage("height and width: expected 1 or more, got 0, 4");
    assertThatThrownBy(() -> ImageFolder.read(folder, 1, 1 << 15, 1 << 15, OnFault.SKIP))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("more than the");
  }

  // ---------------------------------------------------------------- pictures

  /** A grey of 128 is 128, whatever ways a file has to say so. */
  @Test
  void greyKeepsItsValue() throws IOException {
    BufferedImage deep = new BufferedImage(4, 4, BufferedImage.TYPE_USHORT_GRAY);
    BufferedImage shallow = new BufferedImage(4, 4, BufferedImage.TYPE_BYTE_GRAY);
    byte[] levels = {0, (byte) 128};
    BufferedImage palette =
        new BufferedImage(
            4,
            4,
            BufferedImage.TYPE_BYTE_BINARY,
            new IndexColorModel(1, 2, levels, levels, levels));
    for (int i = 0; i < 16; i++) {
      deep.getRaster().setSample(i % 4, i / 4, 0, 128 * 257);
      shallow.getRaster().setSample(i % 4, i / 4, 0, 128);
      palette.getRaster().setSample(i % 4, i / 4, 0, 1);
    }
    Path[] files = {
      write(deep, "deep.png"),
      write(shallow, "shallow.png"),
      write(shallow, "shallow.jpg"),
      write(shallow, "shallow.bmp"),
      write(palette, "palette.png"),
      write(filled(BufferedImage.TYPE_INT_RGB, 4, 4, new Color(128, 128, 128)), "rgb.png")
    };
    for (Path file : files) {
      for (int channels : new int[] {1, 3}) {
        INDArray image = ImageFile.read(file, channels, 2, 2);
        assertThat(image.shape()).containsExactly(channels, 2, 2);
        assertThat(image.ravel().toFloatVector()).as(file.toString()).containsOnly(128 / 255f);
      }
    }
  }

  @Test
  void colourBecomesGreyByItsLuma() throws IOException {
    Path file = write(filled(BufferedImage.TYPE_INT_RGB, 3, 3, Color.GREEN), "green.png");
    assertThat(ImageFile.read(file, 1, 1, 1).getFloat(0)).isCloseTo(0.587f, within(0.002f));
  }

  @Test
  void whatIsTransparentLiesOnWhite() throws IOException {
    BufferedImage picture = new BufferedImage(2, 1, BufferedImage.TYPE_INT_ARGB);
    picture.setRGB(0, 0, 0x00FF0000);
    picture.setRGB(1, 0, 0x80000000);
    INDArray image = ImageFile.read(write(picture, "alpha.png"), 3, 1, 2);
    assertThat(image.slice(0).ravel().toFloatVector()).containsExactly(1, 127 / 255f);
    assertThat(image.slice(1).ravel().toFloatVector()).containsExactly(1, 127 / 255f);
  }

  @Test
  void makingSmallerAveragesAndKeepsTheBrightness() throws IOException {
    BufferedImage board = new BufferedImage(100, 60, BufferedImage.TYPE_BYTE_GRAY);
    for (int y = 0; y < 60; y++) {
      for (int x = 0; x < 100; x++) {
        board.getRaster().setSample(x, y, 0, (x + y) % 2 * 254);
      }
    }
    INDArray small = ImageFile.read(write(board, "board.png"), 1, 6, 10);
    for (float value : small.ravel().toFloatVector()) {
      assertThat(value).isCloseTo(127 / 255f, within(0.02f));
    }
  }

  @Test
  void makingLargerInterpolates() throws IOException {
    BufferedImage ramp = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_GRAY);
    ramp.getRaster().setSample(1, 0, 0, 200);
    float[] large = ImageFile.read(write(ramp, "ramp.png"), 1, 1, 4).ravel().toFloatVector();
    assertThat(large).containsExactly(new float[] {0, 50 / 255f, 150 / 255f, 200 / 255f});
  }

  @Test
  void theSameSizeChangesNothing() throws IOException {
    byte[] pixels = new byte[48];
    new Random(3).nextBytes(pixels);
    BufferedImage picture = new BufferedImage(4, 4, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 16; i++) {
      int rgb = (pixels[i] & 255) << 16 | (pixels[16 + i] & 255) << 8 | (pixels[32 + i] & 255);
      picture.setRGB(i % 4, i / 4, rgb);
    }
    assertThat(ImageFile.bytes(write(picture, "same.png"), 3, 4, 4)).isEqualTo(pixels);
  }

  @Test
  void aPictureCutShortIsAnError() throws IOException {
    BufferedImage picture = new BufferedImage(30, 30, BufferedImage.TYPE_INT_RGB);
    int[] noise = new Random(1).ints(900).toArray();
    picture.setRGB(0, 0, 30, 30, noise, 0, 30);
    for (String name : List.of("cut.png", "cut.bmp", "cut.jpg")) {
      Path file = write(picture, name);
      byte[] whole = Files.readAllBytes(file);
      for (int length : new int[] {0, 1, 10, 60, whole.length / 2}) {
        Files.write(file, Arrays.copyOf(whole, length));
        assertThatThrownBy(() -> ImageFile.read(file, 3, 8, 8))
            .as(name + " of " + length + " bytes")
            .isInstanceOf(FormatException.class)
            .hasMessageStartingWith(file + ": ");
      }
    }
    assertThatThrownBy(() -> ImageFile.read(folder.resolve("none.png"), 3, 8, 8))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void randomDamageGivesAPictureOrTheNamedFault() throws IOException {
    BufferedImage picture = new BufferedImage(12, 12, BufferedImage.TYPE_INT_RGB);
    Random random = new Random(1);
    picture.setRGB(0, 0, 12, 12, random.ints(144).toArray(), 0, 12);
    for (String name : List.of("hit.png", "hit.bmp", "hit.jpg")) {
      Path file = write(picture, name);
      byte[] whole = Files.readAllBytes(file);
      for (int i = 0; i < 200; i++) {
        byte[] damaged = whole.clone();
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
        Files.write(file, damaged);
        try {
          assertThat(ImageFile.bytes(file, 3, 4, 4)).hasSize(48);
        } catch (FormatException e) {
          assertThat(e).hasMessageStartingWith(file + ": ");
        }
      }
    }
  }

  @Test
  void aPictureThatClaimsToBeVastIsRefusedBeforeItIsDecoded() throws IOException {
    Path file = Files.write(folder.resolve("bomb.png"), pngHeader(100_000, 100_000));
    assertThatThrownBy(() -> ImageFile.read(file, 3, 8, 8))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("it states 100000 × 100000 pixels in ");
  }

  private static byte[] pngHeader(int width, int height) throws IOException {
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    DataOutputStream chunk = new DataOutputStream(header);
    chunk.write("IHDR".getBytes(StandardCharsets.US_ASCII));
    chunk.writeInt(width);
    chunk.writeInt(height);
    chunk.write(new byte[] {8, 2, 0, 0, 0});
    CRC32 sum = new CRC32();
    sum.update(header.toByteArray());
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(png);
    out.write(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'});
    out.writeInt(13);
    out.write(header.toByteArray());
    out.writeInt((int) sum.getValue());
    out.writeInt(0);
    out.write("IDAT".getBytes(StandardCharsets.US_ASCII));
    out.writeInt(0x35AF061E);
    return png.toByteArray();
  }
}
