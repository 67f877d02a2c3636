package org.capsnet.io;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A file is cut short, of another format, or contradicts itself. The message names the file and the
 * fault, such as {@code model.safetensors: the header is cut short}.
 */
public class FormatException extends IOException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception for a file.
   *
   * @param file the file
   * @param fault what is wrong with it
   */
  public FormatException(Path file, String fault) {
    this(file.toString(), fault, null);
  }

  /**
   * Creates the exception for a file, with its cause.
   *
   * @param file the file
   * @param fault what is wrong with it
   * @param cause the cause, or null
   */
  public FormatException(Path file, String fault, Throwable cause) {
    this(file.toString(), fault, cause);
  }

  /**
   * Creates the exception for something that is read like a file and has a name: a resource, a
   * download.
   *
   * @param name its name
   * @param fault what is wrong with it
   * @param cause the cause, or null
   */
  public FormatException(String name, String fault, Throwable cause) {
    super(name + ": " + fault, cause);
  }
}
