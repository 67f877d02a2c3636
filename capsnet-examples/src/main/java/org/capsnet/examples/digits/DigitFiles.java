package org.capsnet.examples.digits;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.capsnet.data.LabeledImages;
import org.capsnet.data.Mnist;

/** Sets in the format of MNIST: the bundled one, and whole ones. */
public final class DigitFiles {

  private DigitFiles() {}

  /** Training images and test images. */
  public record Pair(LabeledImages train, LabeledImages test) {}

  public static Pair bundled() throws IOException {
    return new Pair(BundledMnist.train(), BundledMnist.test());
  }

  /**
   * A whole set.
   *
   * @param set which
   * @param folder the folder with its four IDX files; null for its cache, else a download
   */
  public static Pair read(Mnist set, Path folder) throws IOException {
    if (folder != null && !Files.isDirectory(folder)) {
      throw new NoSuchFileException(
          folder.toString(), null, "expected a folder with the four IDX files");
    }
    Mnist at = folder == null ? set : set.in(folder);
    return new Pair(at.train(), at.test());
  }
}
