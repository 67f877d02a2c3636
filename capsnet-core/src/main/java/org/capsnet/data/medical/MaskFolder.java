package org.capsnet.data.medical;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.capsnet.data.Faults;
import org.capsnet.data.OnFault;
import org.capsnet.data.picture.ByteImage;
import org.capsnet.data.picture.ImageFile;
import org.capsnet.data.picture.LabelTurn;
import org.capsnet.data.picture.MaskFile;
import org.capsnet.data.picture.PictureFiles;
import org.capsnet.io.FormatException;

/**
 * Reads your own images, each with a mask and a label: a folder of pictures, a folder of masks (or
 * the same one, with names that end in {@code -mask}), and a CSV table with a row for each picture.
 *
 * <pre>{@code
 * MaskFolder.Result cells =
 *     MaskFolder.of(folder, folder.resolve("labels.csv"))
 *         .columns("image ID", "class label").read(3, 96, 96, OnFault.SKIP);
 * List<Splits.Parts> folds = Splits.folds(cells.labels(), cells.groups(), 5, seed);
 * }</pre>
 *
 * <p>A row and a file belong together if they have the same name, without the file's extension; in
 * a number, leading zeros are ignored, so that row 7 belongs to {@code 007.png}. The values in the
 * masks, which {@link MaskFile} reads as they are stored, become the numbers of classes in
 * increasing order; all masks must have values of one kind. A picture that EXIF turns is read
 * upright with its mask, whichever way that is oriented, if its size decides that; see {@link
 * org.capsnet.data.picture.LabelTurn}.
 */
public final class MaskFolder {

  /** A mask with more values is probably a photograph, or was saved in a lossy format. */
  private static final int MAX_MASK_VALUES = 32;

  /** A mask in memory has one byte per pixel. */
  private static final int MAX_TOLD_VALUES = 256;

  private static final int WHITE = 0xFFFFFF;

  private final Path images;
  private final Path table;
  private Path masks;
  private String maskSuffix = "-mask";
  private Optional<String> idColumn = Optional.empty();
  private Optional<String> labelColumn = Optional.empty();
  private Optional<String> groupColumn = Optional.empty();
  private Optional<List<Integer>> maskValues = Optional.empty();
  private Optional<List<String>> classes = Optional.empty();

  private MaskFolder(Path images, Path table) {
    this.images = images;
    this.table = table;
    masks = images;
  }

  /**
   * Starts with a folder with pictures named like {@code NAME.png} and masks named like {@code
   * NAME-mask.png}, and a table whose first column is the name and whose second is the label.
   *
   * @param images the folder of pictures
   * @param table the CSV table, with a first row that names the columns
   * @return a reader, with which to change these settings
   */
  public static MaskFolder of(Path images, Path table) {
    return new MaskFolder(images, table);
  }

  /**
   * Sets where the masks are.
   *
   * @param folder the folder of masks
   * @param suffix what follows the picture's name in the name of its mask, such as {@code -mask};
   *     may be empty
   * @return this
   */
  public MaskFolder masks(Path folder, String suffix) {
    masks = folder;
    maskSuffix = suffix;
    return this;
  }

  /**
   * Sets which columns of the table are used.
   *
   * @param id the name of the column with the names of pictures
   * @param label the name of the column with the labels
   * @return this
   */
  public MaskFolder columns(String id, String label) {
    idColumn = Optional.of(id);
    labelColumn = Optional.of(label);
    return this;
  }

  /**
   * Sets the column of the patients, so that a split can keep all pictures of a patient in one
   * part.
   *
   * @param column the name of that column
   * @return this
   */
  public MaskFolder groupColumn(String column) {
    groupColumn = Optional.of(column);
    return this;
  }

  /**
   * Sets which values masks have, in the order of their class numbers. By default these are all
   * that occur, in increasing order.
   *
   * @param values indices into the palette, grey values, or colours as 0xRRGGBB: what {@link
   *     MaskFile} reads
   * @return this
   * @throws IllegalArgumentException if a value is out of range or given twice, or there are none
   *     or more than 256
   */
  public MaskFolder maskValues(int... values) {
    long distinct = Arrays.stream(values).filter(v -> v >= 0 && v <= WHITE).distinct().count();
    if (values.length == 0 || values.length > MAX_TOLD_VALUES || distinct < values.length) {
      throw new IllegalArgumentException(
          "maskValues: expected 1 to %s distinct values from 0 to 0xFFFFFF, got %s"
              .formatted(MAX_TOLD_VALUES, Arrays.toString(values)));
    }
    maskValues = Optional.of(Arrays.stream(values).boxed().toList());
    return this;
  }

