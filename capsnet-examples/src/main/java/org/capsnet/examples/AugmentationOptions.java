package org.capsnet.examples;

import org.capsnet.data.Augmentation;
import org.capsnet.data.CutOut;
import org.capsnet.data.RandomAffine;
import org.capsnet.data.RandomShift;
import picocli.CommandLine.Option;

/** The options for the random changes of training images, and these changes. */
final class AugmentationOptions {

  @Option(
      names = "--shift",
      defaultValue = "2",
      description =
          "Shifts training images at random by up to this many pixels. Default: ${DEFAULT-VALUE}.")
  private int shift;

  @Option(
      names = "--rotate",
      defaultValue = "0",
      description = "Turns them by up to this many degrees either way. Default: ${DEFAULT-VALUE}.")
  private double degrees;

  @Option(
      names = "--zoom",
      defaultValue = "0",
      description =
          "Makes them larger or smaller by up to this share, 0.1 for a tenth. Default:"
              + " ${DEFAULT-VALUE}.")
  private double zoom;

  @Option(
      names = "--shear",
      defaultValue = "0",
      description = "Slants them by up to this many degrees either way. Default: ${DEFAULT-VALUE}.")
  private double shear;

  @Option(
      names = "--cut-out",
      defaultValue = "0",
      description = "Blanks out a square of this many pixels a side. Default: ${DEFAULT-VALUE}.")
  private int cutOut;

  /** Checks what can be checked before anything is read. */
  void requireRanges() {
    Ranges.atLeast(0, "--shift", shift);
    Ranges.require(degrees >= 0 && degrees <= 180, "--rotate", "0 to 180", degrees);
    Ranges.require(zoom >= 0 && zoom < 1, "--zoom", "0 to below 1", zoom);
    Ranges.require(shear >= 0 && shear < 90, "--shear", "0 to below 90", shear);
    Ranges.atLeast(0, "--cut-out", cutOut);
  }

  /** All that are asked for, one after another. */
  Augmentation augmentation() {
    Augmentation all = new RandomShift(shift);
    if (degrees > 0 || zoom > 0 || shear > 0) {
      all = new RandomAffine(degrees, 1 - zoom, 1 + zoom, shear, 0).then(all);
    }
    return cutOut > 0 ? all.then(new CutOut(cutOut)) : all;
  }
}
