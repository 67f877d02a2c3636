package org.capsnet.data.medical;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.capsnet.data.LabeledImages;
import org.capsnet.data.picture.ByteImage;
import org.capsnet.io.FormatException;
import org.capsnet.io.Npy;
import org.capsnet.io.Npz;
import org.capsnet.io.SizeLimits;

/**
 * Reads the data sets of MedMNIST v2 (Yang et al., 2023): a zip, deflated or not, of NumPy arrays
 * of unsigned bytes, {@code train_images} and {@code train_labels}, {@code val_…} and {@code
 * test_…}. Any of its 2-D sets: grey or coloured; one label per image, [images] or [images, 1], of
 * two or more classes, or one label for each of several findings. The file has no names of classes,
 * so their numbers are their names.
 *
 * <pre>{@code
 * MedMnist set = MedMnist.read(Path.of("pneumoniamnist.npz"));
 * LabeledImages train = set.train().labeled();
 * }</pre>
 *
 * @param train the training images
 * @param validation the validation images
 * @param test the test images
 */
public record MedMnist(Part train, Part validation, Part test) {

  /** More than any of the sets has; a label beyond it is damage. */
  private static final int MAX_CLASSES = 1000;

  private static final int RGB = 3;

  /** Of the names of arrays in the zip. */
  private static final String ENDING = ".npy";

  private static final Set<String> ARRAYS =
      Set.of(
          "train_images", "train_labels", "val_images", "val_labels", "test_images", "test_labels");

  /**
   * Reads a file.
   *
   * @param file the file
   * @return its three parts, with the same class numbers
   * @throws FormatException if it is not a zip, is cut short, has a wrong checksum, lacks an array,
   *     or an array has not the type, order or shape that its name requires, or does not fit into
   *     the memory of this JVM; also if classes do not begin with 0
   * @throws NoSuchFileException if there is no such file
   * @throws IOException if it cannot be read
   */
  public static MedMnist read(Path file) throws IOException {
    if (!Files.exists(file)) {
      throw new NoSuchFileException(file.toString());
    }
    return SizeLimits.fitting(file.toString(), () -> readAll(file));
  }

  private static MedMnist readAll(Path file) throws IOException {
    Map<String, Npy> arrays = Npz.read(file, ARRAYS::contains);
    Raw train = Raw.of(file, arrays, "train");
    Raw validation = Raw.of(file, arrays, "val");
    Raw test = Raw.of(file, arrays, "test");
    List<String> names = classNames(file, train, validation, test);
    return new MedMnist(train.part(names), validation.part(names), test.part(names));
  }

  /** As many classes as there are columns of findings, or else as the labels of all parts need. */
  private static List<String> classNames(Path file, Raw... parts) throws FormatException {
    int columns = parts[0].columns;
    for (Raw part : parts) {
      if (part.columns != columns) {
        throw new FormatException(
            file,
            "expected %s labels per image in each part, got %s in %s"
                .formatted(columns, part.columns, part.name));
      }
    }
    int classes = columns;
    if (columns == 1) {
      IntSummaryStatistics labels =
          Arrays.stream(parts).flatMapToInt(part -> Arrays.stream(part.labels)).summaryStatistics();
      if (labels.getMin() > 0) {
        throw new FormatException(
            file,
            "its labels go from %s to %s, and those of the first class must be 0: subtract %s"
                .formatted(labels.getMin(), labels.getMax(), labels.getMin()));
      }
      classes = Math.max(2, labels.getMax() + 1);
    }
    return IntStream.range(0, classes).mapToObj(Integer::toString).toList();
  }

  /** The two arrays of a part, checked; the labels image by image. */
  @SuppressWarnings("ArrayRecordComponent") // never compared, and not seen outside this class
  private record Raw(String name, int[] shape, byte[] pixels, int columns, int[] labels) {

    static Raw of(Path file, Map<String, Npy> arrays, String part) throws FormatException {
      String imagesName = part + "_images";
      String labelsName = part + "_labels";
      Npy images = array(file, arrays, imagesName);
      Npy labels = array(file, arrays, labelsName);
      int[] shape = images.shape();
      boolean grey = shape.length == 3;
      boolean colour = shape.length == 4 && shape[3] == RGB;
      if (!images.type().equals("|u1")
          || !(grey || colour)
          || Arrays.stream(shape).min().getAsInt() < 1) {
        throw new FormatException(
            file + ", " + imagesName + ENDING,
            "expected unsigned bytes [images, height, width] or [images, height, width, 3], got %s %s"
                .formatted(images.type(), Arrays.toString(shape)),
            null);
      }
      if (colour) {
        toChannelsFirst(images);
      }
      int[] classes = labels(file + ", " + labelsName + ENDING, labels, shape[0]);
      return new Raw(part, shape, images.data(), classes.length / shape[0], classes);
    }

