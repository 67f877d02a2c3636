package org.capsnet.examples.digits;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import org.capsnet.data.ImageFolder;
import org.capsnet.data.LabeledImages;
import org.capsnet.data.OnFault;

/** Your own images of a folder, for training and for the test. */
public final class FolderImages {

  /** What the help says of an option for {@link #readBoth}. */
  public static final String TEST_HELP =
      "Pictures of the same classes, with sub-folders of the same names, for the test: all of"
          + " --images are then for training and validation.";

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
    return shuffled(split.first(), split.second(), seed);
  }

  /**
   * Reads two folders that were parted before.
   *
   * @throws IllegalArgumentException if the test has a class that training has not, or they are one
   *     folder
   */
  public static DigitFiles.Pair readBoth(
      Path training, Path test, int channels, int height, int width, long seed) throws IOException {
    if (Files.exists(training) && Files.exists(test) && Files.isSameFile(training, test)) {
      throw new IllegalArgumentException(
          test + ": expected another folder for the test than for training");
    }
    LabeledImages known =
        ImageFolder.read(training, channels, height, width, OnFault.SKIP).images();
    return shuffled(known, readKnown(test, channels, height, width, known.classNames()), seed);
  }

  /**
   * Reads pictures of classes that are known.
   *
   * @throws IllegalArgumentException if there is another class
   */
  public static LabeledImages readKnown(
      Path folder, int channels, int height, int width, List<String> classNames)
      throws IOException {
    LabeledImages read = ImageFolder.read(folder, channels, height, width, OnFault.SKIP).images();
    try {
      return read.amongClasses(classNames);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(folder + ": " + e.getMessage(), e);
    }
  }

  private static DigitFiles.Pair shuffled(LabeledImages training, LabeledImages test, long seed) {
    return new DigitFiles.Pair(
        ImageSource.shuffled(training, seed), ImageSource.shuffled(test, seed));
  }

  private static String skipped(Collection<String> reasons) {
    return reasons.isEmpty()
        ? ""
        : "; %s skipped, the first because: %s"
            .formatted(reasons.size(), reasons.iterator().next());
  }
}
