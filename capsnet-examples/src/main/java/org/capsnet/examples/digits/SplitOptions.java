package org.capsnet.examples.digits;

import java.util.Locale;
import org.capsnet.data.LabeledImages;
import org.capsnet.examples.options.Ranges;
import picocli.CommandLine.Option;

/** The options for which images are for training, for validation and for the test. */
public final class SplitOptions {

  @Option(
      names = "--validation",
      defaultValue = "0.05",
      description =
          "The share of the training images used for validation. Default: ${DEFAULT-VALUE}.")
  private double validation;

  @Option(
      names = "--train-size",
      description = "The number of training images to use. Default: all.")
  private Integer trainSize;

  @Option(names = "--test-size", description = "The number of test images to use. Default: all.")
  private Integer testSize;

  /** Images for training, for validation, and for a single test at the end. */
  public record Sets(LabeledImages train, LabeledImages validation, LabeledImages test) {

    public String description() {
      return String.format(
          Locale.ROOT,
          "%,d training, %,d validation and %,d test images of %d×%d pixels, %d classes",
          train.count(),
          validation.count(),
          test.count(),
          train.height(),
          train.width(),
          train.classes());
    }
  }

  /** Fewer images, where an option asks for a short run. */
  void shorten(int training, int test) {
    trainSize = training;
    testSize = test;
  }

  /** Checks what can be checked before anything is read. */
  public void requireRanges() {
    Ranges.require(
        validation > 0 && validation < 1, "--validation", "above 0, below 1", validation);
    if (trainSize != null) {
      Ranges.atLeast(1, "--train-size", trainSize);
    }
    if (testSize != null) {
      Ranges.atLeast(1, "--test-size", testSize);
    }
  }

  /**
   * Splits the images.
   *
   * @throws IllegalArgumentException if there are fewer than asked for, or none are left for
   *     training or validation
   */
  public Sets of(DigitFiles.Pair all, long seed) {
    LabeledImages learn = take(all.train(), "--train-size", trainSize);
    LabeledImages test = take(all.test(), "--test-size", testSize);
    LabeledImages.Split split = learn.split(1 - validation, seed);
    if (split.second().count() == 0) {
      throw new IllegalArgumentException(
          "training images: expected two or more of each class, one of them for validation; got "
              + learn.count());
    }
    return new Sets(split.first(), split.second(), test);
  }

  private static LabeledImages take(LabeledImages all, String option, Integer size) {
    if (size == null) {
      return all;
    }
    Ranges.require(size <= all.count(), option, "at most " + all.count(), size);
    return all.take(size);
  }
}