    private static Npy array(Path file, Map<String, Npy> arrays, String name)
        throws FormatException {
      Npy array = arrays.remove(name);
      if (array == null) {
        throw new FormatException(file, "it has no " + name + ENDING);
      }
      return array;
    }

    /** In place: the images of one part may be half of all the memory. */
    private static void toChannelsFirst(Npy images) {
      int[] shape = images.shape();
      int size = shape[1] * shape[2];
      byte[] data = images.data();
      byte[] image = new byte[size * RGB];
      for (int start = 0; start < data.length; start += image.length) {
        System.arraycopy(data, start, image, 0, image.length);
        for (int i = 0; i < size; i++) {
          for (int c = 0; c < RGB; c++) {
            data[start + c * size + i] = image[i * RGB + c];
          }
        }
      }
    }

    private static int[] labels(String name, Npy array, int images) throws FormatException {
      if (!array.isWhole()) {
        throw new FormatException(
            name,
            "expected whole numbers, got the type %s: store it with .astype('uint8')"
                .formatted(array.type()),
            null);
      }
      int[] shape = array.shape();
      int columns = shape.length == 1 ? 1 : shape.length == 2 ? shape[1] : 0;
      if (columns < 1 || shape[0] != images) {
        throw new FormatException(
            name,
            "expected labels [%s] or [%s, 1 or more], got %s"
                .formatted(images, images, Arrays.toString(shape)),
            null);
      }
      int most = columns > 1 ? 1 : MAX_CLASSES - 1;
      int[] labels = new int[images * columns];
      for (int i = 0; i < labels.length; i++) {
        long value = array.get(i);
        if (value < 0 || value > most) {
          throw new FormatException(
              name,
              "label of image %s: expected 0 to %s, got %s".formatted(i / columns, most, value),
              null);
        }
        labels[i] = (int) value;
      }
      return labels;
    }

    Part part(List<String> names) {
      int channels = shape.length == 3 ? 1 : RGB;
      return new Part(pixels, new int[] {channels, shape[1], shape[2]}, columns, labels, names);
    }
  }

  /** One of the three parts. Immutable. */
  public static final class Part {

    private final byte[] pixels;
    private final int[] shape;
    private final int columns;
    private final int[] labels;
    private final List<String> classNames;

    private Part(byte[] pixels, int[] shape, int columns, int[] labels, List<String> classNames) {
      this.pixels = pixels;
      this.shape = shape;
      this.columns = columns;
      this.labels = labels;
      this.classNames = classNames;
    }

    /** {@return the number of images, 1 or more} */
    public int count() {
      return labels.length / columns;
    }

    /**
     * {@return whether several findings may apply to one image; false if each image has one class}
     */
    public boolean isMultiLabel() {
      return columns > 1;
    }

    /** {@return the names of the classes, or of the findings: the numbers from 0} */
    public List<String> classNames() {
      return classNames;
    }

    /**
     * {@return the images with one class each; the pixels are not copied}
     *
     * @throws IllegalStateException if several findings may apply to one image; where exactly one
     *     applies to each, the message says how to store that as a class
     */
    public LabeledImages labeled() {
      if (isMultiLabel()) {
        throw new IllegalStateException(
            "expected one label per image, got %s: %s"
                .formatted(
                    columns,
                    isOneHot()
                        ? "they look one-hot, so store labels.argmax(1).reshape(-1, 1) instead"
                        : "use multiLabel()"));
      }
      return new LabeledImages(pixels, shape[0], shape[1], shape[2], labels, classNames);
    }

    /**
     * {@return the images with all findings that apply to each; where each has one class, that is
     * the only one}
     */
    public List<MultiLabelSample> multiLabel() {
      int size = shape[0] * shape[1] * shape[2];
      IntFunction<ByteImage> image =
          i ->
              new ByteImage(
                  Arrays.copyOfRange(pixels, i * size, (i + 1) * size),
                  shape[0],
                  shape[1],
                  shape[2]);
      return IntStream.range(0, count())
          .mapToObj(i -> new MultiLabelSample(image.apply(i), findings(i)))
          .toList();
    }

    private Set<Integer> findings(int image) {
      if (columns == 1) {
        return Set.of(labels[image]);
      }
      return IntStream.range(0, columns)
          .filter(i -> labels[image * columns + i] == 1)
          .boxed()
          .collect(Collectors.toSet());
    }

    private boolean isOneHot() {
      return IntStream.range(0, count()).allMatch(i -> findings(i).size() == 1);
    }
  }
}
