package org.capsnet.data;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The files in a folder. Pictures are those that end in {@code .png}, {@code .jpg}, {@code .jpeg}
 * or {@code .bmp}, upper or lower case.
 */
public final class PictureFiles {

  private static final Set<String> EXTENSIONS = Set.of("png", "jpg", "jpeg", "bmp");

  private PictureFiles() {}

  /**
   * All that is in a folder and not hidden.
   *
   * @param folder the folder
   * @return files and folders, in the order of their names
   * @throws IOException if it cannot be read
   */
  public static List<Path> sorted(Path folder) throws IOException {
    List<Path> paths = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(folder, path -> !isHidden(path))) {
      all.forEach(paths::add);
    }
    paths.sort((a, b) -> a.getFileName().toString().compareTo(b.getFileName().toString()));
    return paths;
  }

  /**
   * The pictures in a folder, not those further down.
   *
   * @param folder the folder
   * @return the files, in the order of their names
   * @throws IOException if it cannot be read
   */
  public static List<Path> pictures(Path folder) throws IOException {
    return sorted(folder).stream().filter(PictureFiles::isPicture).toList();
  }

  /**
   * The name of a file without its ending.
   *
   * @param file the file
   * @return its name up to the last dot
   */
  public static String stem(Path file) {
    String name = file.getFileName().toString();
    int dot = name.lastIndexOf('.');
    return dot < 0 ? name : name.substring(0, dot);
  }

  private static boolean isHidden(Path path) throws IOException {
    return path.getFileName().toString().startsWith(".") || Files.isHidden(path);
  }

  private static boolean isPicture(Path path) {
    String name = path.getFileName().toString();
    String extension = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return EXTENSIONS.contains(extension) && Files.isRegularFile(path);
  }

  /** How the names of pictures end, for messages. */
  static String extensions() {
    return "." + String.join(", .", EXTENSIONS.stream().sorted().toList());
  }
}
