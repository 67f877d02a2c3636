package org.capsnet.data.medical;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.capsnet.data.LabeledImages;
import org.capsnet.data.SampleIterator;
import org.capsnet.data.SampleSource;
import org.capsnet.io.FormatException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.dataset.DataSet;

class MedMnistTest {

  private static final String IMAGES = "train_images.npy";
  private static final String LABELS = "train_labels.npy";

  @TempDir Path folder;
  private Path file;
  private final Map<String, byte[]> entries = new LinkedHashMap<>();

  @BeforeEach
  void makeAWholeSet() {
    file = folder.resolve("set.npz");
    for (String part : List.of("train", "val", "test")) {
      entries.put(
          part + "_images.npy", npy("|u1", "2, 2, 3", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 255));
      entries.put(part + "_labels.npy", npy("|u1", "2, 1", 1, 0));
    }
  }

  private static byte[] npy(String type, String shape, int... data) {
    byte[] bytes = new byte[data.length];
    for (int i = 0; i < data.length; i++) {
      bytes[i] = (byte) data[i];
    }
    return npy(
        1,
        "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }".formatted(type, shape),
        bytes);
  }

  private static byte[] npy(int version, String header, byte[] data) {
    String padded = header + " ".repeat(63 - header.length() % 64) + "\n";
    byte[] text = padded.getBytes(StandardCharsets.UTF_8);
    ByteBuffer buffer =
        ByteBuffer.allocate(12 + text.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
    buffer.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII));
    buffer.put((byte) version).put((byte) 0);
    if (version == 1) {
      buffer.putShort((short) text.length);
    } else {
      buffer.putInt(text.length);
    }
    buffer.put(text).put(data);
    return Arrays.copyOf(buffer.array(), buffer.position());
  }

  private void write(boolean deflated) throws IOException {
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        ZipEntry header = new ZipEntry(entry.getKey());
        if (!deflated) {
          CRC32 sum = new CRC32();
          sum.update(entry.getValue());
          header.setMethod(ZipEntry.STORED);
          header.setSize(entry.getValue().length);
          header.setCrc(sum.getValue());
        }
        zip.putNextEntry(header);
        zip.write(entry.getValue());
      }
    }
  }

  /** Deflate can hold its data as it is, so that a flipped bit of it is one of the content. */
  private void writeUnpacked(boolean deflated) throws IOException {
    if (!deflated) {
      write(false);
      return;
    }
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.setLevel(0);
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
      }
    }
  }

  private static String content(MedMnist set) {
    StringBuilder content = new StringBuilder();
    for (MedMnist.Part part : List.of(set.train(), set.validation(), set.test())) {
      content.append(part.classNames());
      part.multiLabel()
          .forEach(
              sample ->
                  content
                      .append(Arrays.toString(sample.image().shape()))
                      .append(Arrays.toString(sample.image().bytes()))
                      .append(sample.labels()));
    }
    return content.toString();
  }

  private MedMnist read() throws IOException {
    write(true);
    return MedMnist.read(file);
  }

  private void assertFault(String entry, byte[] content, String message) {
    entries.put(entry, content);
    assertThatThrownBy(this::read)
        .isInstanceOf(FormatException.class)
        .hasMessage(file + ", " + entry + ": " + message);
  }

  // ---------------------------------------------------------------- good

  @Test
  void readsGreyImagesDeflatedOrNot() throws IOException {
    for (boolean deflated : new boolean[] {true, false}) {
      write(deflated);
      MedMnist set = MedMnist.read(file);
      for (MedMnist.Part part : List.of(set.train(), set.validation(), set.test())) {
        LabeledImages images = part.labeled();
        assertThat(images.byteImage(1).shape()).containsExactly(1, 2, 3);
        assertThat(images.byteImage(1).bytes()).containsExactly(7, 8, 9, 10, 11, 255);
        assertThat(new int[] {images.label(0), images.label(1)}).containsExactly(1, 0);
        assertThat(images.classNames()).containsExactly("0", "1");
        assertThat(part.isMultiLabel()).isFalse();
        assertThat(part.multiLabel().get(0).labels()).containsExactly(1);
      }
    }
  }

  @Test
  void readsColourWithChannelsFirstAndAllNumberTypes() throws IOException {
    entries.put(IMAGES, npy("|u1", "1, 1, 2, 3", 1, 2, 3, 4, 5, 6));
    entries.put(LABELS, npy("<i8", "1, 1", 6, 0, 0, 0, 0, 0, 0, 0));
    entries.put("val_labels.npy", npy("<u2", "2, 1", 3, 0, 8, 0));
    entries.put("test_labels.npy", npy("<i4", "2, 1", 3, 0, 0, 0, 0, 0, 0, 0));
    MedMnist set = read();
    assertThat(set.train().labeled().byteImage(0).shape()).containsExactly(3, 1, 2);
    assertThat(set.train().labeled().byteImage(0).bytes()).containsExactly(1, 4, 2, 5, 3, 6);
    assertThat(set.train().labeled().label(0)).isEqualTo(6);
    assertThat(set.validation().labeled().label(1)).isEqualTo(8);
    // As many as the labels of all parts need.
    assertThat(set.train().classNames()).hasSize(9).isEqualTo(set.test().classNames());
  }

  @Test
  void readsSeveralFindingsAnImage() throws IOException {
    for (String part : List.of("train", "val", "test")) {
      entries.put(part + "_labels.npy", npy("|u1", "2, 3", 1, 0, 1, 0, 0, 0));
    }
    MedMnist.Part train = read().train();
    assertThat(train.isMultiLabel()).isTrue();
    assertThat(train.multiLabel())
        .extracting(MultiLabelSample::labels)
        .containsExactly(Set.of(0, 2), Set.of());
    assertThatThrownBy(train::labeled)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("expected one label per image, got 3: use multiLabel()");
    assertThatThrownBy(
            () -> new MultiLabels(List.of("a")).encode(train.multiLabel().get(0), new float[9]))
        .hasMessage("label: expected 0 to 0, got 2");
    DataSet batch =
        SampleIterator.builder(
                SampleSource.of(train.multiLabel()), new MultiLabels(train.classNames()), 2)
            .build()
            .next();
    assertThat(batch.getLabels().toFloatMatrix())
        .isDeepEqualTo(new float[][] {{1, 0, 1}, {0, 0, 0}});
  }

  /** Some sets lack the second axis. */
  @Test
  void readsLabelsOfOneAxis() throws IOException {
    entries.put(LABELS, npy("|u1", "2,", 1, 0));
    MedMnist.Part train = read().train();
    assertThat(train.count()).isEqualTo(2);
    assertThat(new int[] {train.labeled().label(0), train.labeled().label(1)})
        .containsExactly(1, 0);
  }

  @Test
  void readsLaterVersionsOfTheFormat() throws IOException {
    String header = "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 1), }";
    for (int version : new int[] {2, 3}) {
      entries.put(LABELS, npy(version, header, new byte[] {0, 1}));
      assertThat(read().train().labeled().label(1)).isEqualTo(1);
    }
  }

  // ---------------------------------------------------------------- bad

  @Test
  void wrongTypesOrdersAndShapes() {
    byte[] labels = entries.get(LABELS);
    assertFault(
        LABELS,
        npy("<f4", "2, 1", 0, 0, 0, 0, 0, 0, 0, 0),
        "expected whole numbers, got the type <f4: store it with .astype('uint8')");
    assertFault(
        LABELS, npy("|u1", "3, 1", 0, 1, 0), "expected labels [2] or [2, 1 or more], got [3, 1]");
    assertFault(
        LABELS,
        npy("|u1", "2, 1, 1", 0, 1),
        "expected labels [2] or [2, 1 or more], got [2, 1, 1]");
    assertFault(
        LABELS,
        npy(1, "{'descr': [('a', '|u1')], 'fortran_order': False, 'shape': (2, 1), }", new byte[2]),
        "its header has no descr that can be read: {'descr': [('a', '|u1')], 'fortran_order':"
            + " False, 'shape': (2, 1), }");
    assertFault(LABELS, npy("|i1", "2, 1", -1, 0), "label of image 0: expected 0 to 999, got -1");
    assertFault(LABELS, npy("|u1", "2, 2", 0, 1, 0, 2), "label of image 1: expected 0 to 1, got 2");
    entries.put(LABELS, labels);
    assertFault(
        IMAGES,
        npy("<u2", "2, 1, 1", 0, 0, 0, 0),
        "expected unsigned bytes [images, height, width] or [images, height, width, 3], got <u2"
            + " [2, 1, 1]");
    assertFault(
        IMAGES,
        npy("|u1", "2, 1, 1, 4", 0, 0, 0, 0, 0, 0, 0, 0),
        "expected unsigned bytes [images, height, width] or [images, height, width, 3], got |u1"
            + " [2, 1, 1, 4]");
    assertFault(
        IMAGES,
        npy("|u1", "0, 1, 1"),
        "expected unsigned bytes [images, height, width] or [images, height, width, 3], got |u1"
            + " [0, 1, 1]");
  }

  @Test
  void lyingAndBrokenHeaders() {
    byte[] whole = entries.get(IMAGES);
    assertFault(
        IMAGES, npy("|u1", "2, 2, 3", 1, 2), "it is cut short: expected 12 bytes of data, got 2");
    assertFault(
        IMAGES,
        npy("|u1", "1, 1, 1", 1, 2),
        "more follows the 1 bytes of data that its header states");
    assertFault(
        IMAGES, npy("|u1", "99999999999, 1, 1", 1), "its header has the shape (99999999999, 1, 1)");
    assertFault(IMAGES, new byte[0], "it is not an array in NumPy's format");
    assertFault(IMAGES, new byte[50], "it is not an array in NumPy's format");
    byte[] version = whole.clone();
    version[6] = 9;
    assertFault(IMAGES, version, "expected version 1 to 3 of NumPy's format, got 9");
    assertFault(
        IMAGES, Arrays.copyOf(whole, 40), "it is cut short: expected a header of 64 bytes, got 30");
    byte[] vast = npy(2, "{}", new byte[0]);
    vast[11] = 0x7F;
    assertThatThrownBy(
            () -> {
              entries.put(IMAGES, vast);
              read();
            })
        .hasMessageContaining("expected a header of at most 65536 bytes, got 21307");
  }

  /** A few bytes that say they are 8 TB, or truly unpack to more than the memory. */
  @Test
  void bombsAreRefusedBeforeTheyAreUnpacked() {
    entries.put(IMAGES, npy("|u1", "2000000, 2000, 2000", 1));
    assertThatThrownBy(this::read)
        .isInstanceOf(FormatException.class)
        .hasMessageContaining("its header states [2000000, 2000, 2000, 1], more than the ");
    byte[] padded = Arrays.copyOf(npy("|u1", "2, 2, 3", new int[12]), 50_000_000);
    assertFault(IMAGES, padded, "more follows the 12 bytes of data that its header states");
  }

  @Test
  void filesThatAreNone() throws IOException {
    assertThatThrownBy(() -> MedMnist.read(folder.resolve("none.npz")))
        .isInstanceOf(NoSuchFileException.class);
    Files.writeString(file, "<html>not found</html>");
    assertThatThrownBy(() -> MedMnist.read(file))
        .isInstanceOf(FormatException.class)
        .hasMessageStartingWith(file + ": it is not a zip that can be read: ");
    entries.remove("val_labels.npy");
    assertThatThrownBy(this::read)
        .isInstanceOf(FormatException.class)
        .hasMessage(file + ": it has no val_labels.npy");
  }

  @Test
  void partsThatDoNotFitTogether() {
    entries.put("val_labels.npy", npy("|u1", "2, 2", 0, 1, 0, 1));
    assertThatThrownBy(this::read)
        .isInstanceOf(FormatException.class)
        .hasMessage(file + ": expected 1 labels per image in each part, got 2 in val");
  }

  /** The checksums of the zip are compared. */
  @Test
  void everyFlippedBitIsNamedOrChangesNothing() throws IOException {
    for (boolean deflated : new boolean[] {true, false}) {
      writeUnpacked(deflated);
      byte[] whole = Files.readAllBytes(file);
      String right = content(MedMnist.read(file));
      int named = 0;
      for (int i = 0; i < whole.length; i++) {
        byte[] damaged = whole.clone();
        damaged[i] ^= (byte) (1 << i % 8);
        Files.write(file, damaged);
        try {
          assertThat(content(MedMnist.read(file))).isEqualTo(right);
        } catch (FormatException e) {
          assertThat(e.getMessage()).startsWith(file.toString());
          named++;
        }
      }
      assertThat(named).isGreaterThan(6 * (12 + 2)); // the bytes of pixels and labels, at least
    }
  }

  @Test
  void aFlippedPixelIsNamed() throws IOException {
    for (boolean deflated : new boolean[] {true, false}) {
      writeUnpacked(deflated);
      String whole = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
      int pixel = whole.indexOf("\7\10\11\12") + 2;
      byte[] damaged = Files.readAllBytes(file);
      damaged[pixel] ^= 1;
      Files.write(file, damaged);
      assertThatThrownBy(() -> MedMnist.read(file))
          .isInstanceOf(FormatException.class)
          .hasMessageStartingWith(file + ": it is not a zip that can be read: invalid entry CRC");
    }
  }

  @Test
  void labelsThatBeginWithOneSayWhatToDo() {
    for (String part : List.of("train", "val", "test")) {
      entries.put(part + "_labels.npy", npy("|u1", "2, 1", 1, 3));
    }
    assertThatThrownBy(this::read)
        .isInstanceOf(FormatException.class)
        .hasMessage(
            file
                + ": its labels go from 1 to 3, and those of the first class must be 0: subtract"
                + " 1");
  }

  @Test
  void oneHotLabelsSayWhatToDo() throws IOException {
    for (String part : List.of("train", "val", "test")) {
      entries.put(part + "_labels.npy", npy("|u1", "2, 3", 0, 1, 0, 0, 0, 1));
    }
    assertThatThrownBy(read().train()::labeled)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "expected one label per image, got 3: they look one-hot, so store"
                + " labels.argmax(1).reshape(-1, 1) instead");
  }

  @Test
  void anArrayThatIsThereTwice() throws IOException {
    write(true);
    byte[] once = Files.readAllBytes(file);
    int first = new String(once, StandardCharsets.ISO_8859_1).lastIndexOf("PK\3\4");
    byte[] head = Arrays.copyOf(once, first); // without the last entry, which is test_labels
    byte[] twice = Arrays.copyOf(head, head.length + once.length);
    System.arraycopy(once, 0, twice, head.length, once.length);
    Files.write(file, twice);
    assertThatThrownBy(() -> MedMnist.read(file))
        .isInstanceOf(FormatException.class)
        .hasMessage(file + ": it has two arrays train_images.npy");
  }

  @Test
  void truncationAndRandomDamageGiveASetOrTheNamedFault() throws IOException {
    write(true);
    byte[] whole = Files.readAllBytes(file);
    Random random = new Random(1);
    for (int i = 0; i < 300; i++) {
      byte[] damaged = whole.clone();
      if (i % 2 == 0) {
        damaged = Arrays.copyOf(whole, random.nextInt(whole.length));
      } else {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      }
      Files.write(file, damaged);
      try {
        assertThat(MedMnist.read(file).train().count()).isPositive();
      } catch (FormatException e) {
        assertThat(e.getMessage()).startsWith(file.toString());
      }
    }
  }
}
