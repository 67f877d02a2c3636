package org.capsnet.data.detection;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.capsnet.data.TextFile;

/**
 * A list of pictures, one per line: a name, which may contain blanks, may come with folders before
 * it or with the extension of its file, and may be followed by -1, 0 or 1, the flag in the lists of
 * one class. The existing names decide which of these it is, the longest reading first.
 */
final class VocList {

  private static final int MAX_BYTES = 1 << 26;
  private static final Pattern FLAGGED = Pattern.compile("(.*\\S)\\s+(-1|0|\\+?1)");

  private VocList() {}

  /**
   * Reads a list.
   *
   * @param file the list
   * @param known the existing names
   * @return one of these for each line that is not blank, or else the line itself
   */
  static List<String> names(Path file, Set<String> known) throws IOException {
    return TextFile.read(file, MAX_BYTES)
        .lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .map(line -> name(line, known))
        .toList();
  }

  private static String name(String line, Set<String> known) {
    List<String> readings = new ArrayList<>(readings(line));
    Matcher flagged = FLAGGED.matcher(line);
    if (flagged.matches()) {
      readings.addAll(readings(flagged.group(1)));
    }
    return readings.stream().filter(known::contains).findFirst().orElse(line);
  }

  private static List<String> readings(String text) {
    String last = lastPart(text);
    return List.of(text, withoutEnding(text), last, withoutEnding(last));
  }

  /** What follows the last folder in a path of any system. */
  static String lastPart(String path) {
    return path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  }

  static String withoutEnding(String name) {
    return name.replaceFirst("\\.[^.]*$", "");
  }
}
