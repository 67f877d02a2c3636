package org.capsnet.data.detection;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.capsnet.data.ByteImage;
import org.capsnet.data.Faults;
import org.capsnet.data.ImageFile;
import org.capsnet.data.OnFault;
import org.capsnet.data.PictureFiles;
import org.capsnet.io.FormatException;

/**
 * Reads a folder in the form of Pascal VOC: {@code Annotations} with an XML file for each picture,
 * {@code JPEGImages} with the pictures, and, if it is there, {@code ImageSets/Main} with lists of
 * names, one for each split. The classes are in the order of their names, over the whole folder, so
 * that all splits number them alike.
 *
 * <pre>{@code
 * VocFolder folder = VocFolder.open(path, OnFault.SKIP);
 * VocFolder.Part train = folder.read("train", 3, 240, 320);
 * }</pre>
 *
 * <p>The corners of a box are taken as edges in pixels from 0. Whether a file counts from 0 or 1
 * cannot be told, and a pixel over the border is forgiven. What the picture itself says of its size
 * counts; where the XML contradicts it, nobody knows what the boxes mean, and that is a fault of
 * the file.
 */
public final class VocFolder {

  private final Path folder;
  private final OnFault onFault;
  private final Map<String, VocAnnotation> annotations;
  private final List<String> classNames;
  private final List<String> skipped;

  private VocFolder(
      Path folder,
      OnFault onFault,
      Map<String, VocAnnotation> annotations,
      List<String> classNames,
      List<String> skipped) {
    this.folder = folder;
    this.onFault = onFault;
    this.annotations = annotations;
    this.classNames = List.copyOf(classNames);
    this.skipped = List.copyOf(skipped);
  }

  /**
   * Reads the annotations, not yet the pictures.
   *
   * @param folder the folder that has {@code Annotations} and {@code JPEGImages} in it
   * @param onFault what to do with a malformed annotation now, and with a missing picture or a
   *     wrong box later
   * @return the folder
   * @throws FormatException if no annotation names a class, or one is malformed and that is to be
   *     an error: external entities and document types count as that
   * @throws NoSuchFileException if there are no such folders
   * @throws IOException if a file cannot be read
   */
  public static VocFolder open(Path folder, OnFault onFault) throws IOException {
    requireFolder(folder.resolve("JPEGImages"));
    Faults faults = new Faults(onFault);
    Map<String, VocAnnotation> annotations = new LinkedHashMap<>();
    TreeSet<String> names = new TreeSet<>();
    for (Path file : filesEnding(folder.resolve("Annotations"), ".xml")) {
      try {
        VocAnnotation annotation = VocAnnotation.read(file);
        annotations.put(PictureFiles.stem(file), annotation);
        annotation.objects().forEach(object -> object.name().ifPresent(names::add));
      } catch (FormatException e) {
        faults.met(e);
      }
    }
    if (names.isEmpty()) {
      throw new FormatException(
          folder.resolve("Annotations"), "expected XML files with objects in them, got none");
    }
    return new VocFolder(folder, onFault, annotations, List.copyOf(names), faults.messages());
  }

  /**
   * This folder with some of its classes only. Objects of others are left out, which is no fault.
   *
   * @param wanted the classes, in the order in which they are to be numbered
   * @return the folder
   * @throws IllegalArgumentException if no object has one of the classes, or none is wanted
   */
  public VocFolder withClasses(List<String> wanted) {
    for (String name : wanted) {
      if (!classNames.contains(name)) {
        throw new IllegalArgumentException(
            "class: expected one of %s, got %s".formatted(classNames, name));
      }
    }
    if (wanted.isEmpty()) {
      throw new IllegalArgumentException("classes: expected one or more, got none");
    }
    return new VocFolder(folder, onFault, annotations, wanted, skipped);
  }

  /**
   * The names of the classes.
   *
   * @return by the number of the class
   */
  public List<String> classNames() {
    return classNames;
  }

  /**
   * The annotations that were skipped because they cannot be read.
   *
   * @return a message each
   */
  public List<String> skipped() {
    return skipped;
  }

  /**
   * The splits that the folder names.
   *
   * @return the lists in {@code ImageSets/Main} without their ending, sorted; none if there is no
   *     such folder
   * @throws IOException if the folder cannot be read
   */
  public List<String> splits() throws IOException {
    Path lists = folder.resolve("ImageSets").resolve("Main");
    if (!Files.isDirectory(lists)) {
      return List.of();
    }
    return filesEnding(lists, ".txt").stream().map(PictureFiles::stem).toList();
  }

  /**
   * What was read.
   *
   * @param samples the pictures with their objects
   * @param names for each its name, that of its files without the ending
   * @param classNames the name of each class
   * @param skipped what was left out, a message each
   */
  public record Part(
      List<DetectionSample> samples,
      List<String> names,
      List<String> classNames,
      List<String> skipped) {

    /**
     * Copies the lists.
     *
     * @param samples the pictures with their objects
     * @param names for each its name
     * @param classNames the name of each class
     * @param skipped what was left out
     */
    public Part {
      samples = List.copyOf(samples);
      names = List.copyOf(names);
      classNames = List.copyOf(classNames);
      skipped = List.copyOf(skipped);
    }
  }

