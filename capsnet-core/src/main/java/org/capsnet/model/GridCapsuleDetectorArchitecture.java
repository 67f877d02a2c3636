package org.capsnet.model;

import java.util.Objects;

/**
 * The sizes of a {@link GridCapsuleDetector}, checked before anything is allocated.
 *
 * @param backbone from images to primary capsules
 * @param head the class capsules of a cell and their boxes
 * @param kernel the side of the square of cells whose primary capsules vote for the class capsules
 *     in its middle, odd
 */
public record GridCapsuleDetectorArchitecture(
    BackboneArchitecture backbone, DetectorHead head, int kernel) {

  /**
   * Checks every size.
   *
   * @param backbone from images to primary capsules
   * @param head the class capsules of a cell and their boxes
   * @param kernel the side of the square of cells that vote, odd
   * @throws IllegalArgumentException if the kernel is not odd
   */
  public GridCapsuleDetectorArchitecture {
    Objects.requireNonNull(backbone, "backbone");
    Objects.requireNonNull(head, "head");
    if (kernel < 1 || kernel % 2 == 0) {
      throw new IllegalArgumentException("kernel: expected an odd number, got " + kernel);
    }
    Sizes.fits(
        "the numbers of the boxes of " + Chunks.SIZE + " images",
        Chunks.SIZE,
        BoxHead.NUMBERS,
        head.classes(),
        backbone.gridHeight(),
        backbone.gridWidth());
  }
}
