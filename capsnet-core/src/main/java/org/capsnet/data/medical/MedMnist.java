package org.capsnet.data.medical;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.capsnet.data.ByteImage;
import org.capsnet.data.LabeledImages;
import org.capsnet.io.FormatException;

/**
 * Reads the sets of MedMNIST v2 (Yang et al., 2023): a zip, deflated or not, of NumPy arrays of
 * unsigned bytes, {@code train_images} and {@code train_labels}, {@code val_…} and {@code test_…}.
 * Any of its 2-D sets: grey or coloured; one label an image, of two or more classes, or one label
 * for each of several findings. The file says nothing of the names of classes, which are named by
 * their numbers.
 *
 * <pre>{@code
 * MedMnist set = MedMnist.read(Path.of("pneumoniamnist.npz"));
 * LabeledImages train = set.train().labeled();
 * }</pre>
 *
 * @param train the images to train on
 * @param validation the images to choose a model on
 * @param test the images to test it on, once
 */
public record MedMnist(Part train, Part validation, Part test) {

  /** More than any of the sets has; a label beyond it is damage. */
  private static final int MAX_CLASSES = 1000;

  private static final int RGB = 3;

  /**
   * Reads a file.
   *
   * @param file the file
   * @return its three parts, whose classes are numbered alike
   * @throws FormatException if it is not a zip, is cut short, lacks an array, or an array has
   *     another type, order or shape than its name asks for or is larger than the memory of this
   *     JVM
   * @throws NoSuchFileException if there is no such file
   * @throws IOException if it cannot be read
   */
  public static MedMnist read(Path file) throws IOException {
    if (!Files.exists(file)) {
      throw new NoSuchFileException(file.toString());
    }
    try (ZipFile zip = new ZipFile(file.toFile())) {
      Raw train = Raw.read(file, zip, "train");
      Raw validation = Raw.read(file, zip, "val");
      Raw test = Raw.read(file, zip, "test");
      List<String> names = classNames(file, train, validation, test);
      return new MedMnist(train.part(names), validation.part(names), test.part(names));
    } catch (ZipException e) {
      throw new FormatException(file, "it is not a zip that can be read: " + e.getMessage(), e);
    } catch (EOFException e) {
      throw new FormatException(file, "it is cut short", e);
    }
  }

  /** As many classes as there are columns of findings, or else as the labels of all parts need. */
  private static List<String> classNames(Path file, Raw... parts) throws FormatException {
    int columns = parts[0].columns();
    int classes = columns > 1 ? columns : 2;
    for (Raw part : parts) {
      if (part.columns() != columns) {
        throw new FormatException(
            file,
            "expected %s labels an image in each part, got %s in %s"
                .formatted(columns, part.columns(), part.name));
      }
      classes = columns > 1 ? columns : Math.max(classes, part.greatestLabel() + 1);
    }
    return IntStream.range(0, classes).mapToObj(Integer::toString).toList();
  }

  /** The two arrays of a part, checked. */
  @SuppressWarnings("ArrayRecordComponent") // never compared, and not seen outside this class
  private record Raw(String name, int[] shape, byte[] pixels, int[][] labels) {

    static Raw read(Path file, ZipFile zip, String part) throws IOException {
      String imagesName = file + ", " + part + "_images.npy";
      String labelsName = file + ", " + part + "_labels.npy";
      Npy images = array(file, zip, part + "_images.npy");
      Npy labels = array(file, zip, part + "_labels.npy");
      int[] shape = images.shape();
      boolean grey = shape.length == 3;
      boolean colour = shape.length == 4 && shape[3] == RGB;
      if (!images.type().equals("|u1")
          || !(grey || colour)
          || Arrays.stream(shape).min().getAsInt() < 1) {
        throw new FormatException(
            imagesName,
            "expected unsigned bytes [images, height, width] or [images, height, width, 3], got %s %s"
                .formatted(images.type(), Arrays.toString(shape)),
            null);
      }
      byte[] pixels = colour ? channelsFirst(images) : images.data();
      return new Raw(part, shape, pixels, labels(labelsName, labels, shape[0]));
    }

