package org.capsnet.data.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.capsnet.data.ImageFolder;
import org.capsnet.data.OnFault;
import org.capsnet.io.FormatException;
import org.capsnet.testing.ForkedJvm;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pictures that are whole, cut short, damaged, of odd formats, and too large. */
class PictureDecoderTest {

  private static final int RGB = BufferedImage.TYPE_INT_RGB;
  private static final int SOF0 = 0xC0;

  @TempDir Path folder;

  private ByteImage read(byte[] bytes) throws IOException {
    return ImageFile.read(Files.write(folder.resolve("picture"), bytes), 3);
  }

  private static ThrowingCallable reading(byte[] bytes) {
    return () -> ImageFile.read(bytes, 3, 4, 4);
  }

  private static Map<String, byte[]> files() {
    BufferedImage waves = PictureBytes.waves(RGB, 40, 30);
    BufferedImage indexed = PictureBytes.waves(BufferedImage.TYPE_BYTE_INDEXED, 40, 30);
    byte[] data = new byte[40 * 30 * 3];
    new Random(1).nextBytes(data);
    Map<String, byte[]> files = new LinkedHashMap<>();
    for (String format : List.of("png", "bmp", "jpg", "gif", "tiff")) {
      files.put(format, PictureBytes.encoded(format.equals("gif") ? indexed : waves, format));
    }
    files.put("progressive jpg", PictureBytes.progressive(waves));
    files.put("CMYK jpg", PictureBytes.adobe(PictureBytes.jpegOf(1, 2, 3, 4), 0));
    files.put("palette png", PictureBytes.encoded(indexed, "png"));
    files.put("one bit tiff", PictureBytes.tiff(40, 240, 1, 1, 1, 1, 1, Arrays.copyOf(data, 1200)));
    files.put("plain tiff", PictureBytes.tiff(40, 30, 3, 8, 2, 1, 1, data));
    return files;
  }

  // ---------------------------------------------------------------- cut short, damaged

  @Test
  void aPictureCutAnywhereIsAFaultOrHasLostNothing() throws IOException {
    for (Map.Entry<String, byte[]> file : files().entrySet()) {
      byte[] bytes = file.getValue();
      ByteImage whole = read(bytes);
      for (int length = bytes.length - 1; length > 0; length -= 1 + length / 20) {
        ByteImage cut;
        try {
          cut = read(Arrays.copyOf(bytes, length));
        } catch (FormatException e) {
          assertThat(e).hasMessageStartingWith(folder.resolve("picture") + ": it ");
          continue;
        }
        assertThat(cut).as("%s of %s bytes", file.getKey(), length).isEqualTo(whole);
        assertThat(length).as(file.getKey()).isGreaterThan(bytes.length - 20);
      }
    }
  }

  /** Its decoder paints grey what is not there, and only warns. */
  @Test
  void aJpegWithoutItsSecondHalfIsAFaultThoughItsEndIsMarked() {
    for (byte[] whole :
        List.of(
            PictureBytes.encoded(PictureBytes.waves(RGB, 90, 80), "jpg"),
            PictureBytes.progressive(PictureBytes.waves(RGB, 90, 80)))) {
      byte[] cut = Arrays.copyOf(whole, whole.length / 2);
      assertThatThrownBy(reading(cut))
          .isInstanceOf(FormatException.class)
          .hasMessage("bytes: it is cut short: its end is not marked");
      cut[cut.length - 2] = (byte) 0xFF;
      cut[cut.length - 1] = (byte) 0xD9;
      assertThatThrownBy(reading(cut))
          .isInstanceOf(FormatException.class)
          .hasMessage(
              "bytes: it is damaged or cut short: Corrupt JPEG data: premature end of data"
                  + " segment");
    }
  }

  @Test
  void aFaultOfAJpegIsLeftToTheCallersChoice() throws IOException {
    byte[] whole = PictureBytes.encoded(PictureBytes.waves(RGB, 90, 80), "jpg");
    for (String name : List.of("a", "b")) {
      Files.createDirectories(folder.resolve(name));
      Files.write(folder.resolve(name).resolve("whole.jpg"), whole);
    }
    Path cut = folder.resolve("a").resolve("cut.jpg");
    Files.write(cut, Arrays.copyOf(whole, 2 * whole.length / 3));
    ImageFolder.Result result = ImageFolder.read(folder, 3, 8, 8, OnFault.SKIP);
    assertThat(result.unreadable()).containsOnlyKeys(cut);
    assertThat(result.images().classCounts()).containsExactly(1, 1);
    assertThatThrownBy(() -> ImageFolder.read(folder, 3, 8, 8, OnFault.FAIL))
        .isInstanceOf(FormatException.class)
        .hasMessageStartingWith(cut + ": it is cut short");
  }

