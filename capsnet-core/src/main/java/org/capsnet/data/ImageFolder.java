package org.capsnet.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.capsnet.data.picture.ImageFile;
import org.capsnet.data.picture.PictureFiles;
import org.capsnet.io.FormatException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads your own pictures: a folder with one sub-folder per class, whose name is the name of the
 * class. The pictures are the files in it, and in folders further down, whose extensions {@link
 * PictureFiles} lists, in any mix of sizes; {@link ImageFile} says how each is read. Hidden files
 * are ignored; other files are counted, named in the log and listed in the result.
 *
 * <pre>{@code
 * ImageFolder.Result own = ImageFolder.read(folder, 3, 32, 32, OnFault.SKIP);
 * LabeledImages.Split parts = own.images().split(0.8, seed);
 * }</pre>
 */
public final class ImageFolder {

  private static final Logger LOG = LoggerFactory.getLogger(ImageFolder.class);

  /** Names of the parts of a data set, which are not names of classes. */
  private static final Pattern PART =
      Pattern.compile("(?i)train(ing)?|test(ing)?|val(id(ation)?)?|dev(elopment)?|eval(uation)?");

  private ImageFolder() {}

  /**
   * What was read.
   *
   * @param images all pictures, by class and file name; the classes in the order of their names
   * @param files for each picture its file
   * @param unreadable the files that were skipped, each with the reason
   * @param ignored the files without the extension of a picture
   */
  public record Result(
      LabeledImages images, List<Path> files, Map<Path, String> unreadable, List<Path> ignored) {

    /** Copies the lists. */
    public Result {
      files = List.copyOf(files);
      unreadable = Collections.unmodifiableMap(new LinkedHashMap<>(unreadable));
      ignored = List.copyOf(ignored);
    }
  }

  /**
   * Reads all pictures of a folder.
   *
   * @param folder the folder
   * @param channels 1 for grey, 3 for red, green, blue
   * @param height the height to resize each to, in pixels
   * @param width the width to resize each to, in pixels
   * @param onFault what to do with files that cannot be read
   * @return the pictures
   * @throws FormatException if there are fewer than two classes, or they are the parts of a data
   *     set instead of classes; if a class has no readable picture, a file cannot be read and that
   *     counts as an error, or all together are too large
   * @throws NoSuchFileException if there is no such folder
   * @throws IOException if the folder cannot be read
   * @throws IllegalArgumentException if the channels are neither 1 nor 3, or a size is below 1
   */
  public static Result read(Path folder, int channels, int height, int width, OnFault onFault)
      throws IOException {
    ImageFile.requireSize(channels, height, width);
    List<Path> ignored = new ArrayList<>();
    Map<String, List<Path>> classes = classes(folder, ignored);
    int size = requireRoom(folder, classes, (long) channels * height * width);
    Reading reading = new Reading(classes, size);
    int label = 0;
    for (Map.Entry<String, List<Path>> one : classes.entrySet()) {
      int before = reading.count;
      Faults faults = new Faults(onFault);
      for (Path file : one.getValue()) {
        try {
          reading.add(file, label, ImageFile.bytes(file, channels, height, width));
        } catch (FormatException e) {
          faults.met(e);
          reading.unreadable.put(file, e.getMessage());
        }
      }
      if (reading.count == before) {
        throw faults.nothingLeft(
            folder.resolve(folder.relativize(one.getValue().get(0)).getName(0)),
            "none of its " + one.getValue().size() + " pictures can be read");
      }
      label++;
    }
    return reading.result(channels, height, width, List.copyOf(classes.keySet()), ignored);
  }

  /** Collects pictures as they are read. */
  private static final class Reading {

    private final int size;
    private final byte[] pixels;
    private final int[] labels;
    private final List<Path> files = new ArrayList<>();
    private final Map<Path, String> unreadable = new LinkedHashMap<>();
    private int count;

    Reading(Map<String, List<Path>> classes, int size) {
      int most = classes.values().stream().mapToInt(List::size).sum();
      this.size = size;
      pixels = new byte[most * size];
      labels = new int[most];
    }

    void add(Path file, int label, byte[] picture) {
      System.arraycopy(picture, 0, pixels, count * size, size);
      labels[count++] = label;
      files.add(file);
    }

    Result result(
        int channels, int height, int width, List<String> classNames, List<Path> ignored) {
      if (!unreadable.isEmpty()) {
        LOG.warn("pictures skipped because they cannot be read: {}", unreadable.size());
      }
      byte[] taken = count == labels.length ? pixels : Arrays.copyOf(pixels, count * size);
      return new Result(
          new LabeledImages(
              taken, channels, height, width, Arrays.copyOf(labels, count), classNames),
          files,
          unreadable,
          ignored);
    }
  }

  // ---------------------------------------------------------------- looking

  /** The pictures of each class, both in the order of their names; other files are set aside. */
  private static Map<String, List<Path>> classes(Path folder, List<Path> ignored)
      throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new NoSuchFileException(
          folder.toString(), null, "expected a folder with one sub-folder for each class");
    }
    Map<String, List<Path>> classes = new LinkedHashMap<>();
    for (Path sub : PictureFiles.sorted(folder)) {
      if (Files.isDirectory(sub)) {
        classes.put(PictureFiles.knownName(sub), pictures(sub, ignored));
      } else {
        ignored.add(sub);
      }
    }
    if (!ignored.isEmpty()) {
      LOG.warn(
          "files ignored because they are not pictures of a class: {}, the first of them {}",
          ignored.size(),
          ignored.get(0));
    }
    if (classes.size() < 2) {
      throw new FormatException(
          folder,
          "expected two or more sub-folders, one for each class, with pictures in them; got "
              + (classes.isEmpty() ? "none" : "only " + classes.keySet().iterator().next()));
    }
    if (classes.keySet().stream().allMatch(name -> PART.matcher(name).matches())) {
      throw new FormatException(
          folder,
          "its sub-folders %s are parts of a data set and not classes: read each of them"
              .formatted(classes.keySet()));
    }
    return classes;
  }

  private static List<Path> pictures(Path sub, List<Path> ignored) throws IOException {
    List<Path> pictures = new ArrayList<>();
    List<Path> others = new ArrayList<>();
    for (Path file : PictureFiles.filesBelow(sub)) {
      (PictureFiles.isPicture(file) ? pictures : others).add(file);
    }
    if (pictures.isEmpty()) {
      String got = others.isEmpty() ? "" : ", got " + others.get(0).getFileName();
      throw new FormatException(
          sub,
          "this class has no pictures: expected files ending in "
              + PictureFiles.extensions()
              + got);
    }
    ignored.addAll(others);
    return pictures;
  }

  /** All pictures are held in one array; what does not fit is refused before the first is read. */
  private static int requireRoom(Path folder, Map<String, List<Path>> classes, long size)
      throws FormatException {
    long count = classes.values().stream().mapToLong(List::size).sum();
    long limit = Math.min(Integer.MAX_VALUE - 8, Runtime.getRuntime().maxMemory() / 2);
    if (size > limit / count) {
      throw new FormatException(
          folder,
          "%s pictures of %s bytes each are more than the %s bytes that this JVM can take"
              .formatted(count, size, limit));
    }
    return (int) size;
  }
}
