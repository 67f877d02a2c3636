package org.capsnet.data.medical;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.capsnet.data.ByteImage;
import org.capsnet.data.Faults;
import org.capsnet.data.ImageFile;
import org.capsnet.data.OnFault;
import org.capsnet.data.PictureFiles;
import org.capsnet.io.FormatException;

/**
 * Reads one's own images with a mask and a label each: a folder of pictures, a folder of masks (or
 * the same one, with names that end in {@code -mask}), and a table in CSV with a row for each
 * picture.
 *
 * <pre>{@code
 * MaskFolder.Result cells =
 *     MaskFolder.of(folder, folder.resolve("labels.csv"))
 *         .columns("image ID", "class label").read(3, 96, 96, OnFault.SKIP);
 * List<Splits.Parts> folds = Splits.folds(cells.labels(), cells.groups(), 5, seed);
 * }</pre>
 *
 * <p>A row and a file belong together if they have the same name, without the file's ending; where
 * it is a number, leading zeros do not count, so that row 7 is {@code 007.png}. The grey values in
 * the masks become the numbers of classes in rising order.
 */
public final class MaskFolder {

  /** A mask with more values than that is more likely a photograph, or saved with loss. */
  private static final int MAX_MASK_VALUES = 32;

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
   * Starts with a folder that has pictures as {@code NAME.png} and masks as {@code NAME-mask.png},
   * and a table whose first column is the name and whose second is the label.
   *
   * @param images the folder of pictures
   * @param table the table, in CSV with a row that names the columns
   * @return a reader, to change what is otherwise
   */
  public static MaskFolder of(Path images, Path table) {
    return new MaskFolder(images, table);
  }

  /**
   * Says where masks are.
   *
   * @param folder the folder of masks
   * @param suffix what a mask has after the name of its picture, as {@code -mask}; empty if nothing
   * @return this
   */
  public MaskFolder masks(Path folder, String suffix) {
    masks = folder;
    maskSuffix = suffix;
    return this;
  }

  /**
   * Says which columns of the table count.
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
   * Says whose picture it is, so that a split can keep all of one patient on one side.
   *
   * @param column the name of the column with the patient
   * @return this
   */
  public MaskFolder groupColumn(String column) {
    groupColumn = Optional.of(column);
    return this;
  }

  /**
   * Says which grey values masks have, in the order in which they are to be numbered. Otherwise all
   * that are found count, in rising order.
   *
   * @param values grey values, 0 to 255
   * @return this
   * @throws IllegalArgumentException if a value is out of range or there twice, or there is none
   */
  public MaskFolder maskValues(int... values) {
    long distinct = Arrays.stream(values).filter(v -> v >= 0 && v <= 255).distinct().count();
    if (values.length == 0 || distinct < values.length) {
      throw new IllegalArgumentException(
          "maskValues: expected distinct values from 0 to 255, got " + Arrays.toString(values));
    }
    maskValues = Optional.of(Arrays.stream(values).boxed().toList());
    return this;
  }

  /**
   * Says which labels the table has, in the order in which they are to be numbered; any other is a
   * fault. Otherwise all that are found count, in the order of numbers if all are, or else of
   * letters.
   *
   * @param labels as they stand in the table
   * @return this
   */
  public MaskFolder classes(List<String> labels) {
    classes = Optional.of(List.copyOf(labels));
    return this;
  }

  /**
   * What was read.
   *
   * @param samples the pictures, each with mask and label
   * @param names for each its name
   * @param groups for each its patient, or its name if the table has no column for that
   * @param classNames the labels of the table, by the number of the class
   * @param maskValues the grey values of the masks, by the number of the class
   * @param skipped what was left out, a message each
   */
  public record Result(
      List<SegmentationSample> samples,
      List<String> names,
      List<String> groups,
      List<String> classNames,
      List<Integer> maskValues,
      List<String> skipped) {

    /**
     * Copies the lists.
     *
     * @param samples the pictures, each with mask and label
     * @param names for each its name
     * @param groups for each its patient
     * @param classNames the labels of the table
     * @param maskValues the grey values of the masks
     * @param skipped what was left out
     */
    public Result {
      samples = List.copyOf(samples);
      names = List.copyOf(names);
      groups = List.copyOf(groups);
      classNames = List.copyOf(classNames);
      maskValues = List.copyOf(maskValues);
      skipped = List.copyOf(skipped);
    }

    /**
     * The label of each sample, for {@link org.capsnet.data.Splits}.
     *
     * @return the numbers of their classes
     */
    public int[] labels() {
      return samples.stream().mapToInt(SegmentationSample::label).toArray();
    }
  }

