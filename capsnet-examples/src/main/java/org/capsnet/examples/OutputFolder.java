package org.capsnet.examples;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The folder that an example writes to, where a training that was not finished is not lost. */
record OutputFolder(Path path, String finishedMark) {

  /**
   * Refuses to begin anew where an unfinished training would be lost.
   *
   * @param checkpoints the folders where it would have left checkpoints
   * @param keepOrDrop whether the user said what to do with it
   */
  void requireNothingToLose(List<Path> checkpoints, boolean keepOrDrop) throws IOException {
    if (Files.exists(path) && !Files.isDirectory(path)) {
      throw new FileAlreadyExistsException(path.toString());
    }
    boolean unfinished =
        checkpoints.stream().anyMatch(Files::isDirectory) && !Files.exists(resolve(finishedMark));
    if (unfinished && !keepOrDrop) {
      throw new IllegalArgumentException(
          path
              + " holds an unfinished training: --resume goes on with it, --overwrite begins anew");
    }
  }

  /** From here on the training in it is an unfinished one, until the mark is written. */
  void begin() throws IOException {
    Files.createDirectories(path);
    Files.deleteIfExists(resolve(finishedMark));
  }

  Path resolve(String name) {
    return path.resolve(name);
  }
}
