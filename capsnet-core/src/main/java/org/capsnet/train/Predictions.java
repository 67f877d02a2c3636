package org.capsnet.train;

import org.capsnet.autograd.Shapes;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a model predicts as the class of each sample of a batch, and what is true.
 *
 * @param scores {@code [batch, classes]}, where the largest of a row is the class predicted
 * @param labels one-hot, {@code [batch, classes]}
 */
public record Predictions(INDArray scores, INDArray labels) {

  /**
   * Checks that the shapes are equal.
   *
   * @throws IllegalArgumentException if they are not
   */
  public Predictions {
    Shapes.require("scores", scores, "batch", "classes");
    Shapes.requireSame("labels", labels, scores);
  }

  /** How many samples are predicted right; arrays are made in the current scope. */
  long correct() {
    INDArray hits = scores.argMax(1).eq(labels.argMax(1));
    return hits.castTo(DataType.INT64).sumNumber().longValue();
  }
}
