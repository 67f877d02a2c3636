package org.capsnet.model.medical;

import org.capsnet.autograd.OneHot;
import org.capsnet.autograd.Values;
import org.capsnet.autograd.Variable;
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
    Values.requireNumbers("scores", scores);
    return OneHot.ofLargest(Variable.constant(scores)).value();
  }

  /**
   * All that is not background, the first class.
   *
   * @param masks one-hot, {@code [batch, masks, height, width]}
   * @return {@code [batch, 1, height, width]}
   */
  static INDArray foreground(INDArray masks) {
    return masks.slice(0, 1).rsub(1).reshape('c', masks.size(0), 1, masks.size(2), masks.size(3));
  }
}