  /**
   * Sets which labels the table has, in the order of their class numbers; any other is a fault. By
   * default these are all that occur, in numeric order if all are numbers, and else in alphabetic
   * order.
   *
   * @param labels as written in the table
   * @return this
   * @throws IllegalArgumentException if one is given twice, or there is none
   */
  public MaskFolder classes(List<String> labels) {
    if (labels.isEmpty() || Set.copyOf(labels).size() < labels.size()) {
      throw new IllegalArgumentException("classes: expected one or more, each once, got " + labels);
    }
    classes = Optional.of(List.copyOf(labels));
    return this;
  }

  /**
   * What was read.
   *
   * @param samples the pictures, each with mask and label
   * @param names for each its name
   * @param groups for each its patient, or its name if the table has no column for that
   * @param classNames the labels of the table, in the order of their class numbers
   * @param maskKind what the values of the masks are
   * @param maskValues the values of the masks, in the order of their class numbers
   * @param skipped what was left out, one message each
   */
  public record Result(
      List<SegmentationSample> samples,
      List<String> names,
      List<String> groups,
      List<String> classNames,
      MaskFile.Kind maskKind,
      List<Integer> maskValues,
      List<String> skipped) {

    /** Copies the lists. */
    public Result {
      samples = List.copyOf(samples);
      names = List.copyOf(names);
      groups = List.copyOf(groups);
      classNames = List.copyOf(classNames);
      maskValues = List.copyOf(maskValues);
      skipped = List.copyOf(skipped);
    }

    /** {@return the class number of each sample, for {@link org.capsnet.data.Splits}} */
    public int[] labels() {
      return samples.stream().mapToInt(SegmentationSample::label).toArray();
    }

    /**
     * {@return the names of the masks' values, such as {@code grey 128}, in the order of their
     * class numbers}
     */
    public List<String> maskNames() {
      return maskValues.stream().map(maskKind::name).toList();
    }
  }

  /**
   * Reads all pictures of the table.
   *
   * @param channels 1 for grey, 3 for red, green, blue
   * @param height the height to resize each to, in pixels
   * @param width the width to resize each to, in pixels
   * @param onFault what to do with a picture without a row or a row without a picture, a row
   *     without a label, a missing mask, a mask that {@link MaskFile} refuses, of another size or
   *     with an unknown value, an unknown label, an unreadable file, or two files of one name
   * @return the pictures, in the order of their names
   * @throws FormatException if the table lacks a column, nothing can be read, masks have too many
   *     values, or there is a fault and that counts as an error
   * @throws java.nio.file.NoSuchFileException if there is no such folder or table
   * @throws IOException if a file cannot be read
   * @throws IllegalArgumentException if the channels are neither 1 nor 3, or a size is below 1
   */
  public Result read(int channels, int height, int width, OnFault onFault) throws IOException {
    Faults faults = new Faults(onFault);
    LabelTable.Columns columns = new LabelTable.Columns(idColumn, labelColumn, groupColumn);
    LabelTable rows = LabelTable.read(table, columns, faults);
    Map<String, List<Path>> maskFiles = byName(PictureFiles.pictures(masks), maskSuffix);
    MaskLegend legend = new MaskLegend();
    List<Found> found = new ArrayList<>();
    for (Map.Entry<String, List<Path>> pictures : byName(pictures(), "").entrySet()) {
      String key = pictures.getKey();
      Optional<LabelTable.Row> row = rows.take(key);
      if (rows.isFaulty(key)) {
        continue; // counted already, as a fault of the table
      }
      try {
        Path picture = only(pictures.getValue(), "pictures");
        Pair pair = pair(picture, row, maskFiles.get(key));
        found.add(read(pair, channels, height, width, legend));
      } catch (FormatException e) {
        faults.met(e);
      }
    }
    for (LabelTable.Row row : rows.left()) {
      faults.met(new FormatException(table, "its row %s has no picture".formatted(row.id())));
    }
    return result(found, faults);
  }

  /** The classes are known only when all is read. */
  private Result result(List<Found> found, Faults faults) throws FormatException {
    if (found.isEmpty()) {
      throw faults.nothingLeft(images, "none of its pictures has a mask and a row in " + table);
    }
    List<Integer> values = maskValues.orElseGet(() -> valuesOf(found));
    if (maskValues.isEmpty() && values.size() > MAX_MASK_VALUES) {
      throw new FormatException(
          masks,
          "its masks have %s values: expected at most %s, or a choice of values"
              .formatted(values.size(), MAX_MASK_VALUES));
    }
    List<String> classNames = classes.orElseGet(() -> labelsOf(found));
    Map<String, Integer> labels = numbered(classNames);
    Map<Integer, Integer> numbers = numbered(values);
    return new Result(
        found.stream().map(one -> one.sample(labels, numbers)).toList(),
        found.stream().map(Found::name).toList(),
        found.stream().map(one -> one.row.group()).toList(),
        classNames,
        found.get(0).mask.kind(),
        values,
        faults.messages());
  }