  /**
   * Reads the pictures of a split.
   *
   * @param split the name of a list, as {@code train}; the first word of each line counts
   * @param channels 1 for grey, 3 for red, green, blue
   * @param height the height to stretch each to, in pixels
   * @param width the width to stretch each to, in pixels
   * @return the pictures, in the order of the list
   * @throws FormatException if faults are to be errors and there is one
   * @throws NoSuchFileException if there is no such list
   * @throws IOException if a file cannot be read
   * @throws IllegalArgumentException if the channels are neither 1 nor 3, or a size is below 1
   */
  public Part read(String split, int channels, int height, int width) throws IOException {
    Path list = folder.resolve("ImageSets").resolve("Main").resolve(split + ".txt");
    if (!splits().contains(split)) {
      throw new NoSuchFileException(list.toString(), null, "expected one of " + splits());
    }
    try (Stream<String> lines = Files.lines(list)) {
      List<String> names =
          lines.map(String::strip).filter(line -> !line.isEmpty()).map(VocFolder::word).toList();
      return read(list, names, channels, height, width);
    } catch (UncheckedIOException e) {
      if (e.getCause() instanceof CharacterCodingException) {
        throw new FormatException(list, "it is not text in UTF-8", e);
      }
      throw e.getCause();
    }
  }

  private static String word(String line) {
    return line.split("\\s+", 2)[0];
  }

  /**
   * Reads all pictures that have an annotation.
   *
   * @param channels 1 for grey, 3 for red, green, blue
   * @param height the height to stretch each to, in pixels
   * @param width the width to stretch each to, in pixels
   * @return the pictures, in the order of their names
   * @throws FormatException if faults are to be errors and there is one
   * @throws IOException if a file cannot be read
   * @throws IllegalArgumentException if the channels are neither 1 nor 3, or a size is below 1
   */
  public Part readAll(int channels, int height, int width) throws IOException {
    return read(folder, List.copyOf(annotations.keySet()), channels, height, width);
  }

  private Part read(Path list, List<String> names, int channels, int height, int width)
      throws IOException {
    Faults faults = new Faults(onFault);
    Map<String, Path> pictures = pictures();
    List<DetectionSample> samples = new ArrayList<>();
    List<String> read = new ArrayList<>();
    for (String name : names) {
      try {
        VocAnnotation annotation = annotations.get(name);
        if (annotation == null) {
          throw new FormatException(list, name + " has no annotation that can be read");
        }
        ByteImage picture = ImageFile.read(picture(name, annotation, pictures), channels);
        requireSize(annotation, picture);
        List<LabeledBox> objects = objects(annotation, picture, faults);
        samples.add(new DetectionSample(picture.resized(height, width), objects));
        read.add(name);
      } catch (FormatException e) {
        faults.met(e);
      }
    }
    return new Part(samples, read, classNames, faults.messages());
  }

  private List<LabeledBox> objects(VocAnnotation annotation, ByteImage picture, Faults faults)
      throws FormatException {
    List<LabeledBox> objects = new ArrayList<>();
    for (VocAnnotation.Thing object : annotation.objects()) {
      try {
        String name = object.name().orElseThrow(() -> annotation.fault(object, "it has no name"));
        int label = classNames.indexOf(name);
        if (label >= 0) {
          Box box = annotation.box(object, picture.width(), picture.height());
          objects.add(new LabeledBox(label, box, object.difficult()));
        }
      } catch (FormatException e) {
        faults.met(e);
      }
    }
    return objects;
  }

  private static void requireSize(VocAnnotation annotation, ByteImage picture)
      throws FormatException {
    boolean stated = annotation.width() > 0 && annotation.height() > 0;
    boolean fits = annotation.width() == picture.width() && annotation.height() == picture.height();
    if (stated && !fits) {
      throw new FormatException(
          annotation.file(),
          "its boxes are for a picture of %s × %s pixels, which has %s × %s"
              .formatted(
                  annotation.width(), annotation.height(), picture.width(), picture.height()));
    }
  }

  // ---------------------------------------------------------------- files

  /** The picture of the same name, or else the one that the annotation names. */
  private static Path picture(String name, VocAnnotation annotation, Map<String, Path> pictures)
      throws FormatException {
    String named = annotation.pictureName().orElse(name);
    String last = named.substring(Math.max(named.lastIndexOf('/'), named.lastIndexOf('\\')) + 1);
    Path picture = pictures.getOrDefault(name, pictures.get(last.replaceFirst("\\.[^.]*$", "")));
    if (picture == null) {
      throw new FormatException(annotation.file(), "its picture is not in JPEGImages");
    }
    return picture;
  }

  private Map<String, Path> pictures() throws IOException {
    Map<String, Path> pictures = new HashMap<>();
    for (Path file : PictureFiles.pictures(folder.resolve("JPEGImages"))) {
      pictures.put(PictureFiles.stem(file), file);
    }
    return pictures;
  }

  private static void requireFolder(Path folder) throws NoSuchFileException {
    if (!Files.isDirectory(folder)) {
      throw new NoSuchFileException(
          folder.toString(), null, "expected a folder with Annotations and JPEGImages in it");
    }
  }

  private static List<Path> filesEnding(Path folder, String ending) throws IOException {
    requireFolder(folder);
    return PictureFiles.sorted(folder).stream()
        .filter(file -> file.getFileName().toString().endsWith(ending))
        .toList();
  }
}
