package org.capsnet.examples.digits;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import org.capsnet.data.ImageFolder;
import org.capsnet.data.LabeledImages;
import org.capsnet.data.OnFault;

/** Your own images of a folder, for training and for the test. */
public final class FolderImages {

  private FolderImages() {}

  /**
   * Reads a folder with one sub-folder per class.
   *
   * @param testShare of each class, which is held out for the test
   * @throws IllegalArgumentException if no class has a picture for the test
   */
  public static DigitFiles.Pair read(
      Path folder, int channels, int height, int width, double testShare, long seed)
      throws IOException {
    ImageFolder.Result result = ImageFolder.read(folder, channels, height, width, OnFault.SKIP);
    LabeledImages.Split split = result.images().split(1 - testShare, seed);
    if (split.second().count() == 0) {
      throw new IllegalArgumentException(
          folder
              + ": expected two or more pictures of a class, one of them for the test"
              + skipped(result.unreadable().values()));
    }
    return new DigitFiles.Pair(
        ImageSource.shuffled(split.first(), seed), ImageSource.shuffled(split.second(), seed));
  }

  private static String skipped(Collection<String> reasons) {
    return reasons.isEmpty()
        ? ""
        : "; %s skipped, the first because: %s"
            .formatted(reasons.size(), reasons.iterator().next());
  }
}
