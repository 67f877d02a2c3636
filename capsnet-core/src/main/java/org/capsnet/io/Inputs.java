package org.capsnet.io;

import java.nio.file.Files;
import java.nio.file.Path;

/** Files that are about to be read. */
public final class Inputs {

  private Inputs() {}

  /**
   * Refuses a folder, which Java opens like a file and then calls a directory without its name.
   *
   * @param file what is to be read
   * @return the same
   * @throws FormatException if it is a folder
   */
  public static Path notFolder(Path file) throws FormatException {
    if (Files.isDirectory(file)) {
      throw new FormatException(file, "it is a folder");
    }
    return file;
  }
}