  /**
   * Reads all pictures of the table.
   *
   * @param channels 1 for grey, 3 for red, green, blue
   * @param height the height to stretch each to, in pixels
   * @param width the width to stretch each to, in pixels
   * @param onFault what to do with a picture or a row without its other half, a missing mask, a
   *     mask of another size or with an unknown value, an unknown label, a file that cannot be read
   * @return the pictures, in the order of their names
   * @throws FormatException if the table lacks a column, nothing can be read, masks have too many
   *     values, or there is a fault and that is to be an error
   * @throws java.nio.file.NoSuchFileException if there is no such folder or table
   * @throws IOException if a file cannot be read
   * @throws IllegalArgumentException if the channels are neither 1 nor 3, or a size is below 1
   */
  public Result read(int channels, int height, int width, OnFault onFault) throws IOException {
    Faults faults = new Faults(onFault);
    Map<String, Row> rows = rows(faults);
    Map<String, Path> maskFiles = byName(masks, maskSuffix);
    List<Found> found = new ArrayList<>();
    for (Path picture : pictures()) {
      Row row = rows.remove(key(PictureFiles.stem(picture)));
      try {
        found.add(find(picture, row, maskFiles, channels, height, width));
      } catch (FormatException e) {
        faults.met(e);
      }
    }
    for (Row row : rows.values()) {
      faults.met(new FormatException(table, "its row %s has no picture".formatted(row.id)));
    }
    return result(found, faults);
  }

  /** The classes are known only when all is read. */
  private Result result(List<Found> found, Faults faults) throws FormatException {
    if (found.isEmpty()) {
      throw new FormatException(images, "none of its pictures has a mask and a row in " + table);
    }
    List<String> classNames = classes.orElseGet(() -> labelsOf(found));
    List<Integer> values = maskValues.orElseGet(() -> valuesOf(found));
    if (values.size() > MAX_MASK_VALUES) {
      throw new FormatException(
          masks,
          "its masks have %s grey values: expected at most %s, or to be told which count"
              .formatted(values.size(), MAX_MASK_VALUES));
    }
    List<SegmentationSample> samples = new ArrayList<>();
    for (Found one : found) {
      int label = classNames.indexOf(one.row.label);
      samples.add(new SegmentationSample(one.image, numbered(one.mask, values), label));
    }
    return new Result(
        samples,
        found.stream().map(Found::name).toList(),
        found.stream().map(one -> one.row.group).toList(),
        classNames,
        values,
        faults.messages());
  }

  // ---------------------------------------------------------------- one picture

  /** A picture with all that belongs to it; the mask still has its grey values. */
  private record Found(
      String name, Row row, ByteImage image, ByteImage mask, Set<Integer> values) {}

  private Found find(
      Path picture, Row row, Map<String, Path> maskFiles, int channels, int height, int width)
      throws IOException {
    String name = PictureFiles.stem(picture);
    if (row == null) {
      throw new FormatException(picture, "it has no row in " + table);
    }
    if (classes.isPresent() && !classes.get().contains(row.label)) {
      throw new FormatException(
          picture, "label: expected one of %s, got %s".formatted(classes.get(), row.label));
    }
    Path maskFile = maskFiles.get(key(name));
    if (maskFile == null) {
      throw new FormatException(picture, "it has no mask in " + masks);
    }
    ByteImage image = ImageFile.read(picture, channels);
    ByteImage mask = ImageFile.read(maskFile, 1);
    if (mask.height() != image.height() || mask.width() != image.width()) {
      throw new FormatException(
          maskFile,
          "expected %s × %s pixels as its picture has, got %s × %s"
              .formatted(image.width(), image.height(), mask.width(), mask.height()));
    }
    return new Found(
        name,
        row,
        image.resized(height, width),
        mask.resizedToNearest(height, width),
        values(maskFile, mask));
  }

