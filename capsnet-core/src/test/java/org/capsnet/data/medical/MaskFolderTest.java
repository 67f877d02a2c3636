package org.capsnet.data.medical;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.capsnet.data.OnFault;
import org.capsnet.data.picture.MaskFile;
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
    assertThat(result.maskNames()).containsExactly("grey 0", "grey 128", "grey 255");
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
  void rowsMayNameFilesOfAnyFormat() throws IOException {
    twoCells();
    for (String ending : List.of("png", "TIF", "jfif", "dib", "webp")) {
      table("id,label\n1." + ending + ",a\n002." + ending + ",b\n");
      assertThat(read(cells(), OnFault.FAIL).names()).containsExactly("001", "002");
    }
    Path table = table("id,label\n1.5,a\n2,b\n");
    assertThat(read(cells(), OnFault.SKIP).skipped())
        .contains(table + ": its row 1.5 has no picture");
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
        folder.resolve("001-mask.png") + ": expected the values [0, 128], got 255",
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
    table("id,label\n1,5\n2,6\n02,9\n");
    assertFault(cells(), table + ": its row 02 is there twice", "001"); // 6 or 9, who knows
    assertThat(read(cells(), OnFault.SKIP).classNames()).containsExactly("5");
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
        .hasMessage(
            folder
                + ": none of its pictures has a mask and a row in "
                + table
                + "; 3 skipped, the first because: "
                + folder.resolve("001.png")
                + ": it has no row in "
                + table);
    assertThatThrownBy(() -> cells().classes(List.of("1", "2", "1")))
        .hasMessage("classes: expected one or more, each once, got [1, 2, 1]");
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
            folder + ": its masks have 36 values: expected at most 32, or a choice of values");
    assertThat(read(cells().maskValues(ramp), OnFault.FAIL).maskValues()).hasSize(36);
    assertThatThrownBy(() -> cells().maskValues(0, 0x1000000))
        .hasMessage(
            "maskValues: expected 1 to 256 distinct values from 0 to 0xFFFFFF, got [0, 16777216]");
    assertThatThrownBy(() -> cells().maskValues(new int[257])).hasMessageStartingWith("maskValues");
    assertThatThrownBy(() -> cells().maskValues(1, 1)).hasMessageEndingWith("got [1, 1]");
  }

  // ---------------------------------------------------------------- masks as they are stored

  private Path write(BufferedImage picture, String format, String name) throws IOException {
    Path file = folder.resolve(name);
    assertThat(ImageIO.write(picture, format, file.toFile())).isTrue();
    return file;
  }

  private static BufferedImage filled(BufferedImage picture, int... samples) {
    for (int i = 0; i < samples.length; i++) {
      picture.getRaster().setSample(i % picture.getWidth(), i / picture.getWidth(), 0, samples[i]);
    }
    return picture;
  }

  private static BufferedImage palette(int bits, int[] colours, int... indices) {
    IndexColorModel model =
        new IndexColorModel(bits, colours.length, colours, 0, false, -1, DataBuffer.TYPE_BYTE);
    int type = bits < 8 ? BufferedImage.TYPE_BYTE_BINARY : BufferedImage.TYPE_BYTE_INDEXED;
    return filled(new BufferedImage(2, 2, type, model), indices);
  }

  private static BufferedImage coloured(int type, int... colours) {
    BufferedImage picture = new BufferedImage(2, 2, type);
    picture.setRGB(0, 0, 2, 2, colours, 0, 2);
    return picture;
  }

  private void assertMasks(MaskFile.Kind kind, List<Integer> values) throws IOException {
    MaskFolder.Result result = read(cells(), OnFault.FAIL);
    assertThat(result.maskKind()).isEqualTo(kind);
    assertThat(result.maskValues()).isEqualTo(values);
    assertThat(result.samples().get(0).mask().bytes()).containsExactly(0, 1, 2, 0);
    assertThat(result.samples().get(1).mask().bytes()).containsExactly(0, 0, 1, 1);
  }

  /** Two colours of equal luma, as 1 and 16 of Pascal VOC, or even of one colour. */
  @Test
  void paletteMasksAreIndices() throws IOException {
    twoCells();
    for (int last : new int[] {0x004000, 0x800000}) {
      int[] colours = new int[17];
      colours[1] = 0x800000;
      colours[16] = last;
      for (String format : List.of("png", "bmp")) {
        write(palette(8, colours, 0, 1, 16, 0), format, "001-mask.png");
        write(palette(8, colours, 0, 0, 1, 1), format, "002-mask.png");
        assertMasks(MaskFile.Kind.PALETTE, List.of(0, 1, 16));
      }
    }
    assertThat(read(cells(), OnFault.FAIL).maskNames())
        .containsExactly("index 0", "index 1", "index 16");
  }

  /** Fewer bits for a mask of fewer classes change no index. */
  @Test
  void palettesOfFewBitsAreIndicesToo() throws IOException {
    twoCells();
    int[] colours = {0, 0xFF0000, 0x00FF00, 0x0000FF};
    write(palette(2, colours, 0, 1, 2, 0), "png", "001-mask.png");
    write(palette(1, Arrays.copyOf(colours, 2), 0, 0, 1, 1), "png", "002-mask.png");
    assertMasks(MaskFile.Kind.PALETTE, List.of(0, 1, 2));
  }

  @Test
  void valuesOf16BitsAreNotScaled() throws IOException {
    twoCells();
    for (String format : List.of("png", "tiff")) {
      int type = BufferedImage.TYPE_USHORT_GRAY;
      write(filled(new BufferedImage(2, 2, type), 0, 1, 2, 0), format, "001-mask.png");
      write(filled(new BufferedImage(2, 2, type), 0, 0, 1, 1), format, "002-mask.png");
      assertMasks(MaskFile.Kind.GREY_16, List.of(0, 1, 2));
      write(filled(new BufferedImage(2, 2, type), 0, 256, 65535, 0), format, "001-mask.png");
      write(filled(new BufferedImage(2, 2, type), 0, 0, 256, 256), format, "002-mask.png");
      assertMasks(MaskFile.Kind.GREY_16, List.of(0, 256, 65535));
    }
  }

  @Test
  void coloursAreToldApartAsTheyAre() throws IOException {
    twoCells();
    int type = BufferedImage.TYPE_3BYTE_BGR;
    write(coloured(type, 0x000080, 0x1D4B00, 0xFF0000, 0x000080), "png", "001-mask.png");
    write(coloured(type, 0x000080, 0x000080, 0x1D4B00, 0x1D4B00), "bmp", "002-mask.png");
    assertMasks(MaskFile.Kind.COLOUR, List.of(0x000080, 0x1D4B00, 0xFF0000));
    MaskFolder.Result result = read(cells().maskValues(0xFF0000, 0x1D4B00, 0x000080), OnFault.FAIL);
    assertThat(result.maskNames())
        .containsExactly("colour #FF0000", "colour #1D4B00", "colour #000080");
    assertThat(result.samples().get(0).mask().bytes()).containsExactly(2, 1, 0, 2);
  }

  @Test
  void anAlphaChannelIsRefused() throws IOException {
    twoCells();
    int[] opaque = {0xFF000000, 0xFFFF0000, 0xFF00FF00, 0xFF000000};
    Path mask = write(coloured(BufferedImage.TYPE_4BYTE_ABGR, opaque), "png", "001-mask.png");
    assertFault(
        cells(),
        mask + ": it has an alpha channel: a mask has one number a pixel, so save it without",
        "002");
  }

  @Test
  void lossIsRefused() throws IOException {
    twoCells();
    BufferedImage grey = filled(new BufferedImage(2, 2, BufferedImage.TYPE_BYTE_GRAY), 0, 128);
    Path mask = write(grey, "jpg", "001-mask.png"); // whatever its name is
    String message =
        ": it is stored in a lossy format, %s, which changes its values; masks must be PNG, BMP,"
            + " GIF or TIFF";
    assertFault(cells(), mask + message.formatted("JPEG"), "002");
    ImageWriter writer = ImageIO.getImageWritersByFormatName("tiff").next();
    ImageWriteParam param = writer.getDefaultWriteParam();
    param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
    param.setCompressionType("JPEG");
    Files.delete(mask);
    try (ImageOutputStream out = ImageIO.createImageOutputStream(mask.toFile())) {
      writer.setOutput(out);
      writer.write(null, new IIOImage(grey, null, null), param);
    } finally {
      writer.dispose();
    }
    assertFault(cells(), mask + message.formatted("TIFF of compression 7"), "002");
  }

  @Test
  void photographsAreRefused() throws IOException {
    int[] ramp = new int[289];
    for (int i = 0; i < ramp.length; i++) {
      ramp[i] = i;
    }
    twoCells();
    grey("001.png", 17, 17);
    Path mask =
        write(
            filled(new BufferedImage(17, 17, BufferedImage.TYPE_USHORT_GRAY), ramp),
            "png",
            "001-mask.png");
    assertFault(
        cells(),
        mask + ": expected a mask of at most 256 values, and it has more, as a photograph does",
        "002");
  }

  /** Where 1 is an index here and a grey value there, it is not one class. */
  @Test
  void masksOfTwoKinds() throws IOException {
    twoCells();
    Path second = write(palette(8, new int[] {0, 1}, 0, 0, 1, 1), "png", "002-mask.png");
    assertFault(
        cells(),
        second
            + ": it has palette indices, and "
            + folder.resolve("001-mask.png")
            + " has grey values of 8 bits",
        "001");
  }

  @Test
  void palettesThatContradictEachOther() throws IOException {
    twoCells();
    Path first = write(palette(8, new int[] {0, 0xFF0000}, 0, 1, 1, 0), "png", "001-mask.png");
    Path second = write(palette(8, new int[] {0, 0x00FF00}, 0, 0, 1, 1), "png", "002-mask.png");
    assertFault(
        cells(),
        second + ": its index 1 is the colour #FF00FF00, and that of " + first + " is #FFFF0000",
        "001");
  }

  // ---------------------------------------------------------------- labels that are lost

  /** Neither a class without a name, nor a picture that is said to have no row. */
  @Test
  void anEmptyCellIsNoLabel() throws IOException {
    twoCells();
    for (String empty : List.of("", "  ", "\"\"", "\" \"")) {
      Path table = table("id,label,patient\n1," + empty + ",x\n2,a,x\n");
      assertFault(cells(), table + ": its row 1 has no label", "002");
      MaskFolder.Result result = read(cells(), OnFault.SKIP);
      assertThat(result.classNames()).containsExactly("a");
      assertThat(result.skipped()).hasSize(1);
    }
    Path table = table("id,label,patient\n1,a,\n2,a,x\n");
    assertFault(
        cells().groupColumn("patient"),
        table + ": its row 1 does not say whose picture it is",
        "002");
    table("id,label\n,b\n2,a\n");
    assertFault(cells(), table + ": its row with b has no name", "002");
  }

  @Test
  void cellsBetweenSemicolonsOrTabs() throws IOException {
    twoCells();
    for (String separator : List.of(";", "\t")) {
      table("id;\"a, b\";label\n1;1,5;\"x;y\"\n2;0,5;z\n".replace(";", separator));
      MaskFolder.Result result = read(cells().columns("id", "label"), OnFault.FAIL);
      assertThat(result.classNames()).containsExactly("x" + separator + "y", "z");
    }
  }

  @Test
  void commasAtTheEndsOfRows() throws IOException {
    twoCells();
    table("id,label,\n1,a,\n2,b\n,,\n");
    assertThat(read(cells(), OnFault.FAIL).classNames()).containsExactly("a", "b");
    table("id,label\n1,a,,\n2,b\n");
    assertThat(read(cells(), OnFault.FAIL).classNames()).containsExactly("a", "b");
    Path table = table("id,label\n1,a,b\n2,b\n");
    assertFault(cells(), table + ": its row 1: expected 2 cells, got 3", "002");
  }

  @Test
  void columnsWithoutANameOrOfOneName() throws IOException {
    twoCells();
    Path table = table(",id,label\n0,1,a\n1,2,b\n");
    assertThatThrownBy(() -> read(cells(), OnFault.SKIP))
        .isInstanceOf(FormatException.class)
        .hasMessage(
            table
                + ": its column number 1 has no name; it may hold row numbers: choose the columns,"
                + " of [, id, label]");
    MaskFolder.Result result = read(cells().columns("id", "label"), OnFault.FAIL);
    assertThat(result.classNames()).containsExactly("a", "b");
    table("id,label,label\n1,a,b\n2,a,b\n");
    assertThatThrownBy(() -> read(cells().columns("id", "label"), OnFault.SKIP))
        .hasMessage(table + ": expected one column label, got several: [id, label, label]");
  }

  /** Whichever is taken, the other may be the right one. */
  @Test
  void filesThatShareAName() throws IOException {
    twoCells();
    Path other = grey("01.png", 2, 2);
    Path first = folder.resolve("001.png");
    assertFault(
        cells(), first + ": several pictures have its name: [" + first + ", " + other + "]", "002");
    Files.delete(other);
    Path mask = folder.resolve("001-mask.png");
    Path otherMask = grey("1-mask.png", 2, 2);
    assertFault(
        cells(), mask + ": several masks have its name: [" + mask + ", " + otherMask + "]", "002");
  }
}
