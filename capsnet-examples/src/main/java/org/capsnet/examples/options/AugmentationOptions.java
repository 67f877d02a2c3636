package org.capsnet.examples.options;

import java.util.Map;
import org.capsnet.data.Augmentation;
import org.capsnet.data.CutOut;
import org.capsnet.data.HorizontalFlip;
import org.capsnet.data.ImageIterator;
import org.capsnet.data.RandomErasing;
import org.capsnet.data.RandomShift;
import org.capsnet.loss.ClassLoss;
import org.capsnet.loss.SpreadLoss;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options for the random changes of training images, and these changes. */
public final class AugmentationOptions {

  private static final double FLIPPED = 0.5;

  /** The rectangles of the paper. */
  private static final Augmentation ERASING = new RandomErasing(0.02, 0.4, 0.3);

  @Option(
      names = "--shift",
      defaultValue = "2",
      description =
          "Shifts training images at random by up to this many pixels. Default: ${DEFAULT-VALUE}.")
  private int shift;

  @Mixin private WarpOptions warp = new WarpOptions();

  @Option(
      names = "--cut-out",
      defaultValue = "0",
      description = "Blanks out a square of this many pixels a side. Default: ${DEFAULT-VALUE}.")
  private int cutOut;

  @Option(
      names = "--erase",
      paramLabel = "SHARE",
      defaultValue = "0",
      description =
          "Replaces a rectangle by noise in this share of them, such as 0.5: for photographs."
              + " Default: ${DEFAULT-VALUE}.")
  private double erase;

  @Option(
      names = "--flips",
      description = "Exchanges left and right in half of them: for garments and animals.")
  private boolean flips;

  @Option(
      names = "--mix-up",
      defaultValue = "0",
      description = {
        "Mixes each of them with another, and the labels alike, by a share from Beta(a, a) with"
            + " this a, such as 0.2; 0 for none. Default: ${DEFAULT-VALUE}."
      })
  private double mixUp;

  @Option(
      names = "--smooth-labels",
      defaultValue = "0",
      description =
          "Divides this share of each label among all classes, such as 0.1. Default:"
              + " ${DEFAULT-VALUE}.")
  private double smoothing;

  /** Checks what can be checked before anything is read. */
  public void requireRanges() {
    Ranges.atLeast(0, "--shift", shift);
    warp.requireRanges();
    Ranges.atLeast(0, "--cut-out", cutOut);
    Ranges.require(erase >= 0 && erase <= 1, "--erase", "0 to 1", erase);
    Ranges.require(mixUp >= 0 && mixUp <= 1, "--mix-up", "0 to 1", mixUp);
    Ranges.require(smoothing >= 0 && smoothing < 1, "--smooth-labels", "0 to below 1", smoothing);
  }

  /** Checks that a loss takes the labels that are made. */
  public void requireLoss(ClassLoss loss) {
    Ranges.require(
        (mixUp == 0 && smoothing == 0) || !(loss instanceof SpreadLoss),
        "--mix-up and --smooth-labels",
        "a loss that takes shares of classes",
        "the spread loss");
  }

  /** Batches of images that are changed in all ways that are asked for. */
  public ImageIterator.Builder changing(ImageIterator.Builder batches) {
    if (mixUp > 0) {
      batches.mixUp(mixUp);
    }
    return batches.augment(augmentation());
  }

  /** The loss of labels that are shared out as asked for. */
  public ClassLoss smoothing(ClassLoss loss) {
    return loss.smoothed(smoothing);
  }

  /** What a training that is taken up again has to have alike, beside what its images say. */
  public Map<String, String> facts() {
    return smoothing > 0 ? Map.of("label smoothing", Double.toString(smoothing)) : Map.of();
  }

  /** In words. */
  @Override
  public String toString() {
    return augmentation()
        + (mixUp > 0 ? ", mix-up " + mixUp : "")
        + (smoothing > 0 ? ", labels smoothed by " + smoothing : "");
  }

  private Augmentation augmentation() {
    Augmentation moved = new RandomShift(shift);
    Augmentation all = warp.warp().map(change -> change.then(moved)).orElse(moved);
    if (flips) {
      all = all.then(new HorizontalFlip().sometimes(FLIPPED));
    }
    if (cutOut > 0) {
      all = all.then(new CutOut(cutOut));
    }
    return erase > 0 ? all.then(ERASING.sometimes(erase)) : all;
  }
}
