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

  @Option(
      names = "--warp-share",
      defaultValue = "1",
      paramLabel = "SHARE",
      description = {
        "How many of the images --rotate, --zoom and --shear change, such as 0.5 for every other"
            + " one: what is changed is a little blurred, and others stay as sharp as those that are"
            + " judged. Default: ${DEFAULT-VALUE}."
      })
  private double share;

  /** Checks what can be checked before anything is read. */
  public void requireRanges() {
    Ranges.require(degrees >= 0 && degrees <= 180, "--rotate", "0 to 180", degrees);
    Ranges.require(zoom >= 0 && zoom < 1, "--zoom", "0 to below 1", zoom);
    Ranges.require(shear >= 0 && shear < 90, "--shear", "0 to below 90", shear);
    Ranges.require(share > 0 && share <= 1, "--warp-share", "above 0, at most 1", share);
    Ranges.require(
        share == 1 || warps(),
        "--warp-share",
        "one of --rotate, --zoom and --shear beside it",
        share);
  }

  private boolean warps() {
    return degrees > 0 || zoom > 0 || shear > 0;
  }

  /** All that are asked for at once; empty if none is. */
  public Optional<Augmentation> warp() {
    if (!warps()) {
      return Optional.empty();
    }
    Augmentation affine = new RandomAffine(degrees, 1 - zoom, 1 + zoom, shear, 0);
    return Optional.of(share == 1 ? affine : affine.sometimes(share));
  }
}
