package org.capsnet.data.objects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.capsnet.data.LabeledImages;
import org.capsnet.io.FormatException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On files of four records. */
class Cifar10Test {

  private static final int RECORDS = 4;
  private static final int RECORD = 1 + 3 * 32 * 32;

  @TempDir Path folder;

  /**
   * Record i of file f: of class (f + i) mod 10, its pixels f, i, 7 at the start of each colour.
   */
  private static byte[] file(int f) {
    byte[] bytes = new byte[RECORDS * RECORD];
    for (int i = 0; i < RECORDS; i++) {
      bytes[i * RECORD] = (byte) ((f + i) % 10);
      bytes[i * RECORD + 1] = (byte) f;
      bytes[i * RECORD + 1 + 1024] = (byte) i;
      bytes[i * RECORD + 1 + 2048] = 7;
      bytes[i * RECORD + 3072] = -1;
    }
    return bytes;
  }

  @BeforeEach
  void write() throws IOException {
    for (int f = 1; f <= 5; f++) {
      Files.write(folder.resolve("data_batch_" + f + ".bin"), file(f));
    }
    Files.write(folder.resolve("test_batch.bin"), file(9));
  }

  private Cifar10 set() {
    return new Cifar10(folder, RECORDS);
  }

  @Test
  void readsTheFilesInTheirOrder() throws IOException {
    LabeledImages train = set().train();
    assertThat(train).hasToString("20 images [3, 32, 32], classes " + Cifar10.CLASSES);
    for (int i = 0; i < 20; i++) {
      int f = 1 + i / 4;
      assertThat(train.label(i)).isEqualTo((f + i % 4) % 10);
      int[] first = IntStream.range(0, 3).map(colour(train, i)).toArray();
      assertThat(first).containsExactly(f, i % 4, 7);
      assertThat(train.byteImage(i).get(2, 31, 31)).isEqualTo(255);
    }
    LabeledImages test = set().test();
    assertThat(test.count()).isEqualTo(4);
    assertThat(test.label(1)).isZero();
  }

  private static IntUnaryOperator colour(LabeledImages images, int i) {
    return channel -> images.byteImage(i).get(channel, 0, 0);
  }

  @Test
  void theNamesOfTheClassesMayStandInAFile() throws IOException {
    Path meta = folder.resolve("batches.meta.txt");
    Files.writeString(meta, String.join("\n", Cifar10.CLASSES) + "\n\n"); // as it is there
    assertThat(set().test().classNames()).isEqualTo(Cifar10.CLASSES);
    Files.writeString(meta, "a b\r\nc\nd\ne\nf\ng\nh\ni\nj\nk");
    assertThat(set().test().classNames()).startsWith("a b", "c").endsWith("k");
    Files.writeString(meta, "a\nb\nc\nd\ne\nf\ng\nh\ni\na\n");
    assertThatThrownBy(() -> set().test())
        .isInstanceOf(FormatException.class)
        .hasMessage(
            meta
                + ": expected the names of 10 classes, one a line, got [a, b, c, d, e, f, g, h, i,"
                + " a]");
    Files.write(meta, new byte[] {(byte) 0xC3, 10});
    assertThatThrownBy(() -> set().test()).hasMessage(meta + ": it is not text in UTF-8");
  }

  @Test
  void theFolderOfTheArchiveIsFound() throws IOException {
    assertThatThrownBy(() -> Cifar10.in(folder).test())
        .isInstanceOf(FormatException.class)
        .hasMessage(
            folder.resolve("test_batch.bin")
                + ": it is too short: expected 10000 images of 1 + 3072 bytes, 30730000 in all,"
                + " got 12292");
    Path inside = Files.createDirectory(folder.resolve("cifar-10-batches-bin"));
    assertThatThrownBy(() -> Cifar10.in(folder).test())
        .isInstanceOf(IOException.class)
        .hasMessage(
            inside
                + " lacks files: expected test_batch.bin in it, from the binary version of"
                + " CIFAR-10, cifar-10-binary.tar.gz");
    assertThatThrownBy(() -> Cifar10.in(folder.resolve("none")).train())
        .hasMessageStartingWith(
            folder.resolve("none")
                + " is not a folder: expected data_batch_1.bin, data_batch_2.bin");
  }

  @Test
  void otherLengthsAndClassesAreFaults() throws IOException {
    Path file = folder.resolve("data_batch_3.bin");
    Files.write(file, Arrays.copyOf(file(3), RECORDS * RECORD - RECORD));
    assertThatThrownBy(() -> set().train())
        .isInstanceOf(FormatException.class)
        .hasMessage(
            file
                + ": it is too short: expected 4 images of 1 + 3072 bytes, 12292 in all, got 9219");
    Files.write(file, Arrays.copyOf(file(3), RECORDS * RECORD + 1));
    assertThatThrownBy(() -> set().train())
        .hasMessageStartingWith(file + ": it is too long: expected 4 images");
    byte[] bad = file(3);
    bad[2 * RECORD] = 10;
    Files.write(file, bad);
    assertThatThrownBy(() -> set().train())
        .isInstanceOf(FormatException.class)
        .hasMessage(file + ": class of image 2: expected 0 to 9, got 10");
    bad[2 * RECORD] = -1;
    Files.write(file, bad);
    assertThatThrownBy(() -> set().train()).hasMessageEndingWith("expected 0 to 9, got 255");
    assertThat(set().test().count()).isEqualTo(4);
  }
}