  private Set<Integer> values(Path file, ByteImage mask) throws FormatException {
    Set<Integer> values = new TreeSet<>();
    for (byte value : mask.bytes()) {
      values.add(value & 0xFF);
    }
    for (int value : values) {
      if (maskValues.isPresent() && !maskValues.get().contains(value)) {
        throw new FormatException(
            file, "expected the grey values %s, got %s".formatted(maskValues.get(), value));
      }
    }
    return values;
  }

  private static ByteImage numbered(ByteImage mask, List<Integer> values) {
    byte[] numbers = mask.bytes();
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (byte) values.indexOf(numbers[i] & 0xFF);
    }
    return new ByteImage(numbers, 1, mask.height(), mask.width());
  }

  private static List<Integer> valuesOf(List<Found> found) {
    Set<Integer> values = new TreeSet<>();
    found.forEach(one -> values.addAll(one.values));
    return List.copyOf(values);
  }

  private static List<String> labelsOf(List<Found> found) {
    List<String> labels = found.stream().map(one -> one.row.label).distinct().toList();
    boolean numbers = labels.stream().allMatch(MaskFolder::isNumber);
    return labels.stream()
        .sorted(numbers ? Comparator.comparing(Long::valueOf) : Comparator.naturalOrder())
        .toList();
  }

  // ---------------------------------------------------------------- files and rows

  /** A row of the table. */
  private record Row(String id, String label, String group) {}

  private Map<String, Row> rows(Faults faults) throws IOException {
    Csv csv = Csv.read(table);
    int id = column(csv, idColumn, 0);
    int label = column(csv, labelColumn, 1);
    int group = column(csv, groupColumn, id);
    Map<String, Row> rows = new LinkedHashMap<>();
    for (List<String> cells : csv.rows()) {
      if (cells.size() != csv.header().size()) {
        faults.met(
            new FormatException(
                table,
                "its row %s: expected %s cells, got %s"
                    .formatted(cells.get(0), csv.header().size(), cells.size())));
        continue;
      }
      Row row = new Row(cells.get(id), cells.get(label), cells.get(group));
      if (rows.putIfAbsent(key(withoutEnding(row.id)), row) != null) {
        faults.met(new FormatException(table, "its row %s is there twice".formatted(row.id)));
      }
    }
    return rows;
  }

  private int column(Csv csv, Optional<String> name, int otherwise) throws FormatException {
    int column = name.map(csv.header()::indexOf).orElse(otherwise);
    if (column < 0 || column >= csv.header().size()) {
      throw new FormatException(
          table,
          "expected a column %s, got %s"
              .formatted(name.orElse("number " + (otherwise + 1)), csv.header()));
    }
    return column;
  }

  /** The pictures that are not masks. */
  private List<Path> pictures() throws IOException {
    boolean masksBeside = images.equals(masks) && !maskSuffix.isEmpty();
    return PictureFiles.pictures(images).stream()
        .filter(file -> !masksBeside || !PictureFiles.stem(file).endsWith(maskSuffix))
        .toList();
  }

  private static Map<String, Path> byName(Path folder, String suffix) throws IOException {
    Map<String, Path> files = new LinkedHashMap<>();
    for (Path file : PictureFiles.pictures(folder)) {
      String stem = PictureFiles.stem(file);
      if (stem.endsWith(suffix)) {
        files.put(key(stem.substring(0, stem.length() - suffix.length())), file);
      }
    }
    return files;
  }

  /** Some tables name the file, others what comes before its ending. */
  private static String withoutEnding(String id) {
    return id.replaceFirst("(?i)\\.(png|jpe?g|bmp)$", "");
  }

  private static boolean isNumber(String text) {
    return text.matches("[0-9]{1,18}");
  }

  private static String key(String name) {
    return isNumber(name) ? Long.toString(Long.parseLong(name)) : name;
  }
}
