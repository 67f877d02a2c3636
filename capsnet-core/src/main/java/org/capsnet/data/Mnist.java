package org.capsnet.data;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The full MNIST, and Fashion-MNIST, which has the same format: 60,000 training and 10,000 test
 * images of 28×28 grey pixels in 10 classes.
 *
 * <p>The files are read from the folder that the user names, and only from there. Without one, they
 * are looked for in the cache ({@code $CAPSNET_DATA/<name>} where that variable is set, otherwise
 * {@code ~/.cache/capsnet/datasets/<name>}), and downloaded into it if they are not there, from the
 * public home of the data set, over HTTPS, showing its progress. An interrupted download continues
 * where it stopped, and is used only if the SHA-256 of its content is right.
 *
 * <pre>{@code LabeledImages train = Mnist.digits().train();}</pre>
 */
public final class Mnist {

  private static final String TRAIN_IMAGES = "train-images-idx3-ubyte";
  private static final String TRAIN_LABELS = "train-labels-idx1-ubyte";
  private static final String TEST_IMAGES = "t10k-images-idx3-ubyte";
  private static final String TEST_LABELS = "t10k-labels-idx1-ubyte";

  private static final Map<String, Long> SIZES =
      Map.of(
          TRAIN_IMAGES, 47_040_016L,
          TRAIN_LABELS, 60_008L,
          TEST_IMAGES, 7_840_016L,
          TEST_LABELS, 10_008L);

  private static final Map<String, String> DIGIT_SUMS =
      Map.of(
          TRAIN_IMAGES, "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
          TRAIN_LABELS, "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
          TEST_IMAGES, "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
          TEST_LABELS, "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2");

  private static final Map<String, String> FASHION_SUMS =
      Map.of(
          TRAIN_IMAGES, "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
          TRAIN_LABELS, "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
          TEST_IMAGES, "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
          TEST_LABELS, "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34");

  /** The names of MNIST's classes, {@code 0} to {@code 9}. */
  public static final List<String> DIGITS =
      List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");

  /** The names of Fashion-MNIST's classes. */
  public static final List<String> GARMENTS =
      List.of(
          "T-shirt/top",
          "Trouser",
          "Pullover",
          "Dress",
          "Coat",
          "Sandal",
          "Shirt",
          "Sneaker",
          "Bag",
          "Ankle boot");

  /** The names of the classes of each file of labels, by the SHA-256 of its content. */
  private static final Map<String, List<String>> NAMES_BY_SUM =
      Map.of(
          DIGIT_SUMS.get(TRAIN_LABELS), DIGITS,
          DIGIT_SUMS.get(TEST_LABELS), DIGITS,
          FASHION_SUMS.get(TRAIN_LABELS), GARMENTS,
          FASHION_SUMS.get(TEST_LABELS), GARMENTS);

  private final List<String> classNames;
  private final Map<String, List<String>> namesBySum;
  private final Optional<Path> folder;
  private final Path cache;
  private final Map<String, Download> downloads;

  Mnist(
      List<String> classNames,
      Map<String, List<String>> namesBySum,
      Optional<Path> folder,
      Path cache,
      Map<String, Download> downloads) {
    this.classNames = classNames;
    this.namesBySum = namesBySum;
    this.folder = folder;
    this.cache = cache;
    this.downloads = downloads;
  }

  /**
   * {@return the handwritten digits of Y. LeCun and C. Cortes (CC BY-SA 3.0), of which nothing is
   * read yet}
   */
  public static Mnist digits() {
    URI home = URI.create("https://ossci-datasets.s3.amazonaws.com/mnist/");
    return new Mnist(
        DIGITS, NAMES_BY_SUM, Optional.empty(), cache("mnist"), downloadsFrom(home, DIGIT_SUMS));
  }

  /** {@return the garments of Zalando Research (MIT), of which nothing is read yet} */
  public static Mnist fashion() {
    URI home =
        URI.create(
            "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/");
    return new Mnist(
        GARMENTS,
        NAMES_BY_SUM,
        Optional.empty(),
        cache("fashion-mnist"),
        downloadsFrom(home, FASHION_SUMS));
  }

