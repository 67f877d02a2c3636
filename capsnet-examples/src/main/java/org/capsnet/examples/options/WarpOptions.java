package org.capsnet.examples.options;

import java.util.Optional;
import org.capsnet.data.Augmentation;
import org.capsnet.data.RandomAffine;
import picocli.CommandLine.Option;

/** The options for random changes of the shape of training images, and these changes. */
public final class WarpOptions {

  @Option(
      names = "--rotate",
      defaultValue = "0",
      description =
          "Turns what is trained on by up to this many degrees either way. Default:"
              + " ${DEFAULT-VALUE}.")
  private double degrees;

  @Option(
      names = "--zoom",
      defaultValue = "0",
      description =
          "Makes it larger or smaller by up to this share, 0.1 for a tenth. Default:"
              + " ${DEFAULT-VALUE}.")
  private double zoom;

  @Option(
      names = "--shear",
      defaultValue = "0",
      description = "Slants it by up to this many degrees either way. Default: ${DEFAULT-VALUE}.")
  private double shear;

  /** Checks what can be checked before anything is read. */
  public void requireRanges() {
    Ranges.require(degrees >= 0 && degrees <= 180, "--rotate", "0 to 180", degrees);
    Ranges.require(zoom >= 0 && zoom < 1, "--zoom", "0 to below 1", zoom);
    Ranges.require(shear >= 0 && shear < 90, "--shear", "0 to below 90", shear);
  }

  /** All that are asked for at once; empty if none is. */
  public Optional<Augmentation> warp() {
    return degrees > 0 || zoom > 0 || shear > 0
        ? Optional.of(new RandomAffine(degrees, 1 - zoom, 1 + zoom, shear, 0))
        : Optional.empty();
  }
}
