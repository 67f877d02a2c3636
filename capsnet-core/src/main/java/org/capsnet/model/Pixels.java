package org.capsnet.model;

import org.capsnet.autograd.Values;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The check of pixel values. */
final class Pixels {

  private Pixels() {}

  /**
   * Requires pixels from 0 to 1: those from 0 to 255 would be taken without complaint, and give
   * nonsense.
   */
  static void require(INDArray images) {
    Values.requireFromZeroToOne("images", images);
  }
}