  private static Path cache(String name) {
    String chosen = System.getenv("CAPSNET_DATA");
    Path all =
        chosen == null || chosen.isBlank()
            ? Path.of(System.getProperty("user.home"), ".cache", "capsnet", "datasets")
            : Path.of(chosen);
    return all.resolve(name);
  }

  private static Map<String, Download> downloadsFrom(URI home, Map<String, String> sums) {
    return sums.entrySet().stream()
        .collect(
            Collectors.toUnmodifiableMap(
                Map.Entry::getKey,
                sum ->
                    new Download(
                        home.resolve(sum.getKey() + ".gz"),
                        sum.getValue(),
                        SIZES.get(sum.getKey()))));
  }

  /**
   * A data set of this format, read from a folder, without cache and network. The classes get the
   * names of MNIST or Fashion-MNIST if the SHA-256 of the labels is that of one of them, and else
   * the names of this set.
   *
   * @param folder a folder with the files under their usual names, or with a dot in place of the
   *     second dash, as in {@code train-images.idx3-ubyte}; compressed with gzip or not
   * @return the set; nothing is read yet
   */
  public Mnist in(Path folder) {
    return new Mnist(classNames, namesBySum, Optional.of(folder), cache, downloads);
  }

  /**
   * Reads the training images.
   *
   * @return 60,000 images
   * @throws org.capsnet.io.FormatException if a file is not what it should be
   * @throws IOException if a file cannot be read or fetched; the message says what to do
   */
  public LabeledImages train() throws IOException {
    return read(TRAIN_IMAGES, TRAIN_LABELS);
  }

  /**
   * Reads the test images.
   *
   * @return 10,000 images
   * @throws org.capsnet.io.FormatException if a file is not what it should be
   * @throws IOException if a file cannot be read or fetched; the message says what to do
   */
  public LabeledImages test() throws IOException {
    return read(TEST_IMAGES, TEST_LABELS);
  }

  /** Where each file comes from, by its name. */
  Map<String, Download> downloads() {
    return downloads;
  }

  // ---------------------------------------------------------------- looking

  private LabeledImages read(String images, String labels) throws IOException {
    if (folder.isPresent()) {
      requireAll(folder.get(), images, labels);
    }
    LabeledImages read = IdxReader.read(locate(images), locate(labels), classNames);
    return read.named(namesBySum.getOrDefault(sumOfLabels(read), classNames));
  }

  /** Of the file of labels, as IDX has them. */
  private static String sumOfLabels(LabeledImages images) {
    ByteBuffer file = ByteBuffer.allocate(2 * Integer.BYTES + images.count());
    file.putInt(IdxReader.LABELS).putInt(images.count());
    for (int i = 0; i < images.count(); i++) {
      file.put((byte) images.label(i));
    }
    return HexFormat.of().formatHex(Download.digest().digest(file.array()));
  }

  private static void requireAll(Path folder, String... names) throws IOException {
    String missing =
        Arrays.stream(names)
            .filter(name -> find(folder, name).isEmpty())
            .collect(Collectors.joining(" and "));
    if (!missing.isEmpty()) {
      throw new IOException(
          "%s %s: expected %s in it, compressed with gzip (.gz) or not"
              .formatted(
                  folder, Files.isDirectory(folder) ? "lacks files" : "is not a folder", missing));
    }
  }

  private Path locate(String name) throws IOException {
    Optional<Path> there = find(folder.orElse(cache), name);
    return there.isPresent() ? there.get() : fetch(name);
  }

  private static Optional<Path> find(Path folder, String name) {
    String dotted = name.replace("-idx", ".idx"); // as some mirrors have it
    return Stream.of(name + ".gz", name, dotted + ".gz", dotted)
        .map(folder::resolve)
        .filter(Files::isRegularFile)
        .findFirst();
  }

  private Path fetch(String name) throws IOException {
    Path target = cache.resolve(name + ".gz");
    try {
      downloads.get(name).to(target);
      return target;
    } catch (IOException e) {
      throw new IOException(
          "%s. Without a network, put %s into %s, or name a folder that has %s."
              .formatted(
                  e.getMessage(),
                  String.join(", ", downloads.keySet().stream().sorted().toList()),
                  cache,
                  "them, compressed with gzip (.gz) or not"),
          e);
    }
  }
}
