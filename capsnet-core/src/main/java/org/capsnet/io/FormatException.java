package org.capsnet.io;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A file is not what it should be: cut short, of another format, or contradicting itself. The
 * message names the file and the fault, as {@code model.safetensors: the header is cut short}.
 */
public class FormatException extends IOException {

  private static final long serialVersionUID = 1L;

  /**
   * Makes the exception of a file.
   *
   * @param file the file
   * @param fault what is wrong with it
   */
  public FormatException(Path file, String fault) {
    this(file.toString(), fault, null);
  }

  /**
   * Makes the exception of a file, with what revealed the fault.
   *
   * @param file the file
   * @param fault what is wrong with it
   * @param cause what revealed it, or null
   */
  public FormatException(Path file, String fault, Throwable cause) {
    this(file.toString(), fault, cause);
  }

  /**
   * Makes the exception of something that is read like a file and has a name: a resource, a
   * download.
   *
   * @param name its name
   * @param fault what is wrong with it
   * @param cause what revealed it, or null
   */
  public FormatException(String name, String fault, Throwable cause) {
    super(name + ": " + fault, cause);
  }
}
