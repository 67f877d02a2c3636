package org.capsnet.data.medical;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.capsnet.data.OnFault;
import org.capsnet.io.FormatException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MaskFolderTest {

  @TempDir Path folder;

  private Path grey(String name, int width, int height, int... values) throws IOException {
    BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
    for (int i = 0; i < values.length; i++) {
      picture.getRaster().setSample(i % width, i / width, 0, values[i]);
    }
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    ImageIO.write(picture, "png", file.toFile());
    return file;
  }

  private Path table(String content) throws IOException {
    return Files.writeString(folder.resolve("labels.csv"), content);
  }

  private MaskFolder cells() {
    return MaskFolder.of(folder, folder.resolve("labels.csv"));
  }

  /** Two pictures of 2 by 2 with masks beside them. */
  private void twoCells() throws IOException {
    grey("001.png", 2, 2, 10, 20, 30, 40);
    grey("001-mask.png", 2, 2, 0, 128, 255, 0);
    grey("002.png", 2, 2, 50, 60, 70, 80);
    grey("002-mask.png", 2, 2, 0, 0, 128, 128);
    table("image ID,class label\r\n1,10\r\n2,9\r\n");
  }

  private MaskFolder.Result read(MaskFolder of, OnFault onFault) throws IOException {
    return of.read(1, 2, 2, onFault);
  }

  private void assertFault(MaskFolder of, String message, String... left) throws IOException {
    assertThatThrownBy(() -> read(of, OnFault.FAIL))
        .isInstanceOf(FormatException.class)
        .hasMessage(message);
    MaskFolder.Result result = read(of, OnFault.SKIP);
    assertThat(result.skipped()).contains(message);
    assertThat(result.names()).containsExactly(left);
  }

  // ---------------------------------------------------------------- good

  @Test
  void readsMasksBesideTheirPictures() throws IOException {
    twoCells();
    MaskFolder.Result result = read(cells(), OnFault.FAIL);
    assertThat(result.names()).containsExactly("001", "002");
    assertThat(result.classNames()).containsExactly("9", "10"); // as numbers
    assertThat(result.labels()).containsExactly(1, 0);
    assertThat(result.maskValues()).containsExactly(0, 128, 255);
    assertThat(result.groups()).containsExactly("1", "2");
    assertThat(result.skipped()).isEmpty();
    SegmentationSample first = result.samples().get(0);
    assertThat(first.image().bytes()).containsExactly(10, 20, 30, 40);
    assertThat(first.mask().bytes()).containsExactly(0, 1, 2, 0);
    assertThat(result.samples().get(1).mask().bytes()).containsExactly(0, 0, 1, 1);
  }

  @Test
  void readsAFolderOfMasksAndATableWithMoreColumns() throws IOException {
    grey("images/a.png", 1, 1, 7);
    grey("images/b.png", 1, 1, 8);
    grey("masks/a_seg.png", 1, 1, 1);
    grey("masks/b_seg.png", 1, 1, 2);
    table("\uFEFFpatient,file,age,finding\n\"Doe, \"\"J\"\"\",a.png,3,good\nRoe,b.PNG,4,bad\n\n");
    MaskFolder of =
        MaskFolder.of(folder.resolve("images"), folder.resolve("labels.csv"))
            .masks(folder.resolve("masks"), "_seg")
            .columns("file", "finding")
            .groupColumn("patient")
            .maskValues(2, 1)
            .classes(List.of("good", "bad"));
    MaskFolder.Result result = of.read(3, 2, 3, OnFault.FAIL);
    assertThat(result.groups()).containsExactly("Doe, \"J\"", "Roe");
    assertThat(result.labels()).containsExactly(0, 1);
    assertThat(result.maskValues()).containsExactly(2, 1);
    assertThat(result.samples().get(0).image().shape()).containsExactly(3, 2, 3);
    assertThat(result.samples().get(0).mask().bytes()).containsOnly(1);
    assertThat(result.samples().get(1).mask().bytes()).containsOnly(0);
  }

  @Test
  void labelsThatAreWordsAreInTheOrderOfLetters() throws IOException {
    twoCells();
    table("id,label\n1,sick\n2,10\n");
    assertThat(read(cells(), OnFault.FAIL).classNames()).containsExactly("10", "sick");
  }

  // ---------------------------------------------------------------- bad

  @Test
  void aMissingMask() throws IOException {
    twoCells();
    Files.delete(folder.resolve("002-mask.png"));
    assertFault(cells(), folder.resolve("002.png") + ": it has no mask in " + folder, "001");
  }

  @Test
  void aMaskOfAnotherSize() throws IOException {
    twoCells();
    Path mask = grey("001-mask.png", 3, 2);
    assertFault(cells(), mask + ": expected 2 × 2 pixels as its picture has, got 3 × 2", "002");
  }

  @Test
  void aMaskWithAnUnknownValue() throws IOException {
    twoCells();
    assertFault(
        cells().maskValues(0, 128),
        folder.resolve("001-mask.png") + ": expected the grey values [0, 128], got 255",
        "002");
  }

  @Test
  void anUnknownLabel() throws IOException {
    twoCells();
    assertFault(
        cells().classes(List.of("9")),
        folder.resolve("001.png") + ": label: expected one of [9], got 10",
        "002");
  }

  @Test
  void aPictureWithoutARowAndARowWithoutAPicture() throws IOException {
    twoCells();
    Path table = table("id,label\n2,5\n7,5\n");
    MaskFolder.Result result = read(cells(), OnFault.SKIP);
    assertThat(result.names()).containsExactly("002");
    assertThat(result.skipped())
        .containsExactly(
            folder.resolve("001.png") + ": it has no row in " + table,
            table + ": its row 7 has no picture");
  }

  @Test
  void rowsThatAreNoRows() throws IOException {
    twoCells();
    Path table = table("id,label\n1,5\n2\n");
    assertFault(cells(), table + ": its row 2: expected 2 cells, got 1", "001");
    table("id,label\n1,5\n2,6\n01,9\n");
    assertFault(cells(), table + ": its row 01 is there twice", "001", "002");
    assertThat(read(cells(), OnFault.SKIP).classNames()).containsExactly("5", "6");
  }

  @Test
  void aPictureThatIsNone() throws IOException {
    twoCells();
    Path file = Files.writeString(folder.resolve("001.png"), "none");
    assertFault(cells(), file + ": it is not a picture that this JVM can read", "002");
  }

  @Test
  void tablesThatAreNone() throws IOException {
    twoCells();
    Path table = table("");
    assertThatThrownBy(() -> read(cells(), OnFault.SKIP)).hasMessage(table + ": it is empty");
    table("id\n1\n");
    assertThatThrownBy(() -> read(cells(), OnFault.SKIP))
        .isInstanceOf(FormatException.class)
        .hasMessage(table + ": expected a column number 2, got [id]");
    table("id,label\n1,5\n");
    assertThatThrownBy(() -> read(cells().groupColumn("patient"), OnFault.SKIP))
        .hasMessage(table + ": expected a column patient, got [id, label]");
    table("id,label\n1,\"5\n");
    assertThatThrownBy(() -> read(cells(), OnFault.SKIP))
        .isInstanceOf(FormatException.class)
        .hasMessage(table + ": the quote at character 12 does not end");
    table("id,label\n1,\"5\"x\n");
    assertThatThrownBy(() -> read(cells(), OnFault.SKIP)).hasMessageContaining("does not end");
    Files.write(table, "id,läbel\n".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> read(cells(), OnFault.SKIP))
        .isInstanceOf(FormatException.class)
        .hasMessage(table + ": it is not text in UTF-8");
    Files.delete(table);
    assertThatThrownBy(() -> read(cells(), OnFault.SKIP)).isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void nothingThatCanBeRead() throws IOException {
    twoCells();
    Path table = table("id,label\n8,1\n");
    assertThatThrownBy(() -> read(cells(), OnFault.SKIP))
        .isInstanceOf(FormatException.class)
        .hasMessage(folder + ": none of its pictures has a mask and a row in " + table);
  }

  /** As where it was saved as JPEG. */
  @Test
  void masksWithTooManyValues() throws IOException {
    int[] ramp = new int[36];
    for (int i = 0; i < ramp.length; i++) {
      ramp[i] = i;
    }
    grey("1.png", 6, 6);
    grey("1-mask.png", 6, 6, ramp);
    table("id,label\n1,1\n");
    assertThatThrownBy(() -> read(cells(), OnFault.SKIP))
        .isInstanceOf(FormatException.class)
        .hasMessage(
            folder
                + ": its masks have 36 grey values: expected at most 32, or to be told which"
                + " count");
    assertThatThrownBy(() -> cells().maskValues(0, 256))
        .hasMessage("maskValues: expected distinct values from 0 to 255, got [0, 256]");
    assertThatThrownBy(() -> cells().maskValues(1, 1)).hasMessageEndingWith("got [1, 1]");
  }
}
