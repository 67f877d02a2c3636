package org.capsnet.model;

import org.nd4j.linalg.api.ndarray.INDArray;

/** The check of pixel values. */
final class Pixels {

  private Pixels() {}

  /**
   * Requires pixels from 0 to 1: those from 0 to 255 would be taken without complaint, and give
   * nonsense.
   */
  static void require(INDArray images) {
    double min = images.minNumber().doubleValue();
    double max = images.maxNumber().doubleValue();
    if (!(min >= 0 && max <= 1)) {
      throw new IllegalArgumentException(
          "images: expected values from 0 to 1, got " + min + " to " + max);
    }
  }
}
