package org.capsnet.model.medical;

import org.capsnet.autograd.Values;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Decides on masks: of each pixel the class of the largest score, the first of equals. */
final class MaskClasses {

  private MaskClasses() {}

  /**
   * The class of each pixel.
   *
   * @param scores {@code [batch, masks, height, width]}
   * @return {@code [batch, height, width]}, from 0 to masks - 1, of the type of the scores
   * @throws ArithmeticException if a score is NaN
   */
  static INDArray of(INDArray scores) {
    Values.requireNumbers("scores", scores);
    return Nd4j.argMax(scores, 1).castTo(scores.dataType());
  }

  /**
   * 1 at the class of each pixel and 0 elsewhere.
   *
   * @param scores {@code [batch, masks, height, width]}
   * @return of the same shape and type
   */
  static INDArray oneHot(INDArray scores) {
    return split(of(scores), scores.size(1));
  }

  /**
   * Masks of their own, one a class.
   *
   * @param classes the class of each pixel, {@code [batch, height, width]}
   * @param masks how many classes there are
   * @return 1 at the class of each pixel and 0 elsewhere, {@code [batch, masks, height, width]}
   */
  static INDArray split(INDArray classes, long masks) {
    DataType type = classes.dataType();
    INDArray split = Nd4j.zeros(type, classes.size(0), masks, classes.size(1), classes.size(2));
    for (long m = 0; m < masks; m++) {
      split.slice(m, 1).assign(classes.eq(m).castTo(type));
    }
    return split;
  }
}
