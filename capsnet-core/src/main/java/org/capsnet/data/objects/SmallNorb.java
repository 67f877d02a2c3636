package org.capsnet.data.objects;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.capsnet.data.LabeledImages;
import org.capsnet.io.FormatException;
import org.capsnet.io.Gzip;
import org.capsnet.io.SizeLimits;

/**
 * smallNORB (LeCun, Huang and Bottou 2004): toys of five classes, ten of each, five of them for
 * training and five for the test, photographed by two cameras from 9 elevations and 18 azimuths in
 * 6 lights: 24,300 pairs of 96×96 grey pixels in each part. A pair is an image of two channels,
 * left and right.
 *
 * <p>A part has three files, in the binary matrix format of <a
 * href="https://cs.nyu.edu/~ylclab/data/norb-v1.0-small/">its home page</a>, compressed with gzip
 * or not: {@code -dat} has the pixels, {@code -cat} the classes, {@code -info} the views.
 *
 * <pre>{@code
 * SmallNorb norb = SmallNorb.in(folder);
 * ViewpointSplit split = SmallNorb.byAzimuth(norb.train(48), norb.test(48));
 * }</pre>
 */
public final class SmallNorb {

  /** The names of the classes, in the order of their numbers. */
  public static final List<String> CLASSES = List.of("animal", "human", "airplane", "truck", "car");

  private static final String TRAIN = "smallnorb-5x46789x9x18x6x2x96x96-training-";
  private static final String TEST = "smallnorb-5x01235x9x18x6x2x96x96-testing-";
  private static final int CAMERAS = 2;

  /** The height and width of the images in the files. */
  public static final int SIDE = 96;

  /** What the files state of a view: instance, elevation, azimuth and lighting. */
  private static final int STATED = 4;

  private static final int INSTANCES = 10;
  private static final int ELEVATIONS = 9;
  private static final int AZIMUTHS = 36; // of which the even ones occur
  private static final int LIGHTS = 6;

  private final Path folder;

  private SmallNorb(Path folder) {
    this.folder = folder;
  }

  /**
   * The set in a folder.
   *
   * @param folder with the six files under their usual names, with {@code .gz} or without; nothing
   *     is read yet
   * @return the set
   */
  public static SmallNorb in(Path folder) {
    return new SmallNorb(folder);
  }

  /**
   * Reads the part for training.
   *
   * @param side the height and width to resize each image to while it is read, 1 to 96; at 96 the
   *     part takes 448 MB, at the 48 of Hinton et al. (2018) 112 MB
   * @return 24,300 pairs
   * @throws FormatException if a file is of another format, cut short or too long, or the three do
   *     not fit together
   * @throws IOException if a file is missing or cannot be read
   * @throws IllegalArgumentException if the side is out of its range
   */
  public ViewedImages train(int side) throws IOException {
    return read(TRAIN, side);
  }

  /**
   * Reads the part for the test, which has other toys.
   *
   * @param side as for {@link #train}
   * @return 24,300 pairs
   * @throws FormatException if a file is of another format, cut short or too long, or the three do
   *     not fit together
   * @throws IOException if a file is missing or cannot be read
   * @throws IllegalArgumentException if the side is out of its range
   */
  public ViewedImages test(int side) throws IOException {
    return read(TEST, side);
  }

  /**
   * The first experiment of Hinton et al. (2018): azimuths of 300 to 40 degrees are familiar, those
   * of 60 to 280 novel.
   *
   * @param train the part for training
   * @param test the part for the test
   * @return the split
   */
  public static ViewpointSplit byAzimuth(ViewedImages train, ViewedImages test) {
    return ViewpointSplit.of(train, test, view -> view.azimuth() >= 300 || view.azimuth() <= 40);
  }

  /**
   * The second experiment of Hinton et al. (2018): the three lowest elevations, 30 to 40 degrees,
   * are familiar, the six others novel.
   *
   * @param train the part for training
   * @param test the part for the test
   * @return the split
   */
  public static ViewpointSplit byElevation(ViewedImages train, ViewedImages test) {
    return ViewpointSplit.of(train, test, view -> view.elevation() <= 40);
  }