  private static <T> Map<T, Integer> numbered(List<T> all) {
    Map<T, Integer> numbers = new HashMap<>();
    all.forEach(one -> numbers.put(one, numbers.size()));
    return numbers;
  }

  private static List<Integer> valuesOf(List<Found> found) {
    return found.stream().flatMap(one -> one.mask.values().stream()).distinct().sorted().toList();
  }

  private static List<String> labelsOf(List<Found> found) {
    List<String> labels = found.stream().map(one -> one.row.label()).distinct().toList();
    boolean numbers = labels.stream().allMatch(LabelTable::isNumber);
    return labels.stream()
        .sorted(numbers ? Comparator.comparing(Long::valueOf) : Comparator.naturalOrder())
        .toList();
  }

  // ---------------------------------------------------------------- one picture

  /** A picture with its annotations, not yet read. */
  private record Pair(Path picture, Path mask, LabelTable.Row row) {}

  /** A picture with its annotations; the mask still has its own values. */
  private record Found(String name, LabelTable.Row row, ByteImage image, MaskFile mask) {

    SegmentationSample sample(Map<String, Integer> labels, Map<Integer, Integer> numbers) {
      List<Integer> byPosition = mask.values().stream().map(numbers::get).toList();
      ByteImage positions = mask.positions();
      byte[] pixels = positions.bytes();
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] = byPosition.get(pixels[i] & 0xFF).byteValue();
      }
      return new SegmentationSample(
          image,
          new ByteImage(pixels, 1, positions.height(), positions.width()),
          labels.get(row.label()));
    }
  }

  private Found read(Pair pair, int channels, int height, int width, MaskLegend legend)
      throws IOException {
    ByteImage image = ImageFile.read(pair.picture, channels);
    MaskFile stored = MaskFile.read(pair.mask);
    ByteImage size = stored.positions();
    LabelTurn turn = LabelTurn.of(pair.mask, pair.picture, image, size.width(), size.height());
    MaskFile mask = stored.turned(turn);
    ByteImage positions = mask.positions();
    if (positions.height() != image.height() || positions.width() != image.width()) {
      throw new FormatException(
          pair.mask,
          "expected %s × %s pixels as its picture has, got %s × %s"
              .formatted(image.width(), image.height(), positions.width(), positions.height()));
    }
    for (int value : mask.values()) {
      if (maskValues.isPresent() && !maskValues.get().contains(value)) {
        throw new FormatException(
            pair.mask, "expected the values %s, got %s".formatted(maskValues.get(), value));
      }
    }
    legend.add(mask);
    return new Found(
        PictureFiles.stem(pair.picture),
        pair.row,
        image.resized(height, width),
        mask.resized(height, width));
  }

  private Pair pair(Path picture, Optional<LabelTable.Row> row, List<Path> maskFiles)
      throws FormatException {
    if (row.isEmpty()) {
      throw new FormatException(picture, "it has no row in " + table);
    }
    String label = row.get().label();
    if (classes.isPresent() && !classes.get().contains(label)) {
      throw new FormatException(
          picture, "label: expected one of %s, got %s".formatted(classes.get(), label));
    }
    if (maskFiles == null) {
      throw new FormatException(picture, "it has no mask in " + masks);
    }
    return new Pair(picture, only(maskFiles, "masks"), row.get());
  }

  private static Path only(List<Path> files, String what) throws FormatException {
    if (files.size() > 1) {
      throw new FormatException(
          files.get(0), "several %s have its name: %s".formatted(what, files));
    }
    return files.get(0);
  }

  /** The pictures that are not masks. */
  private List<Path> pictures() throws IOException {
    boolean masksBeside = images.equals(masks) && !maskSuffix.isEmpty();
    return PictureFiles.pictures(images).stream()
        .filter(file -> !masksBeside || !PictureFiles.stem(file).endsWith(maskSuffix))
        .toList();
  }

  /** The files of each name, without the suffix. */
  private static Map<String, List<Path>> byName(List<Path> all, String suffix) {
    Map<String, List<Path>> files = new LinkedHashMap<>();
    for (Path file : all) {
      String stem = PictureFiles.stem(file);
      if (stem.endsWith(suffix)) {
        String name = stem.substring(0, stem.length() - suffix.length());
        files.computeIfAbsent(LabelTable.key(name), key -> new ArrayList<>()).add(file);
      }
    }
    return files;
  }
}
