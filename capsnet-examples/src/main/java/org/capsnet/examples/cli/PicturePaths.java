package org.capsnet.examples.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.capsnet.data.picture.PictureFiles;

/** Pictures by the names of files and folders. */
final class PicturePaths {

  private PicturePaths() {}

  /**
   * The pictures that are meant.
   *
   * @param named files, taken as they are, and folders, in place of which the pictures in them and
   *     in folders further down are taken, by their names
   * @throws IllegalArgumentException if a folder has none
   */
  static List<Path> of(List<Path> named) throws IOException {
    List<Path> all = new ArrayList<>();
    for (Path path : named) {
      if (Files.isDirectory(path)) {
        all.addAll(below(path));
      } else {
        all.add(path);
      }
    }
    return all;
  }

  private static List<Path> below(Path folder) throws IOException {
    List<Path> pictures =
        PictureFiles.filesBelow(folder).stream().filter(PictureFiles::isPicture).toList();
    if (pictures.isEmpty()) {
      throw new IllegalArgumentException(
          folder + ": expected pictures ending in " + PictureFiles.extensions() + ", got none");
    }
    return pictures;
  }
}
