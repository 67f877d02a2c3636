package org.capsnet.examples.digits;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.capsnet.data.Augmentation;
import org.capsnet.data.LabeledImages;
import org.capsnet.data.Mnist;
import org.capsnet.data.SampleSource;
import org.capsnet.data.digits.DigitPair;
import org.capsnet.data.digits.DigitPairs;
import org.capsnet.data.digits.PairLabels;
import org.capsnet.examples.options.Ranges;
import org.capsnet.examples.options.WarpOptions;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options for the pairs of digits, and these pairs. */
public final class PairSource {

  /** That of MultiMNIST. */
  private static final int SHIFT = 4;

  /** The same pairs of the same digits whatever the seed of a training, which uses none of them. */
  private static final long VALIDATION_SEED = Long.MIN_VALUE;

  private static final long TEST_SEED = Long.MIN_VALUE + 1;

  /** At most one of these; with none, the bundled digits. */
  static final class Place {

    @Option(
        names = "--full",
        description = {
          "Pairs of all 60,000 + 10,000 digits of MNIST: from ~/.cache/capsnet/datasets or the"
              + " folder that CAPSNET_DATA names, and downloaded to it if need be."
        })
    private boolean full;

    @Option(
        names = "--data",
        paramLabel = "FOLDER",
        description = "Pairs of the digits in a folder with MNIST's four IDX files.")
    private Path data;
  }

  @ArgGroup private Place place = new Place();

  @Option(
      names = "--pairs",
      defaultValue = "1",
      description =
          "With how many others each training digit is paired in an epoch, new ones in every epoch;"
              + " the paper has 1000 in all. Default: ${DEFAULT-VALUE}.")
  private int pairs;

  @Option(
      names = "--validation-pairs",
      defaultValue = "2",
      description =
          "The same for the digits held out for validation, the same ones in every epoch. Default:"
              + " ${DEFAULT-VALUE}.")
  private int validationPairs;

  @Option(
      names = "--test-pairs",
      defaultValue = "5",
      description =
          "The same for the test, which has test digits alone. Default: ${DEFAULT-VALUE}.")
  private int testPairs;

  @Mixin private SplitOptions split = new SplitOptions();

  @Mixin private WarpOptions warp = new WarpOptions();

  /**
   * Pairs for training, for validation, and for a single test at the end, and how the digits for
   * training are changed, in words.
   */
  public record Sets(
      SampleSource<DigitPair> train,
      SampleSource<DigitPair> validation,
      SampleSource<DigitPair> test,
      PairLabels labels,
      String changes) {

    public String description() {
      return String.format(
          Locale.ROOT,
          "%,d training pairs in each epoch, %,d validation and %,d test pairs of %d×%d pixels,"
              + " %d classes",
          train.count(),
          validation.count(),
          test.count(),
          labels.height(),
          labels.width(),
          labels.classNames().size());
    }
  }

  /** Checks what can be checked before anything is read. */
  public void requireRanges() {
    Ranges.atLeast(1, "--pairs", pairs);
    Ranges.atLeast(1, "--validation-pairs", validationPairs);
    Ranges.atLeast(1, "--test-pairs", testPairs);
    split.requireRanges();
    warp.requireRanges();
  }

  /**
   * Reads the digits, and gets ready to make the pairs. No digit is in two of the three sets.
   *
   * @throws IllegalArgumentException if there are fewer digits than asked for, or they make no
   *     pairs
   */
  public Sets read(long seed) throws IOException {
    SplitOptions.Sets digits =
        split.of(
            place.full || place.data != null
                ? DigitFiles.read(Mnist.digits(), place.data)
                : DigitFiles.bundled(),
            seed);
    DigitPairs train = new DigitPairs(digits.train(), SHIFT, seed);
    DigitPairs validation = new DigitPairs(digits.validation(), SHIFT, VALIDATION_SEED);
    DigitPairs test = new DigitPairs(digits.test(), SHIFT, TEST_SEED);
    Optional<Augmentation> change = warp.warp();
    return new Sets(
        SampleSource.endless(
            change.map(train::changed).orElse(train), count("--pairs", digits.train(), pairs)),
        SampleSource.repeated(
            validation, count("--validation-pairs", digits.validation(), validationPairs)),
        SampleSource.repeated(test, count("--test-pairs", digits.test(), testPairs)),
        train.labels(),
        change.map(Augmentation::toString).orElse("none"));
  }

  private static int count(String option, LabeledImages digits, int each) {
    int most = Integer.MAX_VALUE / digits.count();
    Ranges.require(each <= most, option, "at most " + most, each);
    return digits.count() * each;
  }
}
