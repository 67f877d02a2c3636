package org.capsnet.data.picture;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.capsnet.io.FormatException;

/**
 * The files in a folder. Pictures are those with the extension {@code .png}, {@code .jpg}, {@code
 * .jpeg}, {@code .jpe}, {@code .jfif}, {@code .bmp}, {@code .dib}, {@code .gif}, {@code .tif} or
 * {@code .tiff}, upper or lower case; also {@code .webp}, {@code .heic}, {@code .heif} or {@code
 * .avif}, which cannot be read, so that they are reported instead of overlooked. Hidden files and a
 * Mac's {@code __MACOSX} are ignored.
 */
public final class PictureFiles {

  private static final Set<String> EXTENSIONS =
      Set.of("png", "jpg", "jpeg", "jpe", "jfif", "bmp", "dib", "gif", "tif", "tiff");

  private static final Set<String> UNREADABLE = Set.of("webp", "heic", "heif", "avif");

  private static final String MAC_FOLDER = "__MACOSX";

  /** What stands in a name for what the locale of the JVM has no letter for. */
  private static final char NO_LETTER = '\uFFFD';

  private static final Comparator<Path> BY_NAME = Comparator.comparing(PictureFiles::name);

  private PictureFiles() {}

  /**
   * The files and folders in a folder that are not hidden.
   *
   * @param folder the folder
   * @return these, in the order of their names
   * @throws FormatException if this JVM cannot distinguish two of the names
   * @throws IOException if it cannot be read
   */
  public static List<Path> sorted(Path folder) throws IOException {
    List<Path> paths = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(folder, path -> !isHidden(path))) {
      all.forEach(paths::add);
    }
    paths.sort(BY_NAME);
    for (int i = 1; i < paths.size(); i++) {
      if (name(paths.get(i)).equals(name(paths.get(i - 1)))) {
        throw unknownLetters(paths.get(i));
      }
    }
    return paths;
  }

  /**
   * The pictures in a folder, not those further down.
   *
   * @param folder the folder
   * @return the files, in the order of their names
   * @throws FormatException if this JVM cannot distinguish two of the names
   * @throws IOException if it cannot be read
   */
  public static List<Path> pictures(Path folder) throws IOException {
    return sorted(folder).stream()
        .filter(file -> isPicture(file) && Files.isRegularFile(file))
        .toList();
  }

  /**
   * {@return the files in a folder and its sub-folders that are not hidden, in the order of their
   * names, folder by folder}
   *
   * @param folder where to look
   * @throws FormatException if a link leads back up
   * @throws IOException if a folder cannot be read
   */
  public static List<Path> filesBelow(Path folder) throws IOException {
    List<Path> files = new ArrayList<>();
    addFilesBelow(folder, List.of(folder.toRealPath()), files);
    return files;
  }

  /** A link leads back up if what it leads to holds any of the folders on the way to it. */
  private static void addFilesBelow(Path folder, List<Path> way, List<Path> files)
      throws IOException {
    for (Path path : sorted(folder)) {
      if (Files.isDirectory(path)) {
        Path real = path.toRealPath();
        if (way.stream().anyMatch(passed -> passed.startsWith(real))) {
          throw new FormatException(path, "it is a link to a folder that it is in");
        }
        List<Path> further = new ArrayList<>(way);
        further.add(real);
        addFilesBelow(path, further, files);
      } else {
        files.add(path);
      }
    }
  }

  /**
   * The name of a file or folder, also where the locale of the JVM has no letters for it.
   *
   * @param path the file or folder
   * @return its last part; what is not UTF-8 in it either stands as U+FFFD
   */
  public static String name(Path path) {
    String name = path.getFileName().toString();
    if (name.indexOf(NO_LETTER) < 0) {
      return name;
    }
    // An URI has the bytes of the name as they are on disk.
    String uri = path.toUri().getRawPath().replaceFirst("/$", "");
    String last = uri.substring(uri.lastIndexOf('/') + 1);
    return URLDecoder.decode(last.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  /**
   * The name of a folder that is to be the name of a class.
   *
   * @param folder the folder
   * @return its name
   * @throws FormatException if its name is not text
   */
  public static String knownName(Path folder) throws FormatException {
    String name = name(folder);
    if (name.indexOf(NO_LETTER) >= 0) {
      throw unknownLetters(folder);
    }
    return name;
  }

  private static FormatException unknownLetters(Path path) {
    return new FormatException(
        path, "its name is not valid UTF-8, so that it may be confused with others: rename it");
  }

  /**
   * A name in a table without the extension of a picture, if it has one.
   *
   * @param name the name
   * @return the name without it
   */
  public static String withoutEnding(String name) {
    int dot = name.lastIndexOf('.');
    String ending = name.substring(dot + 1).toLowerCase(Locale.ROOT);
    boolean known = EXTENSIONS.contains(ending) || UNREADABLE.contains(ending);
    return dot > 0 && known ? name.substring(0, dot) : name;
  }

  /**
   * The name of a file without its extension.
   *
   * @param file the file
   * @return its name up to the last dot
   */
  public static String stem(Path file) {
    String name = name(file);
    int dot = name.lastIndexOf('.');
    return dot < 0 ? name : name.substring(0, dot);
  }

  private static boolean isHidden(Path path) throws IOException {
    String name = path.getFileName().toString();
    return name.startsWith(".") || name.equals(MAC_FOLDER) || Files.isHidden(path);
  }

  /**
   * Looks at a file's name.
   *
   * @param file the file
   * @return whether it has the extension of a picture
   */
  public static boolean isPicture(Path file) {
    String extension = extension(file);
    return EXTENSIONS.contains(extension) || UNREADABLE.contains(extension);
  }

  /** What follows the last dot of a name, in lower case. */
  static String extension(Path file) {
    String name = file.getFileName().toString();
    return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }

  /** {@return the extensions of pictures that can be read, for messages} */
  public static String extensions() {
    return "." + String.join(", .", EXTENSIONS.stream().sorted().toList());
  }
}
