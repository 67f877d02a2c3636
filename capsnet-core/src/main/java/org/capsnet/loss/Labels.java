package org.capsnet.loss;

import org.capsnet.autograd.Shapes;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Checks of labels. */
final class Labels {

  private Labels() {}

  /** Requires labels of the shape of the scores, each from 0 to 1. */
  static void require(INDArray labels, INDArray scores) {
    Shapes.requireSame("labels", labels, scores);
    requireRange("labels", labels);
  }

  /** Requires numbers from 0 to 1. */
  static void requireRange(String name, INDArray labels) {
    double min = labels.minNumber().doubleValue();
    double max = labels.maxNumber().doubleValue();
    if (!(min >= 0 && max <= 1)) {
      throw new IllegalArgumentException(
          name + ": expected values from 0 to 1, got " + min + " to " + max);
    }
  }
}
