package org.capsnet.data;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.capsnet.io.FormatException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxReaderTest {

  private static final List<String> NAMES = List.of("zero", "one", "two");

  @TempDir Path folder;

  static byte[] idx(int magic, int[] sizes, byte... data) {
    ByteBuffer buffer = ByteBuffer.allocate(4 + 4 * sizes.length + data.length).putInt(magic);
    for (int size : sizes) {
      buffer.putInt(size);
    }
    return buffer.put(data).array();
  }

  static byte[] images() {
    return idx(2051, new int[] {2, 2, 3}, new byte[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, -1});
  }

  static byte[] labels() {
    return idx(2049, new int[] {2}, new byte[] {2, 0});
  }

  static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(content);
    }
    return bytes.toByteArray();
  }

  private LabeledImages read(byte[] images, byte[] labels) throws IOException {
    return IdxReader.read(
        Files.write(folder.resolve("images.gz"), images),
        Files.write(folder.resolve("labels.gz"), labels),
        NAMES);
  }

  private static LabeledImages readStreams(byte[] images, byte[] labels) throws IOException {
    return IdxReader.read(
        "i", new ByteArrayInputStream(images), "l", new ByteArrayInputStream(labels), NAMES);
  }

  private void assertImagesFault(byte[] images, String fault) {
    assertThatThrownBy(() -> read(images, labels()))
        .isInstanceOf(FormatException.class)
        .hasMessageStartingWith(folder.resolve("images.gz") + ": ")
        .hasMessageContaining(fault);
  }

  @Test
  void readsPlainAndPackedByTheirContent() throws IOException {
    for (byte[] images : List.of(images(), gzip(images()))) {
      for (byte[] labels : List.of(labels(), gzip(labels()))) {
        LabeledImages read = read(images, labels);
        assertThat(read.count()).isEqualTo(2);
        assertThat(List.of(read.channels(), read.height(), read.width())).containsExactly(1, 2, 3);
        assertThat(List.of(read.label(0), read.label(1))).containsExactly(2, 0);
        assertThat(read.image(1).getFloat(0, 1, 2)).isEqualTo(1f);
        assertThat(read.image(1).getFloat(0, 0, 0)).isEqualTo(6 / 255f);
        assertThat(read.classNames()).isEqualTo(NAMES);
      }
    }
  }

  @Test
  void readsStreamsByName() throws IOException {
    assertThat(readStreams(gzip(images()), labels()).count()).isEqualTo(2);
    assertThatThrownBy(() -> readStreams(new byte[0], labels())).hasMessage("i: it is empty");
  }

  @Test
  void namesWhatIsWrongWithTheHeader() throws IOException {
    assertImagesFault(new byte[0], "it is empty");
    assertImagesFault(gzip(new byte[0]), "it is empty");
    assertImagesFault(labels(), "expected IDX images (magic number 2051), got neither it nor gzip");
    assertImagesFault(gzip(labels()), "expected IDX images (magic number 2051), got 2049");
    assertImagesFault("<html>404</html>".getBytes(UTF_8), "neither it nor gzip but 1013478509");
    assertImagesFault(idx(2051, new int[] {1 << 31, 28, 28}), "got 2147483648");
    assertImagesFault(idx(2051, new int[] {0, 28, 28}), "expected 1 to 2147483647, got 0");
    assertImagesFault(idx(2051, new int[] {1 << 30, 28, 28}), "[1073741824, 28, 28], more than");
    assertImagesFault(
        idx(2051, new int[] {Integer.MAX_VALUE, Integer.MAX_VALUE, 4}), "more than the");
  }

  @Test
  void aPromiseThatIsNotKeptTakesNoMemory() {
    assertImagesFault(
        idx(2051, new int[] {100_000, 28, 28}, new byte[784]),
        "it is cut short: expected 78400000 bytes of data, got 784");
  }

  @Test
  void noticesEveryTruncation() throws IOException {
    for (byte[] whole : List.of(images(), gzip(images()))) {
      for (int length = 0; length < whole.length; length++) {
        assertImagesFault(Arrays.copyOf(whole, length), "");
      }
    }
  }

  @Test
  void noticesCorruptGzip() throws IOException {
    byte[] packed = gzip(images());
    packed[packed.length - 6] ^= 1; // in the check sum
    assertImagesFault(packed, "the gzip stream is corrupt");
    byte[] broken = gzip(images());
    broken[3] = 0x55;
    broken[11] ^= 0x55;
    assertImagesFault(broken, "");
    assertImagesFault(new byte[] {0x1F, (byte) 0x8B, 'n', 'o', 't', 'g', 'z'}, "gzip stream is");
  }

  @Test
  void noticesTrailingBytesAndStopsThere() throws IOException {
    assertImagesFault(Arrays.copyOf(images(), 29), "more follows the 12 bytes");
    byte[] bomb = Arrays.copyOf(images(), 50_000_000);
    assertImagesFault(gzip(bomb), "more follows the 12 bytes");
  }

  @Test
  void noticesFilesThatDoNotFitTogether() throws IOException {
    assertThatThrownBy(() -> read(images(), idx(2049, new int[] {1}, new byte[1])))
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("labels.gz: expected 2 labels, one for each image of ")
        .hasMessageEndingWith("got 1");
    assertThatThrownBy(() -> read(images(), idx(2049, new int[] {2}, new byte[] {1, 3})))
        .isInstanceOf(FormatException.class)
        .hasMessageEndingWith("labels.gz: label 1: expected 0 to 2, got 3");
    assertThatThrownBy(() -> IdxReader.read(folder.resolve("a"), folder.resolve("b"), NAMES))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void randomDamageGivesImagesOrTheNamedFault() throws IOException {
    Random random = new Random(1);
    for (byte[] whole : List.of(images(), gzip(images()))) {
      for (int i = 0; i < 800; i++) {
        byte[] damaged = whole.clone();
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
        try {
          assertThat(readStreams(damaged, labels()).count()).isEqualTo(2);
        } catch (FormatException e) {
          assertThat(e).message().matches("(?s)(i|l): .+");
        }
      }
    }
  }

  /** The checksum of gzip is compared: what is read is what was packed. */
  @Test
  void everyFlippedBitOfGzipIsNamedOrChangesNothing() throws IOException {
    byte[] packed = gzip(images());
    for (int bit = 0; bit < 8 * packed.length; bit++) {
      byte[] damaged = packed.clone();
      damaged[bit / 8] ^= (byte) (1 << bit % 8);
      try {
        LabeledImages read = readStreams(damaged, labels());
        assertThat(read.byteImage(0).bytes()).containsExactly(0, 1, 2, 3, 4, 5);
        assertThat(read.byteImage(1).bytes()).containsExactly(6, 7, 8, 9, 10, 255);
      } catch (FormatException e) {
        assertThat(e).hasMessageStartingWith("i: ");
      }
    }
  }

  /** Before the labels are unpacked, which may be long. */
  @Test
  void anotherNumberOfLabelsIsSeenInTheHeader() {
    assertThatThrownBy(() -> read(images(), idx(2049, new int[] {3})))
        .hasMessageContaining("labels.gz: expected 2 labels, ")
        .hasMessageEndingWith("got 3");
  }
}
