package org.capsnet.data.detection;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.capsnet.data.Faults;
import org.capsnet.data.OnFault;
import org.capsnet.data.picture.PictureFiles;
import org.capsnet.io.FormatException;

/**
 * Reads a folder in the layout of Pascal VOC: {@code Annotations} with an XML file for each
 * picture, {@code JPEGImages} with the pictures, and, if it is there, {@code ImageSets/Main} with
 * lists of names, one for each split. The classes are in the order of their names, over the whole
 * folder, so that their numbers are the same in all splits.
 *
 * <pre>{@code
 * VocFolder folder = VocFolder.open(path, OnFault.SKIP);
 * VocFolder.Part train = folder.read("train", 3, 240, 320);
 * }</pre>
 *
 * <p>The corners of a box are taken as edges in pixels from 0, in any order; what extends beyond
 * the picture is cut off, if at least half of the box lies in the picture. If the XML contradicts
 * the actual size of the picture, the meaning of its boxes is unknown, and that is a fault of the
 * file. A picture that EXIF turns is read upright with its boxes, whichever way these are oriented,
 * if the size decides that; see {@link org.capsnet.data.picture.LabelTurn}.
 *
 * <p>A picture with an object whose box or class is unknown is left out with all its objects:
 * without that object it would teach the network that nothing is there.
 */
public final class VocFolder {

  private final Path folder;
  private final OnFault onFault;
  private final Map<String, VocAnnotation> annotations;

  /** The names of all annotations, also of those that cannot be read. */
  private final Set<String> annotated;

  /** The number of each class that counts, in the order of the numbers. */
  private final Map<String, Integer> labels;

  private final List<String> skipped;

  private VocFolder(
      Path folder,
      OnFault onFault,
      Map<String, VocAnnotation> annotations,
      Set<String> annotated,
      Map<String, Integer> labels,
      List<String> skipped) {
    this.folder = folder;
    this.onFault = onFault;
    this.annotations = annotations;
    this.annotated = annotated;
    this.labels = labels;
    this.skipped = List.copyOf(skipped);
  }

  /**
   * Reads the annotations, not yet the pictures.
   *
   * @param folder the folder that has {@code Annotations} and {@code JPEGImages} in it
   * @param onFault what to do with a malformed annotation now, and with a missing picture or a
   *     wrong box later
   * @return the folder
   * @throws FormatException if no annotation names a class, or one is malformed and that counts as
   *     an error; external entities and document types make it malformed
   * @throws NoSuchFileException if there are no such folders
   * @throws IOException if a file cannot be read
   */
  public static VocFolder open(Path folder, OnFault onFault) throws IOException {
    requireFolder(folder.resolve("JPEGImages"));
    Faults faults = new Faults(onFault);
    Map<String, VocAnnotation> annotations = new LinkedHashMap<>();
    Set<String> annotated = new HashSet<>();
    TreeSet<String> names = new TreeSet<>();
    for (Path file : filesEnding(folder.resolve("Annotations"), ".xml")) {
      String stem = PictureFiles.stem(file);
      try {
        if (!annotated.add(stem)) {
          annotations.remove(stem);
          throw new FormatException(file, "another annotation has this name: neither is taken");
        }
        VocAnnotation annotation = VocXml.read(file);
        annotations.put(stem, annotation);
        annotation.objects().forEach(object -> object.name().ifPresent(names::add));
      } catch (FormatException e) {
        faults.met(e);
      }
    }
    if (names.isEmpty()) {
      throw faults.nothingLeft(
          folder.resolve("Annotations"), "expected XML files with objects in them, got none");
    }
    return new VocFolder(
        folder, onFault, annotations, annotated, numbered(names), faults.messages());
  }

  private static Map<String, Integer> numbered(Iterable<String> names) {
    Map<String, Integer> numbers = new LinkedHashMap<>();
    names.forEach(name -> numbers.putIfAbsent(name, numbers.size()));
    return numbers;
  }

  /**
   * This folder with some of its classes only. Objects of other classes are left out, which is not
   * a fault.
   *
   * @param wanted the classes, in the order in which they are to be numbered
   * @return the folder
   * @throws IllegalArgumentException if no object has one of the classes, one is named twice, or
   *     none is named
   */
  public VocFolder withClasses(List<String> wanted) {
    for (String name : wanted) {
      if (!labels.containsKey(name)) {
        throw new IllegalArgumentException(
            "class: expected one of %s, got %s".formatted(labels.keySet(), name));
      }
    }
    Map<String, Integer> numbers = numbered(wanted);
    if (wanted.isEmpty() || numbers.size() < wanted.size()) {
      throw new IllegalArgumentException(
          "classes: expected one or more, each once, got " + (wanted.isEmpty() ? "none" : wanted));
    }
    return new VocFolder(folder, onFault, annotations, annotated, numbers, skipped);
  }

  /** {@return the names of the classes, in the order of their numbers} */
  public List<String> classNames() {
    return List.copyOf(labels.keySet());
  }

  /** {@return the annotations that were skipped because they cannot be read, one message each} */
  public List<String> skipped() {
    return skipped;
  }

