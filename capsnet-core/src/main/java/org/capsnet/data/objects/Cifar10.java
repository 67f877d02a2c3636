package org.capsnet.data.objects;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.capsnet.data.LabeledImages;
import org.capsnet.data.TextFile;
import org.capsnet.io.FormatException;
import org.capsnet.io.SizeLimits;

/**
 * CIFAR-10 (Krizhevsky 2009) in its binary version: 50,000 training and 10,000 test images of 32×32
 * coloured pixels in 10 classes, in six files of 10,000 records of one byte for the class and 3,072
 * for the pixels. The files are those of {@code cifar-10-binary.tar.gz} from <a
 * href="https://www.cs.toronto.edu/~kriz/cifar.html">its home page</a>.
 *
 * <pre>{@code LabeledImages train = Cifar10.in(folder).train();}</pre>
 */
public final class Cifar10 {

  /** The names of the classes, in the order of their numbers. */
  public static final List<String> CLASSES =
      List.of(
          "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");

  private static final List<String> TRAIN =
      IntStream.rangeClosed(1, 5).mapToObj(i -> "data_batch_" + i + ".bin").toList();
  private static final List<String> TEST = List.of("test_batch.bin");
  private static final String NAMES = "batches.meta.txt";
  private static final String PACKED_FOLDER = "cifar-10-batches-bin";
  private static final int RECORDS = 10_000;
  private static final int CHANNELS = 3;
  private static final int SIDE = 32;
  private static final int PIXELS = CHANNELS * SIDE * SIDE;
  private static final int MOST_TEXT = 4096;
  private static final int BUFFER = 1 << 16;

  private final Path folder;
  private final int records;

  /** With another number of records in a file. */
  Cifar10(Path folder, int records) {
    this.folder = folder;
    this.records = records;
  }

  /**
   * The set in a folder.
   *
   * @param folder with the files {@code data_batch_1.bin} to {@code data_batch_5.bin} and {@code
   *     test_batch.bin}, or with the folder {@code cifar-10-batches-bin} that has them; nothing is
   *     read yet
   * @return the set
   */
  public static Cifar10 in(Path folder) {
    Path inside = folder.resolve(PACKED_FOLDER);
    return new Cifar10(Files.isDirectory(inside) ? inside : folder, RECORDS);
  }

  /**
   * Reads the training images.
   *
   * @return 50,000 images, in the order of the files
   * @throws FormatException if a file has another length, a record has no class, or {@code
   *     batches.meta.txt}, where it is there, does not name ten classes
   * @throws IOException if a file is missing or cannot be read
   */
  public LabeledImages train() throws IOException {
    return read(TRAIN);
  }

  /**
   * Reads the test images.
   *
   * @return 10,000 images
   * @throws FormatException if a file has another length, a record has no class, or {@code
   *     batches.meta.txt}, where it is there, does not name ten classes
   * @throws IOException if a file is missing or cannot be read
   */
  public LabeledImages test() throws IOException {
    return read(TEST);
  }

  private LabeledImages read(List<String> names) throws IOException {
    requireAll(names);
    List<String> classes = classNames();
    String set = folder.toString();
    return SizeLimits.fitting(
        set,
        () -> {
          int count = names.size() * records;
          byte[] pixels = new byte[SizeLimits.length(set, count, PIXELS)];
          int[] labels = new int[count];
          for (int i = 0; i < names.size(); i++) {
            read(folder.resolve(names.get(i)), pixels, labels, i * records);
          }
          return new LabeledImages(pixels, CHANNELS, SIDE, SIDE, labels, classes);
        });
  }

  /** Reads a file, whose length has been found right, to the records from a number on. */
  private void read(Path file, byte[] pixels, int[] labels, int first) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER)) {
      for (int record = first; record < first + records; record++) {
        labels[record] = in.read();
        if (labels[record] >= CLASSES.size()) {
          throw new FormatException(
              file,
              "class of image %s: expected 0 to %s, got %s"
                  .formatted(record - first, CLASSES.size() - 1, labels[record]));
        }
        if (labels[record] < 0 || in.readNBytes(pixels, record * PIXELS, PIXELS) < PIXELS) {
          throw new FormatException(file, "it became shorter while it was read");
        }
      }
    }
  }

  // ---------------------------------------------------------------- the folder

  /** Nothing is allocated before all the files are there in their full length. */
  private void requireAll(List<String> names) throws IOException {
    String missing =
        names.stream()
            .filter(name -> !Files.isRegularFile(folder.resolve(name)))
            .collect(Collectors.joining(", "));
    if (!missing.isEmpty()) {
      throw new IOException(
          "%s %s: expected %s in it, from the binary version of CIFAR-10, cifar-10-binary.tar.gz"
              .formatted(
                  folder, Files.isDirectory(folder) ? "lacks files" : "is not a folder", missing));
    }
    long expected = (long) records * (1 + PIXELS);
    for (String name : names) {
      Path file = folder.resolve(name);
      long got = Files.size(file);
      if (got != expected) {
        throw new FormatException(
            file,
            "it is too %s: expected %s images of 1 + %s bytes, %s in all, got %s"
                .formatted(got < expected ? "short" : "long", records, PIXELS, expected, got));
      }
    }
  }

  private List<String> classNames() throws IOException {
    Path file = folder.resolve(NAMES);
    if (!Files.exists(file)) {
      return CLASSES;
    }
    List<String> names =
        TextFile.read(file, MOST_TEXT)
            .lines()
            .map(String::strip)
            .filter(line -> !line.isEmpty())
            .toList();
    if (names.size() != CLASSES.size() || names.stream().distinct().count() < names.size()) {
      throw new FormatException(
          file,
          "expected the names of %s classes, one a line, got %s".formatted(CLASSES.size(), names));
    }
    return names;
  }
}