    private static Npy array(Path file, ZipFile zip, String name) throws IOException {
      ZipEntry entry = zip.getEntry(name);
      if (entry == null) {
        throw new FormatException(file, "it has no " + name);
      }
      try (InputStream in = new BufferedInputStream(zip.getInputStream(entry), 1 << 16)) {
        return Npy.read(file + ", " + name, in);
      }
    }

    private static byte[] channelsFirst(Npy images) {
      int[] shape = images.shape();
      int size = shape[1] * shape[2];
      byte[] from = images.data();
      byte[] to = new byte[from.length];
      for (int n = 0; n < shape[0]; n++) {
        for (int i = 0; i < size; i++) {
          for (int c = 0; c < RGB; c++) {
            to[(n * RGB + c) * size + i] = from[(n * size + i) * RGB + c];
          }
        }
      }
      return to;
    }

    private static int[][] labels(String name, Npy array, int images) throws FormatException {
      int[] shape = array.shape();
      boolean fits = shape.length == 2 && shape[0] == images && shape[1] >= 1;
      if (!fits) {
        throw new FormatException(
            name,
            "expected labels [%s, 1 or more], got %s".formatted(images, Arrays.toString(shape)),
            null);
      }
      int columns = shape[1];
      int[][] labels = new int[images][columns];
      for (int i = 0; i < images * columns; i++) {
        long value = array.get(i);
        int most = columns > 1 ? 1 : MAX_CLASSES - 1;
        if (value < 0 || value > most) {
          throw new FormatException(
              name,
              "label of image %s: expected 0 to %s, got %s".formatted(i / columns, most, value),
              null);
        }
        labels[i / columns][i % columns] = (int) value;
      }
      return labels;
    }

    int columns() {
      return labels[0].length;
    }

    int greatestLabel() {
      return Arrays.stream(labels).mapToInt(label -> label[0]).max().orElse(0);
    }

    Part part(List<String> names) {
      int channels = shape.length == 3 ? 1 : RGB;
      return new Part(pixels, new int[] {channels, shape[1], shape[2]}, labels, names);
    }
  }

  /** One of the three parts. Does not change once made. */
  public static final class Part {

    private final byte[] pixels;
    private final int[] shape;
    private final int[][] labels;
    private final List<String> classNames;

    private Part(byte[] pixels, int[] shape, int[][] labels, List<String> classNames) {
      this.pixels = pixels;
      this.shape = shape;
      this.labels = labels;
      this.classNames = classNames;
    }

    /**
     * The number of images.
     *
     * @return 1 or more
     */
    public int count() {
      return labels.length;
    }

    /**
     * Whether several findings may apply to one image.
     *
     * @return false if each image has one class
     */
    public boolean isMultiLabel() {
      return labels[0].length > 1;
    }

    /**
     * The names of the classes, or of the findings.
     *
     * @return the numbers from 0
     */
    public List<String> classNames() {
      return classNames;
    }

    /**
     * The images with a class each.
     *
     * @return the images; the pixels are not copied
     * @throws IllegalStateException if several findings may apply to one image
     */
    public LabeledImages labeled() {
      if (isMultiLabel()) {
        throw new IllegalStateException(
            "expected one label an image, got " + labels[0].length + ": use multiLabel()");
      }
      int[] classes = Arrays.stream(labels).mapToInt(label -> label[0]).toArray();
      return new LabeledImages(pixels, shape[0], shape[1], shape[2], classes, classNames);
    }

    /**
     * The images with all that applies to each. Where each has one class, that is it.
     *
     * @return the images
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
          .mapToObj(i -> new MultiLabelSample(image.apply(i), findings(labels[i])))
          .toList();
    }

    private static Set<Integer> findings(int[] label) {
      if (label.length == 1) {
        return Set.of(label[0]);
      }
      return IntStream.range(0, label.length)
          .filter(i -> label[i] == 1)
          .boxed()
          .collect(Collectors.toSet());
    }
  }
}
