package org.capsnet.examples.medical;

import java.util.List;
import java.util.stream.IntStream;
import org.capsnet.data.medical.SegmentationLabels;
import org.capsnet.examples.options.SampleSet;

/**
 * The data of the medical example.
 *
 * @param description in a line
 * @param channels of the images
 * @param layout the classes and masks, and the size of the images
 * @param maskNames the names of the classes of a pixel; none without masks
 * @param severalFindings whether several classes may apply to one image
 * @param splits the trainings: one, or one per fold
 */
public record MedicalData(
    String description,
    int channels,
    SegmentationLabels layout,
    List<String> maskNames,
    boolean severalFindings,
    List<Split> splits) {

  /**
   * The parts of a training.
   *
   * @param train to train on
   * @param validation for validation
   * @param test for the test
   */
  public record Split(SampleSet<?> train, SampleSet<?> validation, SampleSet<?> test) {}

  /**
   * Checks every fold before the first is trained.
   *
   * @throws IllegalArgumentException if a fold has no training image of a class, or none for
   *     validation or the test; the message names the fold and the class
   */
  public void requireWhole() {
    for (int k = 0; k < splits.size(); k++) {
      String fold = splits.size() > 1 ? "fold %d of %d: ".formatted(k + 1, splits.size()) : "";
      Split split = splits.get(k);
      int[] counts = {split.train.count(), split.validation.count(), split.test.count()};
      if (IntStream.of(counts).anyMatch(count -> count == 0)) {
        throw new IllegalArgumentException(
            "%sexpected images for training, validation and test, got %d, %d and %d"
                .formatted(fold, counts[0], counts[1], counts[2]));
      }
      if (!severalFindings) {
        requireEveryClass(split, fold);
      }
    }
  }

  private void requireEveryClass(Split split, String fold) {
    long[] counts = split.train.classCounts(classNames().size());
    for (int c = 0; c < counts.length; c++) {
      if (counts[c] == 0) {
        throw new IllegalArgumentException(
            "%sno image of class %s is left to train on: it needs more of them, or --classes without it"
                .formatted(fold, classNames().get(c)));
      }
    }
  }

  public List<String> classNames() {
    return layout.classNames();
  }
}