  @Test
  void aFlippedBitOfAPngIsNoticed() {
    byte[] png = PictureBytes.encoded(PictureBytes.waves(RGB, 40, 30), "png");
    png[png.length / 2] ^= 1;
    assertThatThrownBy(reading(png))
        .isInstanceOf(FormatException.class)
        .hasMessage("bytes: it is damaged: a checksum is wrong");
  }

  @Test
  void aGifWhoseDataEndEarlyIsAFault() throws IOException {
    byte[] head = PictureBytes.ascii("GIF89a\1\0\2\0\u0080\0\0\0\0\0\u00FF\u00FF\u00FF");
    byte[] frame = PictureBytes.ascii(",\0\0\0\0\1\0\2\0\0\2");
    // Codes of three bits, from the right: clear, 1, end; and clear, 1, 1, end.
    byte[] early = PictureBytes.joined(head, frame, PictureBytes.ascii("\2L\1\0;"));
    byte[] whole = PictureBytes.joined(head, frame, PictureBytes.ascii("\2L\n\0;"));
    assertThat(read(whole).bytes()).containsOnly(255);
    assertThatThrownBy(reading(early))
        .isInstanceOf(FormatException.class)
        .hasMessage("bytes: it is damaged or cut short: its last rows are not there");
  }

  @Test
  void damageGivesAPictureOrTheNamedFault() throws IOException {
    Random random = new Random(2);
    for (Map.Entry<String, byte[]> file : files().entrySet()) {
      for (int i = 0; i < 60; i++) {
        byte[] damaged = file.getValue().clone();
        damaged[random.nextInt(i < 30 ? Math.min(400, damaged.length) : damaged.length)] =
            (byte) random.nextInt(256);
        try {
          assertThat(ImageFile.read(damaged, 3, 4, 4).shape()).containsExactly(3, 4, 4);
        } catch (FormatException e) {
          assertThat(e).as(file.getKey()).hasMessageStartingWith("bytes: ");
        }
      }
    }
  }

  // ---------------------------------------------------------------- odd but whole

  @Test
  void whatIsOddButTakesNothingFromAPictureIsNoFault() throws IOException {
    byte[] jpeg = PictureBytes.encoded(PictureBytes.waves(RGB, 40, 30), "jpg");
    ByteImage expected = read(jpeg);
    byte[] end = Arrays.copyOfRange(jpeg, jpeg.length - 2, jpeg.length);
    byte[] body = Arrays.copyOf(jpeg, jpeg.length - 2);
    assertThat(read(PictureBytes.joined(body, new byte[400], end)))
        .as("bytes that nothing needs")
        .isEqualTo(expected);
    assertThat(read(PictureBytes.joined(jpeg, jpeg, new byte[99])))
        .as("more behind the end, as of a phone")
        .isEqualTo(expected);
    byte[] revision = jpeg.clone();
    revision[PictureBytes.segment(jpeg, 0xE0) + 9] = 7;
    assertThat(read(revision)).as("a JFIF of the future").isEqualTo(expected);
    assertThat(read(PictureBytes.withProfile(jpeg, new byte[300])))
        .as("a profile that is none")
        .isEqualTo(expected);
    byte[] png = PictureBytes.encoded(PictureBytes.waves(RGB, 40, 30), "png");
    ByteImage ofPng = read(png);
    assertThat(read(PictureBytes.joined(png, new byte[50]))).isEqualTo(ofPng);
    byte[] odd = PictureBytes.withChunk(png, "teSt", new byte[10]);
    odd[8 + 25 + 8 + 10] ^= 1;
    assertThat(read(odd)).as("a wrong sum of a chunk that nobody needs").isEqualTo(ofPng);
  }

  @Test
  void theContentSaysOfWhichFormatAPictureIs() throws IOException {
    BufferedImage picture = PictureBytes.waves(RGB, 40, 30);
    ByteImage expected = read(PictureBytes.encoded(picture, "png"));
    for (String format : List.of("bmp", "tiff", "png")) {
      assertThat(read(PictureBytes.encoded(picture, format))).isEqualTo(expected);
    }
    BufferedImage indexed = PictureBytes.waves(BufferedImage.TYPE_BYTE_INDEXED, 40, 30);
    assertThat(read(PictureBytes.encoded(indexed, "gif")))
        .isEqualTo(read(PictureBytes.encoded(indexed, "png")));
  }

