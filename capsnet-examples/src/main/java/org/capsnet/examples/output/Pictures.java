package org.capsnet.examples.output;

import java.awt.AWTError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The pictures of a run. They are drawn when all results are written and printed, and what cannot
 * be drawn is left out and reported in one line: a JVM without fonts, or one that cannot reach the
 * display that it was promised, fails with errors and not with exceptions.
 */
public final class Pictures {

  /** Draws a picture into a file. */
  @FunctionalInterface
  public interface Drawing {
    /** Writes the file. */
    void write(Path file) throws IOException;
  }

  private final List<String> leftOut = new ArrayList<>();
  private String reason = "";

  /** Draws a picture, or remembers why it could not. */
  public void draw(Path file, Drawing drawing) throws IOException {
    try {
      drawing.write(file);
    } catch (IOException
        | RuntimeException
        | LinkageError
        | VirtualMachineError // also what the JDK throws where it finds no fonts
        | AWTError e) {
      if (leftOut.isEmpty()) {
        reason = reason(e);
      }
      leftOut.add(file.getFileName().toString());
      Files.deleteIfExists(file); // that of an earlier run is none of this one's
    }
  }

  /** Says which pictures were left out, if any, and why the first one was. */
  public void report() {
    if (!leftOut.isEmpty()) {
      System.err.println("pictures left out: " + String.join(", ", leftOut) + " (" + reason + ")");
    }
  }

  private static String reason(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String words = root.getClass().getSimpleName() + ": " + root.getMessage();
    return words.contains("Fontconfig")
        ? words + "; a font, such as DejaVu, and fontconfig have to be installed"
        : words;
  }
}
