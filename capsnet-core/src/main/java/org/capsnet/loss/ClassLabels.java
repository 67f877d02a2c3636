package org.capsnet.loss;

import org.capsnet.autograd.Shapes;
import org.capsnet.autograd.Values;
import org.capsnet.autograd.Variable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Labels that say which classes are there. */
final class ClassLabels {

  /** How far the labels of a sample may be from a sum of 1 by rounding. */
  private static final double ROUNDING = 1e-4;

  private ClassLabels() {}

  /** Requires labels from 0 to 1 of the scores' shape, and gives them the scores' type. */
  static INDArray of(String name, Variable scores, INDArray labels) {
    Shapes.require(name, scores.value(), "batch", "classes");
    Shapes.requireSame("labels", labels, scores.value());
    Values.requireFromZeroToOne("labels", labels);
    return labels.castTo(scores.dataType());
  }

  /** Requires besides that those of a sample are shares of one whole. */
  static INDArray shares(String name, Variable scores, INDArray labels) {
    INDArray t = of(name, scores, labels);
    INDArray sums = t.sum(1);
    for (long i = 0; i < sums.length(); i++) {
      if (Math.abs(sums.getDouble(i) - 1) > ROUNDING) {
        throw new IllegalArgumentException(
            "labels: expected a sum of 1 for each sample, got %s for sample %d"
                .formatted(sums.getDouble(i), i));
      }
    }
    return t;
  }

  /** Requires besides that each sample has one class and no more. */
  static INDArray oneHot(String name, Variable scores, INDArray labels) {
    INDArray t = shares(name, scores, labels);
    INDArray largest = t.max(1);
    for (long i = 0; i < largest.length(); i++) {
      if (largest.getDouble(i) != 1) {
        throw new IllegalArgumentException(
            "labels: expected a single class for each sample, got shares for sample " + i);
      }
    }
    return t;
  }
}