  @Test
  void formatsThatAreNotReadAreNamedOrUnknown() {
    assertThatThrownBy(reading(PictureBytes.ascii("RIFF\40\0\0\0WEBPVP8 \24\0\0\0")))
        .isInstanceOf(FormatException.class)
        .hasMessage("bytes: it is a WEBP picture, which is not read: make it a PNG");
    assertThatThrownBy(reading(PictureBytes.ascii("\0\0\0\30ftypheic\0\0\0\0")))
        .hasMessage("bytes: it is a HEIF picture, which is not read: make it a PNG");
    byte[] wbmp =
        PictureBytes.encoded(new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_BINARY), "wbmp");
    assertThatThrownBy(reading(wbmp))
        .hasMessage("bytes: it is not a picture that this JVM can read");
    byte[] bmp = PictureBytes.encoded(PictureBytes.waves(RGB, 4, 4), "bmp");
    bmp[30] = 4;
    assertThatThrownBy(reading(bmp)).hasMessage("bytes: it has a picture of another format inside");
    byte[] deep = PictureBytes.encoded(PictureBytes.waves(RGB, 16, 16), "jpg");
    deep[PictureBytes.segment(deep, SOF0) + 4] = 12;
    assertThatThrownBy(reading(deep)).hasMessage("bytes: expected samples of 8 bits, got 12");
  }

  // ---------------------------------------------------------------- too much

  @Test
  void aJpegOfAThousandScansIsRefusedBeforeItIsDecoded() throws IOException {
    byte[] jpeg = PictureBytes.progressive(PictureBytes.waves(RGB, 64, 64));
    assertThat(read(PictureBytes.repeatingLastScan(jpeg, 1))).isEqualTo(read(jpeg));
    assertThatThrownBy(reading(PictureBytes.repeatingLastScan(jpeg, 1000)))
        .isInstanceOf(FormatException.class)
        .hasMessage("bytes: it has 101 scans or more of 64 × 64 pixels, too much work to decode");
  }

  @Test
  void whatAFileIsTooShortForIsRefusedBeforeItIsDecoded() {
    byte[] jpeg = PictureBytes.encoded(PictureBytes.waves(RGB, 16, 16), "jpg");
    int frame = PictureBytes.segment(jpeg, SOF0);
    ByteBuffer.wrap(jpeg).putShort(frame + 5, (short) 10_000).putShort(frame + 7, (short) 10_000);
    assertThatThrownBy(reading(jpeg))
        .isInstanceOf(FormatException.class)
        .hasMessage("bytes: it states 10000 × 10000 pixels in " + jpeg.length + " bytes");
    byte[] png = PictureBytes.encoded(PictureBytes.waves(RGB, 16, 16), "png");
    ByteBuffer header = ByteBuffer.allocate(13).putInt(9000).putInt(9000);
    byte[] vast =
        PictureBytes.joined(
            Arrays.copyOf(png, 8),
            PictureBytes.chunk("IHDR", header.put(new byte[] {8, 2, 0, 0, 0}).array()),
            Arrays.copyOfRange(png, 33, png.length));
    assertThatThrownBy(reading(vast))
        .isInstanceOf(FormatException.class)
        .hasMessage("bytes: it states 9000 × 9000 pixels in " + vast.length + " bytes");
  }

  /** Reads a file in a JVM of little memory, and says what of it, or the fault. */
  static final class ReadingMain {

    private ReadingMain() {}

    /** Takes file, height and width. */
    public static void main(String[] args) throws IOException {
      try {
        byte[] bytes =
            ImageFile.bytes(
                Path.of(args[0]), 1, Integer.parseInt(args[1]), Integer.parseInt(args[2]));
        System.out.println("read " + HexFormat.of().formatHex(bytes));
      } catch (FormatException e) {
        System.out.println("fault " + e.getMessage());
      }
    }
  }

  /** Its samples are 54 MB, the memory 40. */
  @Test
  void aPictureLargerThanTheMemoryIsReadByPieces() throws IOException, InterruptedException {
    int size = 3000;
    Path file =
        Files.write(
            folder.resolve("deep.png"), PictureBytes.deepRows(size, y -> y * 0xFFFF / (size - 1)));
    ForkedJvm.Outcome outcome =
        ForkedJvm.run(ReadingMain.class, List.of("-Xmx40m"), file.toString(), "100", "2");
    assertThat(outcome.after("read "))
        .as(outcome.toString())
        .containsExactly(HexFormat.of().formatHex(ImageFile.bytes(file, 1, 100, 2)));
    byte[] rows = ImageFile.bytes(file, 1, 100, 1);
    for (int y = 1; y < 99; y++) {
      assertThat(rows[y] & 0xFF).isCloseTo((int) ((y + 0.5) * 2.55), offset(1));
    }
  }

  @Test
  void aPictureThatDoesNotFitIsAFaultAndNotAnError() throws IOException, InterruptedException {
    int width = 9_000_000;
    byte[] row = new byte[1 + width];
    ByteBuffer header = ByteBuffer.allocate(13).putInt(width).putInt(1);
    byte[] png =
        PictureBytes.joined(
            PictureBytes.ascii("\u0089PNG\r\n\u001A\n"),
            PictureBytes.chunk("IHDR", header.put(new byte[] {8, 0, 0, 0, 0}).array()),
            PictureBytes.chunk("IDAT", PictureBytes.deflated(row)),
            PictureBytes.chunk("IEND", new byte[0]));
    Path file = Files.write(folder.resolve("wide.png"), png);
    ForkedJvm.Outcome outcome =
        ForkedJvm.run(ReadingMain.class, List.of("-Xmx40m"), file.toString(), "4", "4");
    assertThat(outcome.after("fault "))
        .as(outcome.toString())
        .hasSize(1)
        .first()
        .asString()
        .startsWith(file + ": ")
        .contains("fit into the memory");
  }

  /** A PNG of RGB with a long chunk that nothing needs, and next to no samples. */
  private static byte[] claiming(int width, int height) {
    ByteBuffer header = ByteBuffer.allocate(13).putInt(width).putInt(height);
    byte[] png =
        PictureBytes.joined(
            PictureBytes.ascii("\u0089PNG\r\n\u001A\n"),
            PictureBytes.chunk("IHDR", header.put(new byte[] {8, 2, 0, 0, 0}).array()),
            PictureBytes.chunk("IDAT", PictureBytes.deflated(new byte[9])),
            PictureBytes.chunk("IEND", new byte[0]));
    return PictureBytes.withChunk(png, "teSt", new byte[1 << 19]);
  }

  /** Each row takes its time, however short: these took a minute, of a file of 260 kB. */
  @Test
  void aHundredMillionShortRowsAreRefusedBeforeTheyAreDecoded() throws IOException {
    byte[] tall = claiming(1, 1 << 27);
    assertThatThrownBy(reading(tall))
        .isInstanceOf(FormatException.class)
        .hasMessageStartingWith("bytes: its 1 × 134217728 pixels are too much work to decode");
    Path mask = Files.write(folder.resolve("tall.png"), tall);
    assertThatThrownBy(() -> MaskFile.read(mask))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("too much work");
  }

  /** The decoder begins anew for each piece: a file of 1 MB took minutes. */
  @Test
  void aPictureOfManyPiecesIsRefusedBeforeItIsDecoded() throws IOException, InterruptedException {
    Path file = Files.write(folder.resolve("vast.png"), claiming(11_500, 11_500));
    ForkedJvm.Outcome outcome =
        ForkedJvm.run(
            ReadingMain.class, List.of("-Xmx40m", "-XX:+UseSerialGC"), file.toString(), "4", "4");
    assertThat(outcome.after("fault "))
        .as(outcome.toString())
        .singleElement()
        .asString()
        .matches(
            "\\Q"
                + file
                + ": its 11500 × 11500 pixels are too much work to decode, \\E4\\d times with the"
                + " memory of this JVM");
  }

  /** What scales its rows has numbers for each of them: more than the memory. */
  @Test
  void rowsTooManyToBeScaledAreAFaultAndNotAnError() throws IOException, InterruptedException {
    Path file = Files.write(folder.resolve("tall.png"), claiming(1, 1 << 24));
    ForkedJvm.Outcome outcome =
        ForkedJvm.run(ReadingMain.class, List.of("-Xmx40m"), file.toString(), "4", "4");
    assertThat(outcome.after("fault "))
        .as(outcome.toString())
        .singleElement()
        .asString()
        .startsWith(file + ": it does not fit into the memory");
  }
}
