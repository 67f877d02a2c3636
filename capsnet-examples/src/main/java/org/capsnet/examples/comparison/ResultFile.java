package org.capsnet.examples.comparison;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.capsnet.io.AtomicFiles;
import org.capsnet.io.FormatException;
import org.capsnet.io.WrittenForm;

/** A file of what trainings came to, from which an interrupted comparison goes on. */
final class ResultFile {

  private static final String OTHERWISE = "; --overwrite starts again, --out takes another folder";

  /** What such a file holds. */
  interface Content {

    /** All that it depends on. */
    String settings();
  }

  private ResultFile() {}

  /** Writes it, as a whole or not at all. */
  static void write(Path file, Content content) throws IOException {
    byte[] text = WrittenForm.write(content).getBytes(StandardCharsets.UTF_8);
    AtomicFiles.write(file, to -> to.write(text));
  }

  /** Deletes those of some names in some folders. */
  static void deleteIn(List<Path> folders, String... names) throws IOException {
    for (Path folder : folders) {
      for (String name : names) {
        Files.deleteIfExists(folder.resolve(name));
      }
    }
  }

  /**
   * Reads what was written.
   *
   * @param settings that it must be of
   * @throws IllegalArgumentException if it is of other ones
   */
  static <T extends Content> T read(Path file, Class<T> type, String settings) throws IOException {
    T content = read(file, type);
    if (!content.settings().equals(settings)) {
      throw new IllegalArgumentException(
          "%s is of another comparison: expected %s, got %s%s"
              .formatted(file, settings, content.settings(), OTHERWISE));
    }
    return content;
  }

  private static <T> T read(Path file, Class<T> type) throws IOException {
    try {
      return WrittenForm.read("a result", Files.readString(file), type);
    } catch (IllegalArgumentException e) {
      throw new FormatException(file, e.getMessage() + OTHERWISE);
    }
  }
}