  /**
   * {@return the splits that the folder names: the lists in {@code ImageSets/Main} without their
   * extension, sorted; empty if there is no such folder}
   *
   * @throws IOException if the folder cannot be read
   */
  public List<String> splits() throws IOException {
    return lists().stream().map(PictureFiles::stem).toList();
  }

  private List<Path> lists() throws IOException {
    Path lists = folder.resolve("ImageSets").resolve("Main");
    return Files.isDirectory(lists) ? filesEnding(lists, ".txt") : List.of();
  }

  /**
   * What was read.
   *
   * @param samples the pictures with their objects
   * @param names for each its name, that of its files without the extension
   * @param classNames the name of each class
   * @param skipped what was left out, one message each
   */
  public record Part(
      List<DetectionSample> samples,
      List<String> names,
      List<String> classNames,
      List<String> skipped) {

    /** Copies the lists. */
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
   * @param split the name of a list, such as {@code train}, with one name per line, with or without
   *     the extension of a file, and with or without a flag of -1, 0 or 1 after it, which is
   *     ignored
   * @param channels 1 for grey, 3 for red, green, blue
   * @param height the height to resize each to, in pixels
   * @param width the width to resize each to, in pixels
   * @return the pictures, in the order of the list
   * @throws FormatException if faults count as errors and there is one, or no picture is left
   * @throws NoSuchFileException if there is no such list
   * @throws IOException if a file cannot be read
   * @throws IllegalArgumentException if the channels are neither 1 nor 3, or a size is below 1
   */
  public Part read(String split, int channels, int height, int width) throws IOException {
    List<String> splits = splits();
    if (!splits.contains(split)) {
      Path list = folder.resolve("ImageSets").resolve("Main").resolve(split + ".txt");
      throw new NoSuchFileException(list.toString(), null, "expected one of " + splits);
    }
    Path list = lists().get(splits.indexOf(split));
    VocPictures pictures = pictures();
    Set<String> known = new HashSet<>(annotated);
    known.addAll(pictures.names());
    return read(list, VocList.names(list, known), pictures, channels, height, width);
  }

  /**
   * Reads all pictures that have an annotation.
   *
   * @param channels 1 for grey, 3 for red, green, blue
   * @param height the height to resize each to, in pixels
   * @param width the width to resize each to, in pixels
   * @return the pictures, in the order of their names
   * @throws FormatException if faults count as errors and there is one, or no picture is left
   * @throws IOException if a file cannot be read
   * @throws IllegalArgumentException if the channels are neither 1 nor 3, or a size is below 1
   */
  public Part readAll(int channels, int height, int width) throws IOException {
    return read(folder, List.copyOf(annotations.keySet()), pictures(), channels, height, width);
  }

  /**
   * Each name once: a picture that is named again would count twice, and a short list could ask for
   * more pictures than the memory holds.
   */
  private static Set<String> once(Path list, List<String> names, Faults faults)
      throws FormatException {
    Set<String> once = new LinkedHashSet<>();
    List<String> again = names.stream().filter(name -> !once.add(name)).toList();
    if (!again.isEmpty()) {
      faults.met(
          new FormatException(
              list,
              "lines that name a picture again: %s, the first of them %s"
                  .formatted(again.size(), again.get(0))));
    }
    return once;
  }

  private Part read(
      Path list, List<String> names, VocPictures pictures, int channels, int height, int width)
      throws IOException {
    Faults faults = new Faults(onFault);
    List<DetectionSample> samples = new ArrayList<>();
    List<String> read = new ArrayList<>();
    for (String name : once(list, names, faults)) {
      try {
        VocAnnotation annotation = annotations.get(name);
        if (annotation == null) {
          throw new FormatException(list, name + " has no annotation that can be read");
        }
        VocPictures.Turned picture = pictures.read(name, annotation, channels);
        List<LabeledBox> objects = objects(annotation, picture);
        samples.add(new DetectionSample(picture.image().resized(height, width), objects));
        read.add(name);
      } catch (FormatException e) {
        faults.met(e);
      }
    }
    if (samples.isEmpty()) {
      throw faults.nothingLeft(list, "none of its %s pictures can be read".formatted(names.size()));
    }
    return new Part(samples, read, classNames(), faults.messages());
  }

  private List<LabeledBox> objects(VocAnnotation annotation, VocPictures.Turned picture)
      throws FormatException {
    List<LabeledBox> objects = new ArrayList<>();
    for (VocAnnotation.Thing object : annotation.objects()) {
      String name = object.name().orElseThrow(() -> annotation.fault(object, "it has no name"));
      Integer label = labels.get(name);
      if (label != null) {
        Box box = annotation.box(object, picture.width(), picture.height());
        objects.add(new LabeledBox(label, box.turned(picture.turn()), object.difficult()));
      }
    }
    return objects;
  }

  // ---------------------------------------------------------------- files

  private VocPictures pictures() throws IOException {
    return VocPictures.in(folder.resolve("JPEGImages"));
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
        .filter(file -> file.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(ending))
        .toList();
  }
}