  // ---------------------------------------------------------------- reading

  private ViewedImages read(String part, int side) throws IOException {
    if (side < 1 || side > SIDE) {
      throw new IllegalArgumentException("side: expected 1 to %s, got %s".formatted(SIDE, side));
    }
    Path pixels = find(part, "dat");
    Path classes = find(part, "cat");
    Path info = find(part, "info");
    int[] labels = read(classes, NorbMatrix.INTS, 1, matrix -> labels(matrix));
    List<View> views = read(info, NorbMatrix.INTS, 2, matrix -> views(matrix, labels.length));
    LabeledImages images =
        read(pixels, NorbMatrix.BYTES, 4, matrix -> images(matrix, labels, side));
    return new ViewedImages(images, views);
  }

  private Path find(String part, String what) throws IOException {
    String name = part + what + ".mat";
    return Stream.of(name, name + ".gz")
        .map(folder::resolve)
        .filter(Files::isRegularFile)
        .findFirst()
        .orElseThrow(
            () ->
                new IOException(
                    "%s %s: expected %s in it, compressed with gzip (.gz) or not"
                        .formatted(
                            folder,
                            Files.isDirectory(folder) ? "lacks a file" : "is not a folder",
                            name)));
  }

  /** Makes something of a matrix. */
  private interface Use<T> {
    T of(NorbMatrix matrix) throws IOException;
  }

  private static <T> T read(Path file, int type, int sizes, Use<T> use) throws IOException {
    String name = file.toString();
    return SizeLimits.fitting(
        name,
        () -> {
          try (InputStream in = Files.newInputStream(file)) {
            return Gzip.reading(name, () -> use.of(NorbMatrix.open(name, in, type, sizes)));
          }
        });
  }

  private static int[] labels(NorbMatrix matrix) throws IOException {
    int[] labels = matrix.ints();
    for (int i = 0; i < labels.length; i++) {
      requireBelow(CLASSES.size(), matrix, i, "class", labels[i]);
    }
    return labels;
  }

  private static List<View> views(NorbMatrix matrix, int count) throws IOException {
    requireShape(matrix, count, STATED);
    int[] stated = matrix.ints();
    List<View> views = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int at = STATED * i;
      requireBelow(INSTANCES, matrix, i, "instance", stated[at]);
      requireBelow(ELEVATIONS, matrix, i, "elevation", stated[at + 1]);
      requireBelow(AZIMUTHS, matrix, i, "azimuth", stated[at + 2]);
      requireBelow(LIGHTS, matrix, i, "lighting", stated[at + 3]);
      views.add(new View(stated[at], 30 + 5 * stated[at + 1], 10 * stated[at + 2], stated[at + 3]));
    }
    return views;
  }

  private static LabeledImages images(NorbMatrix matrix, int[] labels, int side)
      throws IOException {
    requireShape(matrix, labels.length, CAMERAS, SIDE, SIDE);
    int length = SizeLimits.length(matrix.name(), labels.length, CAMERAS, side, side);
    InputStream resized = new ResizedPairs(matrix, SIDE, side);
    byte[] pixels = SizeLimits.read(matrix.name(), resized, length);
    return new LabeledImages(pixels, CAMERAS, side, side, labels, CLASSES);
  }

  private static void requireShape(NorbMatrix matrix, int... expected) throws FormatException {
    if (!Arrays.equals(matrix.shape(), expected)) {
      throw new FormatException(
          matrix.name(),
          "expected %s, got %s"
              .formatted(Arrays.toString(expected), Arrays.toString(matrix.shape())),
          null);
    }
  }

  private static void requireBelow(int limit, NorbMatrix matrix, int image, String what, int value)
      throws FormatException {
    if (value < 0 || value >= limit) {
      throw new FormatException(
          matrix.name(),
          "%s of image %s: expected 0 to %s, got %s".formatted(what, image, limit - 1, value),
          null);
    }
  }
}
